import { z } from 'zod';
import { endpointsOf } from './endpoint.ts';
import { type ListSpec, listOutput } from './list.ts';
import { day, id, moment, reference, text } from './values.ts';

const auditEntry = z
  .object({
    idx: z.int(),
    at: moment,
    action: z.string(),
    group: z.enum(['created', 'applied', 'revoked', 'expired', 'other']),
    sentence: z.string().nullable().describe('The entry in words; null where its content is erased'),
    subject: z.string(),
    actor: reference,
    keyId: id.nullable(),
    equipmentId: id.nullable(),
    customerId: id.nullable(),
    details: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Names, masked key, old and new values; null where erased'),
    erased: z.object({ by: z.int(), at: moment }).nullable(),
  })
  .meta({ id: 'AuditEntry' });

export const auditList: ListSpec = {
  defaultSort: '-idx',
  fields: {
    idx: { kind: 'int', says: 'The number of the entry.' },
    at: { kind: 'moment', says: 'When it was recorded.' },
    actorId: { kind: 'id', says: 'The user.' },
    keyId: { kind: 'id', says: 'The key.' },
    equipmentId: { kind: 'id', says: 'The unit.' },
    customerId: { kind: 'id', says: 'The customer at the time.' },
    action: {
      kind: 'text',
      says: 'An action such as key.removed, or a group: created, applied, revoked, expired, other.',
    },
    subject: { kind: 'text', says: 'The record, as kind:id.' },
  },
  extra: {
    from: text({ max: 40 }).describe("From this day (in the organisation's time zone) or moment on"),
    to: text({ max: 40 }).describe("Up to and with this day (in the organisation's time zone) or moment"),
  },
};

const endpoint = endpointsOf('Audit logs');

export const listAudit = endpoint({
  at: 'GET /audit',
  summary: 'List the audit log',
  permission: 'audit.read',
  list: auditList,
  output: listOutput(auditEntry).extend({
    totalUnfiltered: z.int().optional().describe('How many entries I may see without the filters'),
    limitedTo: z.enum(['customers']).nullable().optional().describe('Set where my customers limit the view'),
  }),
});

export const getCheckpoint = endpoint({
  at: 'GET /audit/checkpoint',
  summary: 'The newest signed checkpoint, a minute old at most, and the public key',
  permission: 'audit.read',
  output: z.object({
    origin: z.string(),
    size: z.int(),
    checkpoint: z.string(),
    publicKey: z.string(),
    lastEntryAt: moment.nullable().describe('When the last entry it covers was recorded'),
  }),
});

const idx = z.coerce.number().int().min(0).max(2_147_483_647);

export const getProof = endpoint({
  at: 'GET /audit/{idx}/proof',
  summary: 'Proof that an entry is in the log of the newest checkpoint',
  permission: 'audit.verify',
  params: z.strictObject({ idx }),
  output: z.object({
    idx: z.int(),
    header: z.string(),
    leaf: z.string(),
    proof: z.array(z.string()),
    size: z.int(),
    checkpoint: z.string(),
  }),
});

export const exportAudit = endpoint({
  at: 'POST /audit/export',
  summary: 'Evidence for a key, a unit, a customer or a period, to be checked without access to the system',
  permission: 'audit.export',
  body: z.strictObject({
    keyId: id.optional(),
    equipmentId: id.optional(),
    customerId: id.optional(),
    from: day.optional(),
    to: day.optional(),
  }),
  output: z.looseObject({
    keybookEvidence: z.literal(1),
    origin: z.string(),
    completeTo: z.int(),
    checkpoint: z.string(),
  }),
  replay: 'never',
  costs: 'read',
  errors: ['not_found'],
});
