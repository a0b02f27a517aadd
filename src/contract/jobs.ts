import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { day, id, moment, reference } from './values.ts';

export const expiryRun = z
  .object({
    id,
    day,
    startedAt: moment,
    finishedAt: moment.nullable(),
    expired: z.int().nullable().describe('Keys recorded; null for who is limited to certain customers'),
    actor: reference.describe('Who started it'),
  })
  .meta({ id: 'ExpiryRun' });

export const finding = z.object({
  kind: z.enum(['seatsDisagree', 'assignmentWithoutKey', 'assignmentWithoutEquipment', 'duplicateAssignment']),
  keyId: id.nullable(),
  assignmentId: id.nullable(),
  detail: z.string(),
  mended: z.boolean(),
});

export const consistencyCheck = z
  .object({ id, at: moment, actor: reference, findings: z.array(finding), mended: z.int() })
  .meta({ id: 'ConsistencyCheck' });

const tag = 'Jobs';
const itemsOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), total: z.int() });

export const runExpiry = endpoint({
  method: 'POST',
  path: '/expiry-runs',
  summary: 'Record every key whose validity has ended, once per validity end',
  tag,
  permission: 'expiry.run',
  status: 201,
  output: expiryRun,
  replay: 'rebuild',
  errors: ['clock_unsure'],
});

export const listExpiryRuns = endpoint({
  method: 'GET',
  path: '/expiry-runs',
  summary: 'The last expiry runs, newest first',
  tag,
  permission: 'jobs.read',
  status: 200,
  output: itemsOf(expiryRun),
  errors: [],
});

export const checkConsistency = endpoint({
  method: 'POST',
  path: '/consistency-checks',
  summary: 'Look for keys and assignments that disagree, and mend them where asked',
  tag,
  permission: 'consistency.check',
  status: 201,
  body: z.strictObject({ mend: z.boolean().optional() }).optional(),
  output: consistencyCheck,
  replay: 'rebuild',
  errors: ['forbidden'],
});

export const listConsistencyChecks = endpoint({
  method: 'GET',
  path: '/consistency-checks',
  summary: 'The last consistency checks, newest first',
  tag,
  permission: 'consistency.read',
  status: 200,
  output: itemsOf(consistencyCheck),
  errors: ['forbidden'],
});
