import { sql } from 'kysely';
import { type RowOf, type SealedTable, sealedColumns } from './sealed-columns.ts';

/** What a seal is checked with, selected of a table in a join under its alias. */
export function sealedOf(alias: string, table: SealedTable) {
  return [...sealedColumns[table], 'seal'].map((column) => sql.ref(`${alias}.${column}`).as(`${alias}_${column}`));
}

/** Reads the row of that table out of the row of such a join. Made once: it is asked at every request. */
export function joinedRow<Table extends SealedTable>(alias: string, table: Table): (row: object) => RowOf<Table> {
  const names = [...sealedColumns[table], 'seal'].map((column) => [column, `${alias}_${column}`] as const);
  return (row) => {
    // Selected by `sealedOf` under these names, with the types of their table.
    const values = row as Record<string, unknown>;
    const found: Record<string, unknown> = {};
    for (const [column, name] of names) found[column] = values[name];
    return found as RowOf<Table>;
  };
}
