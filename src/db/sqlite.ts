import { dirname, resolve } from 'node:path';
import type SqliteFile from 'better-sqlite3';
import { Kysely } from 'kysely';
import { fragmentsFor } from './fragments.ts';
import { groupCommit } from './group-commit.ts';
import { whenUnlocked } from './lock-wait.ts';
import { LongReads } from './long-reads.ts';
import type { Database, ReadDb, WriteDb } from './open.ts';
import { presentLongRead } from './patience.ts';
import { settleSearch } from './search-index.ts';
import { connect, type Prepare, preparing } from './sqlite-connect.ts';
import { PatientDialect, type Prepared } from './sqlite-driver.ts';
import { emptyWriteAheadLog, rewriteFile } from './sqlite-forget.ts';
import type { Tables } from './tables.ts';

/** A file of fewer pages, of 4 KiB each, is gone through in a moment. */
const mostPagesAtOnce = 2000;

type Writer = { db: SqliteFile.Database; prepare: Prepare };

function kyselyOver(prepared: Prepared): WriteDb {
  return new Kysely<Tables>({ dialect: new PatientDialect(prepared) });
}

/**
 * Reads over the writing connection as long as no transaction is open there, because its pages are in memory; else over
 * a connection of their own, so that they never see what is not committed. (A connection forgets its pages whenever
 * another one has written.) Whatever is no read is refused. A long read of a file that is not small is run by `longReads`.
 */
function readsBeside(writer: Writer, file: string, longReads: LongReads): WriteDb {
  let reader: { db: SqliteFile.Database; prepare: Prepare } | undefined;
  const own = () => {
    if (!reader) {
      const db = connect(file, true);
      reader = { db, prepare: preparing(db) };
    }
    return reader;
  };
  const prepare: Prepare = (sql) => {
    if (writer.db.inTransaction) return own().prepare(sql);
    const statement = writer.prepare(sql);
    if (!statement.readonly) throw new Error('this handle only reads');
    return statement;
  };
  const isSmall = () => file === ':memory:' || Number(pageCount(writer)) < mostPagesAtOnce;
  return kyselyOver({
    prepare,
    inTransaction: () => false,
    close: () => reader?.db.close(),
    beside: (query) => {
      const wait = presentLongRead();
      return wait && !isSmall() ? longReads.read(query, wait) : undefined;
    },
  });
}

function pageCount({ prepare }: Writer): unknown {
  return prepare('select page_count from pragma_page_count').pluck().get();
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
  const longReads = new LongReads(file);
  const reads = readsBeside({ db: writer, prepare: prepareWriter }, file, longReads);
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
    settle: () => settleSearch(commits.transaction),
    async forget() {
      await settleSearch(commits.transaction);
      return commits.between(() => emptyWriteAheadLog(file));
    },
    async rewrite() {
      await longReads.end();
      await rewriteFile(admin, file);
    },
    async close() {
      await commits.settled();
      // Whoever closes the file last takes its log away.
      await longReads.end();
      await reads.destroy();
      await admin.destroy();
    },
    // Every other statement is answered before the next line of this process runs.
    abandon: () => void longReads.end(),
  };
}
