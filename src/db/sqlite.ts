import SqliteFile from 'better-sqlite3';
import { CompiledQuery, type DatabaseConnection, Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import { fragmentsFor } from './fragments.ts';
import { groupCommit } from './group-commit.ts';
import type { Database, ReadDb, WriteDb } from './open.ts';
import type { Tables } from './tables.ts';

/** `begin immediate` takes the write lock at once, so a transaction never loses it half way to another process. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #config: ConstructorParameters<typeof SqliteDialect>[0];

  constructor(config: ConstructorParameters<typeof SqliteDialect>[0]) {
    super(config);
    this.#config = config;
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config);
  }
}

const statementCacheSize = 500;

/** Opens one connection: WAL, every commit synced to disk (its build would sync less), foreign keys on. */
function connect(file: string, readonly: boolean): SqliteFile.Database {
  const db = new SqliteFile(file, { readonly, timeout: 5000 });
  if (!readonly) db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('cache_size = -32000');
  return db;
}

function kyselyOver(db: SqliteFile.Database): WriteDb {
  const statements = new Map<string, SqliteFile.Statement>();
  const prepare = (sql: string): SqliteFile.Statement => {
    const known = statements.get(sql);
    if (known) return known;
    if (statements.size >= statementCacheSize) statements.clear();
    const statement = db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  return new Kysely<Tables>({ dialect: new ImmediateDialect({ database: { close: () => db.close(), prepare } }) });
}

/**
 * The embedded database: one writing connection, whose transactions queue behind each other, and one reading
 * connection, which never sees an open transaction.
 */
export function openSqlite(file: string): Database {
  const admin = kyselyOver(connect(file, false));
  let reader: WriteDb | undefined;
  const commits = groupCommit(admin);
  return {
    engine: 'sqlite',
    fragments: fragmentsFor('sqlite'),
    get read() {
      reader ??= kyselyOver(connect(file, true));
      // Kysely's documented way to narrow a handle to reads.
      return reader as unknown as ReadDb;
    },
    admin,
    transaction: commits.transaction,
    async openSnapshot() {
      const connection = connect(file, true);
      // The moment of a deferred transaction is that of its first read.
      connection.exec('begin; select count(*) from sqlite_schema');
      const snapshot = kyselyOver(connection);
      // Kysely's documented way to narrow a handle to reads.
      return { db: snapshot as unknown as ReadDb, close: () => snapshot.destroy() };
    },
    async close() {
      await commits.settled();
      await reader?.destroy();
      await admin.destroy();
    },
  };
}
