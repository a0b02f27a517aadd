import type { ReadDb, WriteDb } from '../db/open.ts';
import { AppError } from '../domain/errors.ts';
import { type LimitName, limits } from '../domain/limits.ts';
import type { Ctx } from './context.ts';
import { spanBefore } from './own-clock.ts';

type Counted = Exclude<LimitName, 'duplicates'>;

/** The subject of the entries about searches of keys that came to nothing, or to many. */
export const searchSubjects = { lookups: 'keys:lookup', deepSearches: 'keys:deep-search' } as const;

const words: Record<Counted, string> = {
  reveals: 'license keys revealed',
  lookups: 'license keys looked up',
  deepSearches: 'searches inside license keys',
};

/**
 * Refuses whoever has done this as often as one may, and says when to go on. Counted by the clock of the server that
 * did it, not by the time of the entries: where a clock ran ahead, the log stays at that time until the clocks reach it.
 */
export async function requireWithinLimit(db: ReadDb | WriteDb, ctx: Ctx, name: Counted): Promise<void> {
  const { most, minutes } = limits[name];
  const windowMs = minutes * 60_000;
  const now = new Date(ctx.now());
  const { since, until } = spanBefore(now, windowMs);
  // A writable handle reads as well.
  const rows = await (db as ReadDb)
    .selectFrom('limited_use')
    .select(['at', 'times'])
    .where('actor_id', '=', ctx.actor.id)
    .where('what', '=', name)
    .where('at', '>', since)
    .where('at', '<=', until)
    .orderBy('at', 'desc')
    .execute();
  const oldest = firstOfLast(rows, most);
  if (oldest === undefined) return;
  const waitMs = Math.min(Date.parse(oldest) + windowMs - now.getTime(), windowMs);
  throw tooMany(`${most} ${words[name]} within ${minutes} min`, waitMs);
}

/** When the first of the last `most` uses was, of rows from the newest to the oldest; undefined where there were fewer. */
function firstOfLast(rows: { at: string; times: number }[], most: number): string | undefined {
  let sum = 0;
  return rows.find(({ times }) => {
    sum += times;
    return sum >= most;
  })?.at;
}

/** Refuses like `requireWithinLimit`, and counts this use. Inside the change that records it, after `claimActor`, exact. */
export async function countUse(tx: WriteDb, ctx: Ctx, name: Counted): Promise<void> {
  await requireWithinLimit(tx, ctx, name);
  const { since, until } = spanBefore(new Date(ctx.now()), limits[name].minutes * 60_000);
  await tx
    .deleteFrom('limited_use')
    .where('actor_id', '=', ctx.actor.id)
    .where('what', '=', name)
    .where((eb) => eb.or([eb('at', '<=', since), eb('at', '>', until)]))
    .execute();
  await tx
    .insertInto('limited_use')
    .values({ actor_id: ctx.actor.id, what: name, at: ctx.now(), times: 1 })
    .onConflict((conflict) =>
      conflict.columns(['actor_id', 'what', 'at']).doUpdateSet((eb) => ({ times: eb('limited_use.times', '+', 1) })),
    )
    .execute();
}

/** The refusal of what was done too often, with the seconds until it may go on. */
export function tooMany(what: string, waitMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AppError(
    'too_many_requests',
    `That is ${what}, and as many as one may. Go on in ${retryAfterSeconds} seconds.`,
    [],
    { retryAfterSeconds },
  );
}

/** Holds the actor's own row until commit, so that what one user does at the same moment is counted one by one. */
export async function claimActor(tx: WriteDb, { actor }: Ctx): Promise<void> {
  await tx
    .updateTable('user')
    .set((eb) => ({ role: eb.ref('role') }))
    .where('id', '=', actor.id)
    .execute();
}
