import { sql } from 'kysely';
import type { Database, ReadDb } from '../../db/open.ts';
import { statedTables } from '../../domain/audit/stated-facts.ts';
import { AppError } from '../../domain/errors.ts';
import { readIdentity } from '../audit/log-source.ts';
import { writeTagsWitness } from '../audit/tags-witness.ts';
import type { Config } from '../config.ts';

/** The tables whose every row was made with an entry. */
const recordTables = [...new Set(Object.values(statedTables))];

/** Whether a log has no entry at all, as one that is only just made. */
export async function isNewLog({ read }: Database): Promise<boolean> {
  return (await read.selectFrom('audit_entry').select('idx').limit(1).executeTakeFirst()) === undefined;
}

/** Which tables of records have a row, all at one moment. */
export async function recordsThere(db: ReadDb): Promise<string[]> {
  const looks = recordTables.map((table) =>
    sql<boolean | number>`exists (select 1 from ${sql.table(table)})`.as(table),
  );
  const there = await db.selectNoFrom(looks).executeTakeFirstOrThrow();
  return recordTables.filter((table) => there[table]);
}

/**
 * Whether a database has people, settings or other records and no entry at all. Each of them was made with an entry,
 * whatever else their rows say: somebody took the entries away.
 */
export async function isEmptied(database: Database): Promise<boolean> {
  const records = await recordsThere(database.read);
  // The log last: another server may be setting it up just now.
  return records.length > 0 && (await isNewLog(database));
}

/** Refuses such a database. */
export async function refuseEmptiedLog(database: Database): Promise<void> {
  if (!(await isEmptied(database))) return;
  throw new AppError(
    'log_inconsistent',
    'The audit log is empty, and the database has people, settings or records that it told of: somebody emptied it. Keybook does not start on it, because what it holds would then be taken for genuine. Nothing was changed. Restore a backup (keybook restore FILE --replace).',
  );
}

/**
 * Says outside the database that the entries of a new log have tags from the first on, before anybody is served: who
 * empties that log later cannot have it taken for one of a version that knew none.
 */
export async function witnessNewLog(config: Config, { read }: Database): Promise<void> {
  const identity = await readIdentity(read);
  if (identity) writeTagsWitness(config, { origin: identity.origin, from: 0 });
}
