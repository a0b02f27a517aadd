import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { Migrator } from 'kysely/migration';
import { migrationsFor } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { openApp } from '../../src/server/app.ts';
import { readConfig } from '../../src/server/config.ts';
import { openLog } from '../../src/server/log.ts';
import { asBeforeTags } from './before-tags.ts';

/** What version 0.1.0 kept in other columns: it comes along with none of it. */
const left = ['session', 'token', 'setup_token', 'second_factor', 'recovery_code', 'identity', 'idempotency'];

/**
 * Writes `file` as version 0.1.0 would have left the embedded database of a stopped installation: made by its two steps of
 * the schema alone, with a log without tags whose first `signed` entries a checkpoint covers, and no secrets but its
 * three. Answers how many entries it has. The installation stays as it is.
 */
export async function writeVersion010(dataDir: string, file: string, signed: number): Promise<number> {
  const between = `${file}.between`;
  copyFileSync(join(dataDir, 'keybook.db'), between);
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent' });
  const database = openDatabase({ file: between });
  const app = await openApp({ config, database, log: openLog('silent') });
  const { audit_entry } = await asBeforeTags({ app, database }, signed);
  await database.close();
  await makeOldSchema(file);
  copyRows(between, file);
  return audit_entry.length;
}

async function makeOldSchema(file: string): Promise<void> {
  const database = openDatabase({ file });
  const { '0001-core': core, '0002-views': views } = migrationsFor(database);
  if (!core || !views) throw new Error('these steps were released');
  const steps = { '0001-core': core, '0002-views': views };
  await new Migrator({ db: database.admin, provider: { getMigrations: async () => steps } }).migrateToLatest();
  await database.close();
}

/** Every row, as far as the older tables have a place for it. */
function copyRows(from: string, to: string): void {
  const sqlite = new SqliteFile(to);
  const column = (sql: string) => sqlite.prepare<[], string>(sql).pluck().all();
  sqlite.pragma('foreign_keys = OFF');
  sqlite.exec(`ATTACH '${from}' AS newer`);
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) sqlite.exec(`DROP TRIGGER main.${name}`);
  const tables = column("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'kysely%'");
  const newer = new Set(column("SELECT name FROM newer.sqlite_schema WHERE type = 'table'"));
  for (const table of tables.filter((name) => !left.includes(name) && newer.has(name))) {
    const columns = column(`SELECT name FROM pragma_table_info('${table}', 'main')
      INTERSECT SELECT name FROM pragma_table_info('${table}', 'newer')`).map((name) => `"${name}"`);
    sqlite.exec(`DELETE FROM main."${table}";
      INSERT INTO main."${table}" (${columns}) SELECT ${columns} FROM newer."${table}"`);
  }
  for (const { sql } of triggers) sqlite.exec(sql);
  sqlite.close();
}
