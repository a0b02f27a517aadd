import { databaseFault } from '../db/faults.ts';
import { reading, type WriteDb } from '../db/open.ts';
import { type Appended, appendEntries } from './audit/append.ts';
import { noteWritten, requireRead } from './audit/read-log.ts';
import { firstTaggedOf, readerFrom } from './audit/told-by-log.ts';
import type { App, ChangeWork, Ctx, Idempotency } from './context.ts';
import { requireNamesFree } from './customers/find-by-name.ts';
import { requireActing } from './people/acting.ts';
import { bySystem } from './people/system-actor.ts';
import { withSeals } from './seals/change-sealed.ts';
import { BrokenSeal, type Tampering } from './seals/seal.ts';
import { isNews } from './seals/told-lately.ts';
import { noteSpace } from './upkeep/space.ts';

const deadlockRetries = 5;

/** Thrown inside a change when a request with the same Idempotency-Key has committed meanwhile: it answers for both. */
export class AlreadyDone extends Error {}

type Changing = Pick<Ctx, 'actor' | 'address' | 'idempotency' | 'now' | 'asked'> & {
  app: App;
  /** Who records what is found tampered with, where `app` has secrets that this change is only about to make. */
  recorder?: App;
};

/**
 * The only way to write. Runs `work` in one transaction, appends its audit entries last, and commits: if the entries
 * cannot be written, nothing is. A request with an Idempotency-Key is noted in the same transaction. Rows that decide who
 * may do what are sealed then; where one of them was changed by somebody else, that is recorded and the work refused.
 */
export async function change<Result>(ctx: Changing, work: ChangeWork<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const done = await changeOnce(ctx, work);
      noteSpace(ctx.app.database, false);
      return done;
    } catch (error) {
      if (error instanceof BrokenSeal) {
        await recordTampering(ctx.recorder ?? ctx.app, error.tampering);
        throw error.refusal;
      }
      if (databaseFault(error)?.kind === 'full') noteSpace(ctx.app.database, true);
      // Two transactions took the same rows in another order: the database ended one, which may simply go again.
      if (databaseFault(error)?.kind !== 'deadlock' || attempt === deadlockRetries) throw error;
    }
  }
}

async function changeOnce<Result>(ctx: Changing, work: ChangeWork<Result>): Promise<Result> {
  const { app, actor, address, idempotency } = ctx;
  const done = await app.database.transaction((writable) =>
    withSeals(app, writable, async (tx, sealAll) => {
      if (idempotency) await reserve(tx, idempotency, ctx.now());
      const { result, audit, endsActor, owesFactor } = await work(tx);
      if (idempotency) await settle(tx, idempotency, result);
      const drafts = Array.isArray(audit) ? audit : [audit];
      await requireNamesFree(tx, app, drafts);
      // By a log that is not what was written nobody knows who may do what: nothing is done, and no license key is shown.
      if (app.signing.broken) throw app.signing.broken;
      if (drafts.some(({ action }) => action === 'key.revealed')) await requireRead(app, tx);
      const appended: Appended = await appendEntries(tx, drafts, {
        actor,
        address,
        at: ctx.now(),
        clock: app.clock(),
        fragments: app.database.fragments,
        randomBytes: app.randomBytes,
        tag: app.vault.tag,
        read: readerFrom(await firstTaggedOf({ db: reading(tx), app }), app.vault.tag),
        written: app.signing.written,
      });
      await sealAll(drafts, appended.size - drafts.length);
      // Changes append one after another: whichever took rights away and stands before this one is seen here.
      if (ctx.asked && !endsActor) await requireActing(tx, app, actor, { ...ctx.asked, owesFactor });
      return { result, appended, drafts };
    }),
  );
  noteWritten(app, done.drafts, done.appended);
  app.onAppended(done.appended.size, done.appended.erased);
  return done.result;
}

/**
 * Records that a row was changed by somebody who is not the server: as `tampering.found`, at most once a minute a row,
 * and as an error in the application log. Where it cannot be recorded, the refusal stands all the same.
 */
export async function recordTampering(app: App, tampering: Tampering): Promise<void> {
  const { table, id, what } = tampering;
  if (!isNews(app, tampering)) return;
  app.log.error({ table, id, what }, 'a row was made or changed outside Keybook');
  const now = app.clock().toISOString();
  const by = bySystem(app, 'system', now);
  try {
    await changeOnce(by, async () => ({
      result: {},
      audit: { action: 'tampering.found', subject: `${table}:${id}`, details: { table, row: id, what } },
    }));
  } catch (error) {
    app.reportBug(error, { requestId: '', method: 'SEAL', path: table, code: 'not_recorded' });
  }
}

async function reserve(tx: WriteDb, request: Idempotency, now: string): Promise<void> {
  const { actorId, method, path, key, bodyMac, status } = request;
  const mine = await tx
    .insertInto('idempotency')
    .values({ actor_id: actorId, method, path, key, body_mac: bodyMac, status, result: '', created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('status')
    .executeTakeFirst();
  if (!mine) throw new AlreadyDone();
}

async function settle(tx: WriteDb, request: Idempotency, result: unknown): Promise<void> {
  await tx
    .updateTable('idempotency')
    .set({ result: JSON.stringify(result ?? null) })
    .where('actor_id', '=', request.actorId)
    .where('method', '=', request.method)
    .where('path', '=', request.path)
    .where('key', '=', request.key)
    .execute();
}
