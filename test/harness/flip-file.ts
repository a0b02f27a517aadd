import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type Flip, flippedBytes, readAs } from './flip-bytes.ts';
import type { RawTable } from './raw-log.ts';

/** Flips bytes in a copy of the embedded database, whose triggers it drops first. */
export type FileFlipper = {
  /** Whether the byte was flipped: a primary key or a CHECK may refuse the value. */
  apply: (flip: Flip) => boolean;
  undo: (flip: Flip) => void;
  close: () => void;
};

/** In the order a raw log is read in. */
const orders: Record<RawTable, string> = {
  log_identity: 'id',
  audit_head: 'id',
  audit_entry: 'idx',
  audit_payload: 'idx',
  audit_erasure: 'idx',
  audit_checkpoint: 'size',
  audit_tile: 'level, n',
};

export function openFileFlipper(file: string): FileFlipper {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF');
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all())
    database.exec(`DROP TRIGGER ${name}`);
  const rowIds = new Map<string, number[]>();
  for (const [table, order] of Object.entries(orders)) {
    const rows = database.prepare(`SELECT rowid AS id FROM ${table} ORDER BY ${order}`).all();
    rowIds.set(
      table,
      rows.map(({ id }) => Number(id)),
    );
  }
  const set = setterIn(database);
  const rowIdOf = ({ cell }: Flip): number => rowIds.get(cell.table)?.[cell.row] ?? -1;
  /** A primary key of one number is the row's own id. */
  const isRowId = ({ cell }: Flip): boolean => orders[cell.table] === cell.column;

  return {
    apply: (flip) => {
      try {
        set(flip, flippedBytes(flip), rowIdOf(flip));
        return true;
      } catch (error) {
        if (error instanceof Error && /UNIQUE|CHECK/.test(error.message)) return false;
        throw error;
      }
    },
    undo: (flip) => {
      const rowId = isRowId(flip) ? Number(readAs(flip.cell, flippedBytes(flip))) : rowIdOf(flip);
      set(flip, flip.cell.bytes, rowId);
    },
    close: () => database.close(),
  };
}

/** The log's tables in memory, without the keys and constraints that would refuse a value: every flip can be made. */
export type MemoryFlipper = { database: DatabaseSync; apply: (flip: Flip) => void; undo: (flip: Flip) => void };

export function openMemoryFlipper(file: string): MemoryFlipper {
  const database = new DatabaseSync(':memory:');
  database.exec(`ATTACH '${file}' AS whole`);
  // With the columns of the file, and without its keys: any value may be flipped into another.
  for (const [table, order] of Object.entries(orders)) {
    const columns = database.prepare(`SELECT name, type FROM pragma_table_info(?, 'whole')`).all(table);
    database.exec(`CREATE TABLE ${table} (${columns.map(({ name, type }) => `${name} ${type}`).join(', ')})`);
    database.exec(`INSERT INTO ${table} SELECT * FROM whole.${table} ORDER BY ${order}`);
  }
  for (const table of ['audit_entry', 'audit_payload', 'audit_erasure'])
    database.exec(`CREATE INDEX idx_of_${table} ON ${table} (idx)`);
  database.exec('DETACH whole');
  const set = setterIn(database);
  // A new table counts its rows from 1.
  return {
    database,
    apply: (flip) => set(flip, flippedBytes(flip), flip.cell.row + 1),
    undo: (flip) => set(flip, flip.cell.bytes, flip.cell.row + 1),
  };
}

/** Writes bytes to a column of a row. */
function setterIn(database: DatabaseSync): (flip: Flip, bytes: Buffer, rowId: number) => void {
  const statements = new Map<string, StatementSync>();
  return ({ cell }, bytes, rowId) => {
    const { table, column, isText } = cell;
    const text = `UPDATE ${table} SET ${column} = ${isText ? 'CAST(? AS TEXT)' : '?'} WHERE rowid = ?`;
    const statement = statements.get(text) ?? database.prepare(text);
    statements.set(text, statement);
    statement.run(isText ? bytes : readAs(cell, bytes), rowId);
  };
}
