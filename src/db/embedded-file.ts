import { chmodSync, closeSync, fsyncSync, openSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { Database, ReadDb } from './open.ts';
import type { Tables } from './tables.ts';

/** What to do instead where only the embedded file is served. */
export const onlyEmbedded =
  'This works on the embedded database. For PostgreSQL use its own tools: pg_dump and pg_restore, or a base backup, and then: keybook restore --in-place. Keep secrets/master.key with it.';

/**
 * Rows that point to what is not there, in words; a file that was changed past the foreign keys has them. PostgreSQL looks
 * after its own.
 */
export async function findOrphans({ admin, engine }: Database): Promise<string[]> {
  if (engine !== 'sqlite') return [];
  const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(admin);
  const counts = new Map<string, number>();
  for (const { table, parent } of rows) {
    const name = `${table} without its ${parent}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} × ${name}`);
}

/**
 * What lies beside a file database, or beside the one that a link leads to, and holds a part of its content: changes that
 * are not in it yet, or those that whoever opens it next takes back. Without that, the file alone tells something else.
 */
export function heldBeside(file: string): string[] {
  const own = realpathSync(file);
  const held = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  return [`${own}-wal`, `${own}-journal`].filter(held);
}

/** Copies the embedded database, as of one moment and beside other work, into a new file only this user can read. */
export async function copyDatabase(database: Database, file: string): Promise<void> {
  // Made first, so that no one else can read the copy while it is written.
  writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
  // What was deleted and waits to be taken out of the search index is in no copy.
  await database.settle();
  await sql`vacuum into ${file}`.execute(database.admin);
  chmodSync(file, 0o600);
  const descriptor = openSync(file, 'r+');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/**
 * What is damaged in the embedded file, in the engine's words; `thorough` compares indexes with their tables as well.
 * PostgreSQL looks after its own files: nothing is said about them.
 */
export async function findDamage(database: Database, thorough: boolean): Promise<string[]> {
  if (database.engine !== 'sqlite') return [];
  const pragma = thorough ? sql`pragma integrity_check(10)` : sql`pragma quick_check(10)`;
  const { rows } = await pragma.execute(database.admin);
  // Either pragma answers rows of one text column, named after itself.
  return faultsIn(rows.map((row) => String(Object.values(row as Record<string, unknown>)[0])));
}

/** The same, thoroughly, of some tables alone. */
export async function findDamageOf(
  { db, engine }: { db: ReadDb; engine: Engine },
  tables: readonly (keyof Tables)[],
): Promise<string[]> {
  if (engine !== 'sqlite') return [];
  const found: string[] = [];
  for (const table of tables) {
    const check = sql<{ integrity_check: string }>`pragma_integrity_check(${table})`.as('looked');
    const rows = await db.selectFrom(check).select('looked.integrity_check as words').execute();
    found.push(...faultsIn(rows.map(({ words }) => words)));
  }
  return found;
}

function faultsIn(words: string[]): string[] {
  return words.filter((word) => word !== 'ok');
}

/** Whether the embedded file has tables of another program and none of ours. */
export async function isForeign(database: Database): Promise<boolean> {
  if (database.engine !== 'sqlite') return false;
  const tables = await database.admin.introspection.getTables({ withInternalKyselyTables: true });
  return tables.length > 0 && !tables.some((table) => table.name === 'kysely_migration');
}
