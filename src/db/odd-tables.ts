import { sql } from 'kysely';
import type { Engine } from './engine.ts';
import type { ReadDb } from './open.ts';
import type { Tables } from './tables.ts';

/**
 * Which tables of an embedded database do not hold what is read from them, in words: of a view, a virtual table or a
 * computed column, whoever writes the file can have each version of the engine read something else. What is told by
 * PostgreSQL, one server alone tells.
 */
export async function findOddTables(
  { db, engine }: { db: ReadDb; engine: Engine },
  tables: readonly (keyof Tables)[],
): Promise<string[]> {
  if (engine !== 'sqlite') return [];
  const found: string[] = [];
  for (const table of tables) {
    const listed = sql<{ schema: string; type: string }>`pragma_table_list(${table})`.as('t');
    const kinds = await db.selectFrom(listed).select('t.type').where('t.schema', '=', 'main').execute();
    if (kinds.some(({ type }) => type !== 'table')) found.push(`${table} is no table`);
    const columns = sql<{ name: string; hidden: number }>`pragma_table_xinfo(${table})`.as('c');
    const computed = await db.selectFrom(columns).select('c.name').where('c.hidden', '<>', 0).execute();
    found.push(...computed.map(({ name }) => `the column ${name} of ${table} is computed, not stored`));
  }
  return found;
}
