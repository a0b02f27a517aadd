import SqliteFile from 'better-sqlite3';
import { lockWaitMs } from './lock-wait.ts';

const statementCacheSize = 500;
const longestKept = 20_000;

/**
 * Opens one connection: WAL, every commit synced to disk (its build would sync less), foreign keys on, no traces. SQLite
 * itself waits for the locks of others while the writing one is opened, at the start; later its caller does.
 */
export function connect(file: string, readonly: boolean): SqliteFile.Database {
  const db = new SqliteFile(file, { readonly, timeout: readonly ? 0 : lockWaitMs });
  if (!readonly) db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma(`cache_size = -${readonly ? 4000 : 24_000}`);
  if (!readonly) {
    db.pragma('wal_autocheckpoint = 8000');
    // What is deleted is overwritten with zeros, in tables, indexes and free pages.
    db.pragma('secure_delete = ON');
  }
  db.pragma('busy_timeout = 0');
  return db;
}

export type Prepare = (sql: string) => SqliteFile.Statement;

/** Every statement is compiled by SQLite once; a long one, as long lists of values make, is not kept. */
export function preparing(db: SqliteFile.Database): Prepare {
  const statements = new Map<string, SqliteFile.Statement>();
  return (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= statementCacheSize) statements.clear();
    const statement = db.prepare(sql);
    if (sql.length <= longestKept) statements.set(sql, statement);
    return statement;
  };
}
