import type { ReadDb, WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { type LimitName, limits } from '../../domain/limits.ts';
import type { Ctx } from '../context.ts';
import { spanBefore } from '../upkeep/own-clock.ts';

type Counted = 'reveals' | 'lookups' | 'deepSearches';

/** The subject of the entries about searches of keys that came to nothing, or to many. */
export const searchSubjects = { lookups: 'keys:lookup', deepSearches: 'keys:deep-search' } as const;

const words: Record<LimitName, string> = {
  reveals: 'license keys revealed',
  lookups: 'license keys looked up',
  deepSearches: 'searches inside license keys',
  newKeys: 'license keys, names and serial numbers given for records',
  importedKeys: 'license keys and serial numbers in imported files',
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
  throw tooMany(name, now, waitMs);
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

/** The refusal of what was done too often: of what, how much of it one may, and from when on it goes on. */
export function tooMany(name: LimitName, now: Date, waitMs: number): AppError {
  const { most, minutes } = limits[name];
  const until = new Date(now.getTime() + waitMs).toISOString();
  return new AppError(
    'too_many_requests',
    `At most ${most} ${words[name]} within ${minutes} min. This goes on at ${until}; anything else works meanwhile.`,
    [],
    { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)), limit: { name, most, minutes, until } },
  );
}

/** Holds the actor's own row until commit, so that what one user does at the same moment is counted one by one. */
export async function claimActor(tx: WriteDb, { actor }: Pick<Ctx, 'actor'>): Promise<void> {
  await tx
    .updateTable('user')
    .set((eb) => ({ role: eb.ref('role') }))
    .where('id', '=', actor.id)
    .execute();
}
