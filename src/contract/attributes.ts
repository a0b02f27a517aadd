import { z } from 'zod';
import { attributeKinds, recordTypes } from '../domain/attributes.ts';
import { bodyLimits, endpointsOf } from './endpoint.ts';
import { id, name, text, version } from './values.ts';

const labels = { labelEn: name(100), labelDe: name(100) };
const rules = {
  required: z.boolean().optional(),
  mask: text({ max: 100 })
    .nullish()
    .describe('A letter, 9 a digit, * either, others as they stand; \\ before one means itself'),
  choices: z.array(name(100)).max(200).optional(),
  archived: z.boolean().optional(),
};

export const attribute = z
  .object({
    id,
    recordType: z.enum(recordTypes),
    name: z.string(),
    kind: z.enum(attributeKinds),
    labelEn: z.string(),
    labelDe: z.string(),
    required: z.boolean(),
    mask: z.string().nullable(),
    choices: z.array(z.string()),
    archived: z.boolean(),
    version,
  })
  .meta({ id: 'Attribute' });

const endpoint = endpointsOf('Dynamic features');

export const listAttributes = endpoint({
  at: 'GET /attributes',
  summary: 'The attribute definitions of every record type',
  permission: 'attributes.read',
  query: z.strictObject({ recordType: z.enum(recordTypes).optional() }),
  output: z.object({ items: z.array(attribute), total: z.int() }),
});

export const createAttribute = endpoint({
  at: 'POST /attributes',
  summary: 'Define an attribute',
  permission: 'attributes.write',
  status: 201,
  body: z.strictObject({
    recordType: z.enum(recordTypes),
    name: name(40).describe('A letter, then letters, digits or _'),
    kind: z.enum(attributeKinds),
    ...labels,
    ...rules,
  }),
  bodyLimit: bodyLimits.record,
  output: attribute,
  replay: 'rebuild',
  errors: ['name_taken'],
});

export const getAttribute = endpoint({
  at: 'GET /attributes/{id}',
  summary: 'One attribute definition',
  permission: 'attributes.read',
  output: attribute,
});

export const updateAttribute = endpoint({
  at: 'PATCH /attributes/{id}',
  summary: 'Change an attribute definition; its name, kind and record type stay',
  permission: 'attributes.write',
  body: z.strictObject({ labelEn: name(100).optional(), labelDe: name(100).optional(), ...rules }),
  bodyLimit: bodyLimits.record,
  output: attribute,
  ifMatch: 'required',
});

export const deleteAttribute = endpoint({
  at: 'DELETE /attributes/{id}',
  summary: 'Delete an attribute no record has a value for; otherwise archive it',
  permission: 'attributes.write',
  ifMatch: 'required',
  errors: ['in_use'],
});
