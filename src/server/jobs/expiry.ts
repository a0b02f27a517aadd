import { type SqlBool, sql } from 'kysely';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { type Day, todayIn } from '../../domain/day.ts';
import { aheadMs, hasLeaptAhead, lastEntry } from '../audit/log-time.ts';
import { untoldOwners } from '../audit/records-told.ts';
import { change, recordTampering } from '../change.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { Actor, App, AuditDraft, Ctx, Idempotency } from '../context.ts';
import { newId } from '../ids.ts';
import type { Condition } from '../list/run-list.ts';
import { readSettings, systemActor, systemUserId } from '../people/actors.ts';
import { requireSteadyClock } from '../upkeep/clock-state.ts';

/** Who starts a job: the system by itself, the local command line, or an administrator by a request. */
export type JobOrder = { actor?: Actor } & {
  address?: string | undefined;
  idempotency?: Idempotency | undefined;
};

const batchSize = 1000;

/** `passedOver` are keys that are not as the log tells. */
type Run = {
  app: App;
  today: Day;
  passedOver: Set<string>;
  startedBy: Record<string, unknown>;
  by: Parameters<typeof change>[0];
};

/**
 * Records `key.expired` once for every key and validity end that has passed (C2, C3). Each batch claims its keys and
 * appends their entries in one transaction: a run that dies is taken up by the next, and several at once share the
 * work. The entries name the system as their user, whoever starts it (L6). It goes by the clock also where the log is
 * ahead of it: that is the earlier of the two days. Refuses with `clock_unsure` while the clock has jumped. The result is the run's id.
 */
export async function runExpiryJob(
  app: App,
  { actor = systemActor('system'), address, idempotency }: JobOrder = {},
): Promise<{ id: string }> {
  requireSteadyClock(app);
  const { timeZone } = await readSettings(app);
  const startedAt = app.clock();
  const by = {
    app,
    actor: systemActor('system'),
    address,
    idempotency: undefined,
    asked: undefined,
    now: () => nowOf(app),
  };
  const startedBy = actor.id === systemUserId ? {} : { startedBy: { id: actor.id, name: actor.name } };
  const run: Run = { app, today: todayIn(timeZone, startedAt), passedOver: new Set(), startedBy, by };
  await forgetEarly(app, run.today);
  let expired = 0;
  // A batch that does nothing is the last: others have recorded it, or somebody has made rows that no change reaches.
  for (let done = 1; done > 0 && (await isAnyDue(app.database.read, run.today)); ) {
    const passedBefore = run.passedOver.size;
    const recorded = await recordBatch(run);
    expired += recorded;
    done = recorded + run.passedOver.size - passedBefore;
  }
  for (const id of [...run.passedOver].slice(0, mostTold))
    await recordTampering(app, { table: 'key', id, what: 'unlogged' });
  return recordRun(run, { expired, startedAt: startedAt.toISOString(), actorId: actor.id, idempotency });
}

function nowOf(app: App): string {
  return app.clock().toISOString();
}

/**
 * A run under a clock that ran ahead records keys that have not ended. They are recorded again when they do: that is
 * bookkeeping, the entries stay. Only where the log leapt ahead: a clock that was set back makes nothing untrue.
 */
async function forgetEarly(app: App, today: Day): Promise<void> {
  const { read, transaction } = app.database;
  if (aheadMs(await lastEntry(read), app.clock()) === 0 || !(await hasLeaptAhead(read, app.clock()))) return;
  await transaction((tx) => forgetEarlyRecords(tx, today));
}

/** Lets keys that are recorded as expired before their end be recorded again; served by the index key_expiry_recorded. */
export async function forgetEarlyRecords(tx: WriteDb, today: Day): Promise<void> {
  await tx
    .updateTable('key')
    .set({ expiry_recorded_end: '' })
    .where(sql<SqlBool>`expiry_recorded_end = validity_end`)
    .where('validity_end', '>=', today)
    .execute();
}

/** Keys whose end has passed without an entry for that end; served by the index key_expiry_due. */
function isDue(today: Day): Condition {
  return sql<SqlBool>`(revoked_at is null and expiry_recorded_end <> validity_end and validity_end < ${today}
    and key_type <> 'permanent')`;
}

async function isAnyDue(db: ReadDb, today: Day): Promise<boolean> {
  const row = await db.selectFrom('key').select('id').where(isDue(today)).limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Of so many keys that are not as the log tells, a run makes an entry each. */
const mostTold = 20;

/** Records one batch; none where another server has recorded the last keys meanwhile. The result is how many. */
function recordBatch(run: Run): Promise<number> {
  return changeIfAny({ change: (work) => change(run.by, work) }, async (tx) => {
    const keys = await claimDue(tx, run);
    return { result: keys.length, audit: keys.map((key) => entryOf(key, run.startedBy)) };
  });
}

/**
 * Marks at most one batch of due keys. Two servers may choose the same ones: the second finds them marked. A key that is not
 * its customer's by the log is passed over: the entry would stand in the log of another.
 */
async function claimDue(tx: WriteDb, { app, today, passedOver }: Run) {
  const { isInList, listOf } = app.database.fragments;
  const due = await tx
    .selectFrom('key')
    .select(['id', 'customer_id', 'revoked_at'])
    .where(isDue(today))
    .where(sql<SqlBool>`not ${isInList('id', listOf([...passedOver]))}`)
    .orderBy('validity_end')
    .orderBy('id')
    .limit(batchSize)
    .execute();
  const untold = await untoldOwners({ db: reading(tx), app }, 'key', due);
  for (const id of untold) passedOver.add(id);
  const ids = due.flatMap(({ id }) => (untold.has(id) ? [] : [id]));
  return tx
    .updateTable('key')
    .set((eb) => ({ expiry_recorded_end: eb.ref('validity_end') }))
    .where(isInList('id', listOf(ids)))
    .where(isDue(today))
    .returning(['id', 'customer_id', 'mask', 'validity_end', 'seats_taken'])
    .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
    .execute();
}

type DueKey = Awaited<ReturnType<typeof claimDue>>[number];

function entryOf(key: DueKey, startedBy: Record<string, unknown>): AuditDraft {
  const inUse = key.seats_taken > 0;
  return {
    action: 'key.expired',
    keyId: key.id,
    customerId: key.customer_id,
    details: {
      product: key.product,
      maskedKey: key.mask,
      validityEnd: key.validity_end,
      inUse,
      ...(inUse && { seatsTaken: key.seats_taken }),
      ...startedBy,
    },
  };
}

type Finished = {
  expired: number;
  startedAt: string;
  actorId: string;
  idempotency: Idempotency | undefined;
};

async function recordRun(run: Run, { expired, startedAt, actorId, idempotency }: Finished): Promise<{ id: string }> {
  const { app, today, startedBy, by } = run;
  const id = newId(app);
  return change({ ...by, idempotency }, async (tx) => {
    const row = { id, started_at: startedAt, finished_at: by.now(), day: today, expired, actor_id: actorId };
    await tx.insertInto('expiry_run').values(row).execute();
    const details = { day: today, expired, ...startedBy };
    return { result: { id }, audit: { action: 'expiry.completed', subject: `expiryRun:${id}`, details } };
  });
}

/** Runs the job on demand. */
export function runExpiryNow({ app, actor, address, idempotency }: Ctx): Promise<{ id: string }> {
  return runExpiryJob(app, { actor, address, idempotency });
}
