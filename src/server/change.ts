import { databaseFault } from '../db/faults.ts';
import type { WriteDb } from '../db/open.ts';
import { type Appended, appendEntries } from './audit/append.ts';
import type { App, ChangeWork, Ctx, Idempotency } from './context.ts';

const deadlockRetries = 5;

/** Thrown inside a change when a request with the same Idempotency-Key has committed meanwhile: it answers for both. */
export class AlreadyDone extends Error {}

type Changing = Pick<Ctx, 'actor' | 'address' | 'idempotency' | 'now'> & { app: App };

/**
 * The only way to write. Runs `work` in one transaction, appends its audit entries last, and commits: if the entries
 * cannot be written, nothing is. A request with an Idempotency-Key is noted in the same transaction.
 */
export async function change<Result>(ctx: Changing, work: ChangeWork<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await changeOnce(ctx, work);
    } catch (error) {
      // Two transactions took the same rows in another order: the database ended one, which may simply go again.
      if (databaseFault(error)?.kind !== 'deadlock' || attempt === deadlockRetries) throw error;
    }
  }
}

async function changeOnce<Result>(ctx: Changing, work: ChangeWork<Result>): Promise<Result> {
  const { app, actor, address, idempotency } = ctx;
  const done = await app.database.transaction(async (tx) => {
    if (idempotency) await reserve(tx, idempotency, ctx.now());
    const { result, audit } = await work(tx);
    if (idempotency) await settle(tx, idempotency, result);
    const drafts = Array.isArray(audit) ? audit : [audit];
    const appended: Appended = await appendEntries(tx, drafts, {
      actor,
      address,
      at: ctx.now(),
      clock: app.clock(),
      fragments: app.database.fragments,
      randomBytes: app.randomBytes,
      tag: app.vault.tag,
    });
    return { result, appended };
  });
  app.onAppended(done.appended.size, done.appended.erased);
  return done.result;
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
