import { sql } from 'kysely';
import type { WriteDb } from './open.ts';

/** What a schema holds: each object by a name that people understand, with the text that makes it. */
export type SchemaObjects = Map<string, string>;

/** The tables that the migrator keeps for itself. */
export const migratorTables = ['kysely_migration', 'kysely_migration_lock'];
/** These, and what the engine's own ANALYZE writes. Passed over with their indexes; triggers and views never are. */
const passedOver = new Set([...migratorTables, 'sqlite_stat1', 'sqlite_stat4']);

/** The objects of an embedded database. */
export async function sqliteObjects(db: WriteDb): Promise<SchemaObjects> {
  const { rows } = await sql<{ type: string; name: string; tbl_name: string; sql: string | null }>`
    select type, name, tbl_name, sql from sqlite_schema order by tbl_name, type desc, name`.execute(db);
  return new Map(
    rows
      .filter(({ type, tbl_name }) => !((type === 'table' || type === 'index') && passedOver.has(tbl_name)))
      .map(({ type, name, tbl_name, sql: text }) => [nameOf(type, name, tbl_name), text ?? '']),
  );
}

function nameOf(type: string, name: string, table: string): string {
  return type === 'table' || type === 'view' ? `the ${type} ${name}` : `the ${type} ${name} of ${table}`;
}
