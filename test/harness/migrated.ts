import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { Started } from './door.ts';
import { createDatabase, dropDatabase } from './postgres.ts';

async function migrated(where: { file: string } | { url: string }): Promise<void> {
  const database = openDatabase(where);
  await migrate(database);
  await database.close();
}

/** Makes the SQLite file with today's schema that the worlds of a run are copies of. */
export async function migrateFile(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-migrated-'));
  const file = join(folder, 'keybook.db');
  await migrated({ file });
  return { address: file, stop: async () => rmSync(folder, { recursive: true, force: true }) };
}

/** The same of a PostgreSQL. */
export async function migrateDatabase(server: string): Promise<Started> {
  const url = await createDatabase(server);
  await migrated({ url });
  return { address: url, stop: () => dropDatabase(url) };
}
