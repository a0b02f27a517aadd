import { dirname, resolve } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { Kysely } from 'kysely';
import { fragmentsFor } from './fragments.ts';
import { groupCommit } from './group-commit.ts';
import { lockWaitMs, whenUnlocked } from './lock-wait.ts';
import type { Database, ReadDb, WriteDb } from './open.ts';
import { PatientDialect, type Prepared } from './sqlite-driver.ts';
import { emptyWriteAheadLog, rewriteFile } from './sqlite-forget.ts';
import type { Tables } from './tables.ts';

const statementCacheSize = 500;
const longestKept = 20_000;

/**
 * Opens one connection: WAL, every commit synced to disk (its build would sync less), foreign keys on, no traces. SQLite
 * itself waits for the locks of others while the writing one is opened, at the start; later its caller does.
 */
function connect(file: string, readonly: boolean): SqliteFile.Database {
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

type Prepare = (sql: string) => SqliteFile.Statement;

/** Every statement is compiled by SQLite once; a long one, as long lists of values make, is not kept. */
function preparing(db: SqliteFile.Database): Prepare {
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

function kyselyOver(prepared: Prepared): WriteDb {
  return new Kysely<Tables>({ dialect: new PatientDialect(prepared) });
}

/**
 * Reads over the writing connection as long as no transaction is open there, because its pages are in memory; else over
 * a connection of their own, so that they never see what is not committed. (A connection forgets its pages whenever
 * another one has written.) Whatever is no read is refused.
 */
function readsBeside(writer: SqliteFile.Database, prepareWriter: Prepare, file: string): WriteDb {
  let reader: { db: SqliteFile.Database; prepare: Prepare } | undefined;
  const own = () => {
    if (!reader) {
      const db = connect(file, true);
      reader = { db, prepare: preparing(db) };
    }
    return reader;
  };
  const prepare: Prepare = (sql) => {
    if (writer.inTransaction) return own().prepare(sql);
    const statement = prepareWriter(sql);
    if (!statement.readonly) throw new Error('this handle only reads');
    return statement;
  };
  return kyselyOver({ prepare, inTransaction: () => false, close: () => reader?.db.close() });
}

/**
 * The embedded database: one writing connection, whose transactions queue behind each other, and reads that never see an
 * open transaction.
 */
export function openSqlite(file: string): Database {
  // What a large sort puts aside belongs on the same disk as the rows it is made of.
  if (file !== ':memory:') process.env.SQLITE_TMPDIR ??= dirname(resolve(file));
  const writer = connect(file, false);
  const prepareWriter = preparing(writer);
  const commits = groupCommit(() => admin);
  const admin = kyselyOver({
    prepare: prepareWriter,
    inTransaction: () => writer.inTransaction,
    close: () => writer.close(),
    goOn: commits.goOn,
  });
  const reads = readsBeside(writer, prepareWriter, file);
  return {
    engine: 'sqlite',
    fragments: fragmentsFor('sqlite'),
    // Kysely's documented way to narrow a handle to reads.
    read: reads as unknown as ReadDb,
    admin,
    transaction: commits.transaction,
    async openSnapshot() {
      const connection = connect(file, true);
      // The moment of a deferred transaction is that of its first read.
      const firstRead = 'select count(*) from sqlite_schema';
      await whenUnlocked(() => connection.exec(connection.inTransaction ? firstRead : `begin; ${firstRead}`)).catch(
        (error) => {
          connection.close();
          throw error;
        },
      );
      const snapshot = kyselyOver({
        prepare: preparing(connection),
        inTransaction: () => false,
        close: () => connection.close(),
      });
      // Kysely's documented way to narrow a handle to reads.
      return { db: snapshot as unknown as ReadDb, close: () => snapshot.destroy() };
    },
    forget: () => commits.between(() => emptyWriteAheadLog(file)),
    rewrite: () => rewriteFile(admin, file),
    async close() {
      await commits.settled();
      await reads.destroy();
      await admin.destroy();
    },
    // Every statement is answered before the next line of this process runs.
    abandon: () => undefined,
  };
}
