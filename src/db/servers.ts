import { sql } from 'kysely';
import { AppError } from '../domain/errors.ts';
import type { Database } from './open.ts';

/** What a server calls itself towards PostgreSQL. */
export const serverName = 'keybook-serve';

/** Whether a server is connected to this PostgreSQL database; the embedded file has a lock for that instead. */
async function hasServers(database: Database): Promise<boolean> {
  if (database.engine !== 'postgres') return false;
  const { rows } = await sql`select 1 from pg_stat_activity
    where datname = current_database() and application_name = ${serverName} limit 1`.execute(database.admin);
  return rows.length > 0;
}

/** Refuses while a server is connected to a database that has no lock file. */
export async function requireNoServers(database: Database): Promise<void> {
  if (await hasServers(database))
    throw new AppError('server_running', 'A Keybook server is connected to this database. Stop all of them first.');
}

/** Waits for a rotation of keys that is under way: it writes each wrapped key, and has the rows until it ends. Alone with a file, none is. */
export async function afterRotation({ engine, transaction }: Database): Promise<void> {
  if (engine === 'postgres') await transaction((tx) => sql`lock table wrapped_key in share mode`.execute(tx));
}
