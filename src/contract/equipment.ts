import { z } from 'zod';
import { equipmentFields } from '../domain/records/equipment.ts';
import { assignment } from './assignments.ts';
import { bodyLimits, endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { plainInput, plainListFields, plainOutput } from './plain-fields.ts';
import {
  attributeOutput,
  attributeValues,
  id,
  moment,
  name,
  reference,
  remarksText,
  text,
  version,
  warnings,
} from './values.ts';

export const equipmentStatuses = ['inStock', 'inService', 'returned', 'retired'] as const;
const status = z.enum(equipmentStatuses);

const fields = {
  name: name().describe('What people call the unit'),
  customerId: id.optional().describe('The customer it belongs to; house where none is named'),
  status: status.optional().describe('Nothing is applied to a unit that is returned or retired'),
  ...plainInput(equipmentFields),
  attributes: attributeValues.optional(),
};

export const createEquipmentBody = z.strictObject(fields);

export const equipment = z
  .object({
    id,
    name: z.string(),
    customerId: id,
    customer: reference,
    status,
    ...plainOutput(equipmentFields),
    attributes: attributeOutput,
    keyCount: z.int().describe('Active assignments'),
    createdAt: moment,
    version,
    warnings,
  })
  .meta({ id: 'Equipment' });

export const equipmentList: ListSpec = {
  defaultSort: 'name',
  attributes: 'equipment',
  fields: {
    name: { kind: 'text', says: 'The name.' },
    customerId: { kind: 'id', says: 'The customer.' },
    customer: { kind: 'text', says: 'The name of the customer.' },
    status: { kind: 'enum', values: equipmentStatuses, says: 'The status.' },
    ...plainListFields(equipmentFields),
    keyCount: { kind: 'int', says: 'Active assignments.' },
    createdAt: { kind: 'moment', says: 'When it was added.' },
  },
  extra: { ids: text({ max: 8000 }).describe('Only these units, by comma') },
};

const endpoint = endpointsOf('Equipment');

export const listEquipment = endpoint({
  at: 'GET /equipment',
  summary: 'List, search and group units',
  permission: 'equipment.read',
  list: equipmentList,
  output: listOutput(equipment),
});

export const createEquipment = endpoint({
  at: 'POST /equipment',
  summary: 'Add a unit',
  permission: 'equipment.create',
  status: 201,
  body: createEquipmentBody,
  bodyLimit: bodyLimits.record,
  output: equipment,
  replay: 'rebuild',
  errors: ['not_found', 'serial_number_taken', 'asset_tag_taken'],
});

export const getEquipment = endpoint({
  at: 'GET /equipment/{id}',
  summary: 'One unit',
  permission: 'equipment.read',
  output: equipment,
});

export const updateEquipment = endpoint({
  at: 'PATCH /equipment/{id}',
  summary: 'Change a unit',
  permission: 'equipment.update',
  body: z.strictObject({ ...fields, name: name().optional() }),
  bodyLimit: bodyLimits.record,
  output: equipment,
  ifMatch: 'required',
  errors: ['serial_number_taken', 'asset_tag_taken', 'equipment_holds_keys'],
});

export const deleteEquipment = endpoint({
  at: 'DELETE /equipment/{id}',
  summary: 'Delete a unit that no assignment, present or past, points to',
  permission: 'equipment.delete',
  ifMatch: 'required',
  errors: ['in_use'],
});

const moved = z.object({ batch: z.string(), items: z.array(assignment) });

export const recoverKeys = endpoint({
  at: 'POST /equipment/{id}/recovery',
  summary: 'Remove all assignments of a unit',
  permission: 'equipment.recover',
  body: z.strictObject({ remarks: remarksText.nullish() }).optional(),
  bodyLimit: bodyLimits.record,
  output: moved,
  replay: 'rebuild',
  costs: 'write',
});

export const transferKeys = endpoint({
  at: 'POST /equipment/{id}/transfer',
  summary: 'Move all keys of a unit to another',
  permission: 'equipment.transfer',
  body: z.strictObject({ toEquipmentId: id, remarks: remarksText.nullish() }),
  bodyLimit: bodyLimits.record,
  output: moved,
  replay: 'rebuild',
  costs: 'write',
  errors: ['equipment_out_of_service', 'already_on_equipment'],
});
