import { z } from 'zod';
import { backupFailures } from '../domain/backup-failure.ts';
import { endpointsOf } from './endpoint.ts';
import { day, id, moment, reference } from './values.ts';

export const expiryRun = z
  .object({
    id,
    day,
    startedAt: moment,
    finishedAt: moment.nullable(),
    expired: z.int().nullable().describe('Keys recorded; null for who is limited to certain customers'),
    actor: reference.nullable().describe('Who started it; null for somebody out of sight'),
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

/** What makes the clock of the server, or the time of the log, doubtful; all 0 where it is well. */
const clockState = z
  .object({
    aheadSeconds: z.int().describe('The time of the log is ahead of the clock by so much.'),
    pauseSeconds: z.int().describe('Nothing was recorded for so long before the server was started; 0 up to 31 days.'),
    jumpSeconds: z.int().describe('The clock has jumped by so much since the server was started; negative is back.'),
  })
  .meta({ id: 'ClockState' });

const backupState = z
  .object({
    newestAt: moment.nullable().describe('The moment the newest is of; null where none is known'),
    isLate: z.boolean().describe('None was made for 36 hours'),
    failure: z
      .object({ at: moment, why: z.enum(backupFailures) })
      .nullable()
      .describe('Of the last try, if it failed'),
  })
  .meta({ id: 'BackupState' });

const endpoint = endpointsOf('Jobs');
const itemsOf = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item), total: z.int() });

export const runExpiry = endpoint({
  at: 'POST /expiry-runs',
  summary: 'Record every key whose validity has ended, once per validity end',
  permission: 'expiry.run',
  status: 201,
  output: expiryRun,
  replay: 'rebuild',
  costs: 'write',
  errors: ['clock_unsure'],
});

export const listExpiryRuns = endpoint({
  at: 'GET /expiry-runs',
  summary: 'The last expiry runs, newest first',
  permission: 'jobs.read',
  output: itemsOf(expiryRun).extend({
    clock: clockState,
    backup: backupState
      .nullable()
      .describe('Nightly backups; null where the server makes none, and for who is limited to certain customers'),
  }),
});

export const checkConsistency = endpoint({
  at: 'POST /consistency-checks',
  summary: 'Look for keys and assignments that disagree, and mend them where asked',
  permission: 'consistency.check',
  status: 201,
  body: z.strictObject({ mend: z.boolean().optional() }).optional(),
  output: consistencyCheck,
  replay: 'rebuild',
  costs: 'read',
});

export const listConsistencyChecks = endpoint({
  at: 'GET /consistency-checks',
  summary: 'The last consistency checks, newest first',
  permission: 'consistency.read',
  output: itemsOf(consistencyCheck),
});
