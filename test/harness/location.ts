import { join } from 'node:path';
import { sql } from 'kysely';
import type { DatabaseLocation } from '../../src/db/open.ts';
import { withDatabase } from './postgres.ts';
import { postgresUrl } from './run-postgres.ts';
import type { World } from './world.ts';

/** Where a world's database is, for another process. */
export async function locationOf({ database, dataDir }: World): Promise<DatabaseLocation> {
  if (database.engine === 'sqlite') return { file: join(dataDir, 'keybook.db') };
  const found = await sql<{ name: string }>`select current_database() as name`.execute(database.admin);
  return { url: withDatabase(await postgresUrl(), found.rows[0]?.name ?? '') };
}
