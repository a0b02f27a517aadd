import { sql } from 'kysely';
import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { AppError } from '../../domain/errors.ts';
import { type LimitName, limits } from '../../domain/limits.ts';
import type { Ctx } from '../context.ts';
import { spanBefore } from '../upkeep/own-clock.ts';

/** The subject of the entries about searches of keys that came to nothing, or to many. */
export const searchSubjects = {
  lookups: 'keys:lookup',
  deepSearches: 'keys:deep-search',
  givenTexts: 'keys:given',
} as const;

const words: Record<LimitName, string> = {
  reveals: 'license keys revealed',
  lookups: 'license keys looked up',
  knownTexts: 'license keys given and said to be recorded',
  deepSearches: 'searches inside license keys',
  newKeys: 'license keys, names and serial numbers given for records',
  importedKeys: 'license keys and serial numbers in imported files',
};

// The keys of that object.
const limitNames = Object.keys(limits) as LimitName[];

type Counting = Pick<Ctx, 'app' | 'actor'>;

/** Refuses whoever would do this more often than one may, and says when to go on. */
export async function requireWithinLimit(
  db: ReadDb | WriteDb,
  ctx: Counting,
  name: LimitName,
  times = 1,
): Promise<void> {
  const refusal = await refusalOf(db, ctx, name, times);
  if (refusal) throw refusal;
}

type Span = { actorId: string; what: string; since: string; until: string };

const usesWithin = statement(({ db }: On<ReadDb>, { actorId, what, since, until }: Span) =>
  db
    .selectFrom('limited_use')
    .select(['at', 'times'])
    .where('actor_id', '=', actorId)
    .where('what', '=', what)
    .where('at', '>', since)
    .where('at', '<=', until)
    .orderBy('at'),
);

/**
 * The refusal of what goes beyond a limit. Counted by the clock of the server that did it, not by the time of the entries:
 * where a clock ran ahead, the log stays at that time until the clocks reach it.
 */
async function refusalOf(
  db: ReadDb | WriteDb,
  { app, actor }: Counting,
  name: LimitName,
  times: number,
): Promise<AppError | undefined> {
  const { most, minutes } = limits[name];
  const now = app.clock();
  const windowMs = minutes * 60_000;
  const { since, until } = spanBefore(now, windowMs);
  const rows = await usesWithin({ db: reading(db) }, { actorId: actor.id, what: name, since, until });
  let sum = rows.reduce((total, row) => total + row.times, 0);
  if (sum + times <= most) return undefined;
  const last = rows.find((row) => {
    sum -= row.times;
    return sum + times <= most;
  });
  const waitMs = last ? Date.parse(last.at) + windowMs - now.getTime() : windowMs;
  return tooMany(name, now, Math.min(waitMs, windowMs));
}

/** Counts uses. Rows that count no more are deleted day by day (`clean-up`). */
async function noteUses(tx: WriteDb, { app, actor }: Counting, what: LimitName, times: number): Promise<void> {
  await tx
    .insertInto('limited_use')
    .values({ actor_id: actor.id, what, at: app.clock().toISOString(), times })
    .onConflict((conflict) =>
      conflict.columns(['actor_id', 'what', 'at']).doUpdateSet({ times: sql<number>`limited_use.times + ${times}` }),
    )
    .execute();
}

/** Refuses like `requireWithinLimit`, and counts these uses. After `claimActor`, exact. */
export async function countUses(tx: WriteDb, ctx: Counting, name: LimitName, times = 1): Promise<void> {
  await requireWithinLimit(tx, ctx, name, times);
  await noteUses(tx, ctx, name, times);
}

/**
 * Counts what an answer is about to tell, and answers the refusal where that goes beyond a limit. That much is counted as
 * well, up to more than the limit: the refusal tells that there was more. After `claimActor`, exact.
 */
export async function spendUses(
  tx: WriteDb,
  ctx: Counting,
  uses: Partial<Record<LimitName, number>>,
): Promise<AppError | undefined> {
  let refusal: AppError | undefined;
  for (const name of limitNames) {
    const times = uses[name] ?? 0;
    if (times === 0) continue;
    const { most, minutes } = limits[name];
    if (await refusalOf(tx, ctx, name, times)) refusal = tooMany(name, ctx.app.clock(), minutes * 60_000, times > most);
    await noteUses(tx, ctx, name, Math.min(times, most + 1));
  }
  return refusal;
}

/** The refusal of what was done too often: of what, how much of it one may, and from when on it goes on. */
function tooMany(name: LimitName, now: Date, waitMs: number, isAlwaysTooMany = false): AppError {
  const { most, minutes } = limits[name];
  const until = new Date(now.getTime() + waitMs).toISOString();
  return new AppError(
    'too_many_requests',
    `At most ${most} ${words[name]} within ${minutes} min. This goes on at ${until}; anything else works meanwhile.${isAlwaysTooMany ? ' Give fewer at once.' : ''}`,
    [],
    { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)), limit: { name, most, minutes, until } },
  );
}

/** Holds the actor's own row until commit, so that what one user does at the same moment is counted one by one. */
export async function claimActor(tx: WriteDb, { actor }: { actor: Pick<Ctx['actor'], 'id'> }): Promise<void> {
  await tx
    .updateTable('user')
    .set((eb) => ({ role: eb.ref('role') }))
    .where('id', '=', actor.id)
    .execute();
}
