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

/**
 * Refuses a pooler that hands out connections by transaction or statement: deadlines, prepared statements and the lock of an
 * upgrade are said of a connection, and would be those of others. One connection says something of itself and is asked for it while
 * another is in use.
 */
export async function requireOwnConnections({ admin, engine }: Database): Promise<void> {
  if (engine !== 'postgres') return;
  await admin.connection().execute(async (own) => {
    await sql`select set_config('keybook.connection', 'own', false)`.execute(own);
    await admin.transaction().execute(async (other) => {
      await sql`select 1`.execute(other);
      const asked = sql<{ said: string | null }>`select current_setting('keybook.connection', true) as said`;
      const { rows } = await asked.execute(own);
      if (rows[0]?.said !== 'own') throw new AppError('unavailable', mixedConnections);
    });
  });
}

const mixedConnections =
  'A pooler stands between Keybook and PostgreSQL that hands out connections by transaction: what Keybook says of a connection would be ' +
  'said of those of others. Give DATABASE_URL the address of PostgreSQL itself, or have the pooler keep sessions (pool_mode = session); see docs/OPERATING.md (Poolers).';

/** Waits for a rotation of keys that is under way: it writes each wrapped key, and has the rows until it ends. Alone with a file, none is. */
export async function afterRotation({ engine, transaction }: Database): Promise<void> {
  if (engine === 'postgres') await transaction((tx) => sql`lock table wrapped_key in share mode`.execute(tx));
}
