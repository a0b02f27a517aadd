import { type SqlBool, sql } from 'kysely';
import type { ReadDb, WriteDb } from '../db/open.ts';
import { AppError } from '../domain/errors.ts';
import { type LimitName, limits } from '../domain/limits.ts';
import type { Ctx } from './context.ts';
import type { Condition } from './list/run-list.ts';

type Counted = Exclude<LimitName, 'duplicates'>;

/** The subject of the entries about searches of keys that came to nothing, or to many. */
export const searchSubjects = { lookups: 'keys:lookup', deepSearches: 'keys:deep-search' } as const;

/** Which entries (alias `e`, payload `p`) count. A key that went out in an export was no reveal by hand. */
function countedEntries({ fragments }: Ctx, name: Counted): Condition {
  const searched = (subject: string): Condition =>
    sql<SqlBool>`(e.action = 'search.completed' and e.subject = ${subject})`;
  switch (name) {
    case 'reveals':
      return sql<SqlBool>`(e.action = 'key.revealed' and ${fragments.jsonText('p.body', 'export')} is null)`;
    case 'lookups':
      return sql<SqlBool>`(e.action = 'key.lookedUp' or ${searched(searchSubjects.lookups)})`;
    case 'deepSearches':
      return searched(searchSubjects.deepSearches);
  }
}

const words: Record<Counted, string> = {
  reveals: 'license keys revealed',
  lookups: 'license keys looked up',
  deepSearches: 'searches inside license keys',
};

/**
 * Refuses whoever has done this as often as one may, counted in the audit log itself, and says when to go on. Inside
 * the change that records it, after `claimActor`, the count is exact.
 */
export async function requireWithinLimit(db: ReadDb | WriteDb, ctx: Ctx, name: Counted): Promise<void> {
  const { most, minutes } = limits[name];
  const now = Date.parse(ctx.now());
  const since = new Date(now - minutes * 60_000).toISOString();
  // A writable handle reads as well.
  const rows = await (db as ReadDb)
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select('e.at')
    .where('e.actor_id', '=', ctx.actor.id)
    // By the first of these entries, so that the index by time finds where to begin.
    .where('e.idx', '>=', sql<number>`(select min(n.idx) from audit_entry n where n.at > ${since})`)
    .where(countedEntries(ctx, name))
    .orderBy('e.idx', 'desc')
    .limit(most)
    .execute();
  const oldest = rows[most - 1];
  if (!oldest) return;
  throw tooMany(`${most} ${words[name]} within ${minutes} min`, Date.parse(oldest.at) + minutes * 60_000 - now);
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
