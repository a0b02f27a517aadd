import { type DatabaseConnection, type Driver, Kysely, PostgresDialect, PostgresDriver } from 'kysely';
import pg from 'pg';
import { fragmentsFor } from './fragments.ts';
import type { Database, ReadDb } from './open.ts';
import { withPatience } from './patience.ts';
import { commitFault } from './postgres-faults.ts';
import { rewriteTables, vacuumTables } from './postgres-forget.ts';
import { hostsOf } from './postgres-hosts.ts';
import { type AbandonablePool, openPool } from './postgres-pool.ts';
import type { Tables } from './tables.ts';

const bigintType = 20;
const numericType = 1700;
/** No column of ours is of these types. One that somebody gave one of them is read as text: nothing else compares with texts. */
const dateTypes = new Set<number>([pg.types.builtins.DATE, pg.types.builtins.TIMESTAMP, pg.types.builtins.TIMESTAMPTZ]);

type Address = { url: string; poolSize?: number; applicationName?: string };

/** What a lost connection means depends on where it was lost. */
class LossyDriver extends PostgresDriver {
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      throw commitFault(error);
    }
  }

  /** What cannot be rolled back is over already, and the connection is discarded: the first error speaks. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      // Kysely gives back the connections that this driver made.
      await super.rollbackTransaction(connection as Parameters<PostgresDriver['rollbackTransaction']>[0]);
    } catch {
      // PostgresDriver has marked the connection.
    }
  }
}

class LossyDialect extends PostgresDialect {
  readonly #pool: AbandonablePool;

  constructor(pool: AbandonablePool) {
    super({ pool });
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new LossyDriver({ pool: this.#pool });
  }
}

/** A PostgreSQL database, through a pool; several servers may share it. */
export function openPostgres({ url, poolSize = 10, applicationName }: Address): Database {
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === bigintType || oid === numericType
        ? Number
        : dateTypes.has(oid)
          ? String
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser, // one signature of the overloads
  };
  const named = applicationName === undefined ? {} : { application_name: applicationName, min: 1 };
  const pool = openPool(hostsOf(url), { max: poolSize, types, ...named });
  const admin = new Kysely<Tables>({ dialect: new LossyDialect(pool) });
  return {
    engine: 'postgres',
    fragments: fragmentsFor('postgres'),
    // Kysely's documented way to narrow a handle to reads.
    read: admin as unknown as ReadDb,
    admin,
    transaction: (work) => admin.transaction().execute(work),
    async openSnapshot() {
      const snapshot = await withPatience('work', () =>
        admin.startTransaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(),
      );
      return {
        // Kysely's documented way to narrow a handle to reads.
        db: snapshot as unknown as ReadDb,
        close: () => snapshot.rollback().execute(),
      };
    },
    // It keeps its indexes itself.
    settle: async () => undefined,
    forget: () => vacuumTables(admin),
    rewrite: () => rewriteTables(admin),
    close: () => admin.destroy(),
    abandon: pool.abandon,
  };
}
