import { z } from 'zod';
import { deliveries } from '../domain/deliveries.ts';
import { bodyLimits, endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { day, id, moment, reference, remarksText, version, warnings } from './values.ts';

/** A unit as an assignment names it; null where the unit is outside the reader's customers. */
const holder = z.object({ id, name: z.string(), serialNumber: z.string().nullable() }).nullable();

/** A foreign key's seats tell how many others hold it. */
const seat = z.int().nullable().describe("The seat; null where the key is outside the reader's customers");

const productOfKey = z
  .object({ id: id.nullable(), name: z.string() })
  .describe(
    "The key's product. The id is null where a past assignment has a key that is outside the reader's customers now: " +
      'name and masked key are then those of the day it was removed, empty where nothing tells them, and delivery is null',
  );

/** An assignment as its key lists it. */
export const assignmentBrief = z
  .object({ id, seat, equipment: holder, userName: z.string().nullable(), appliedOn: day })
  .meta({ id: 'AssignmentBrief' });

export const assignment = z
  .object({
    id,
    key: z.object({ id, maskedKey: z.string(), delivery: z.enum(deliveries).nullable(), product: productOfKey }),
    seat,
    equipment: holder,
    customer: reference
      .nullable()
      .describe("The unit's customer; without a unit its own; null where that is outside the reader's customers"),
    userName: z.string().nullable(),
    appliedOn: day,
    appliedAt: moment,
    appliedBy: reference,
    remarks: z.string().nullable(),
    removedOn: day.nullable(),
    removedAt: moment.nullable(),
    removedBy: reference.nullable(),
    version,
    warnings,
  })
  .meta({ id: 'Assignment' });

export const assignmentList: ListSpec = {
  defaultSort: '-appliedOn',
  fields: {
    keyId: { kind: 'id', says: 'The key.' },
    maskedKey: { kind: 'text', says: 'The visible last characters of the license key.' },
    productId: { kind: 'id', says: 'The product.' },
    product: { kind: 'text', says: 'The name of the product.' },
    equipmentId: { kind: 'id', says: 'The unit.' },
    equipment: { kind: 'text', says: 'The name of the unit.' },
    customerId: { kind: 'id', says: "The unit's customer; without a unit the assignment's own." },
    customer: { kind: 'text', says: 'The name of that customer.' },
    userName: { kind: 'text', says: 'The user.' },
    appliedOn: { kind: 'day', says: 'The day it was applied.' },
    appliedOnMonth: { kind: 'month', says: 'The month it was applied.' },
    appliedBy: { kind: 'id', says: 'The technician.' },
    remarks: { kind: 'text', isLong: true, says: 'The remarks.' },
    seat: { kind: 'int', says: 'The seat, of keys of your customers.' },
    removedOn: { kind: 'day', says: 'The day it was removed.' },
    removedBy: { kind: 'id', says: 'Who removed it.' },
    appliedAt: { kind: 'moment', says: 'When it was recorded.' },
  },
  extra: {
    state: z.enum(['active', 'removed', 'all']).describe('active (the default), removed or all'),
    on: day.describe("What was assigned at the end of that day, in the organisation's time zone"),
  },
};

const endpoint = endpointsOf('Equipment features');

export const listAssignments = endpoint({
  at: 'GET /assignments',
  summary: 'List, search and group assignments',
  permission: 'assignments.read',
  list: assignmentList,
  output: listOutput(assignment),
});

export const getAssignment = endpoint({
  at: 'GET /assignments/{id}',
  summary: 'One assignment, active or removed',
  permission: 'assignments.read',
  output: assignment,
});

export const updateAssignment = endpoint({
  at: 'PATCH /assignments/{id}',
  summary: 'Correct the applied date or the remarks of an active assignment',
  permission: 'assignments.update',
  body: z.strictObject({
    appliedOn: day.optional().describe('Today unless said; may be past, not future'),
    remarks: remarksText.nullish().describe('Notes about the installation'),
  }),
  bodyLimit: bodyLimits.record,
  output: assignment,
  ifMatch: 'required',
  errors: ['already_removed', 'applied_before_removal'],
});

export const removeAssignment = endpoint({
  at: 'DELETE /assignments/{id}',
  summary: 'Remove an assignment and free its seat',
  permission: 'assignments.remove',
  ifMatch: 'required',
  errors: ['already_removed'],
});
