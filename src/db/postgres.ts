import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { ofDatabase } from './faults.ts';
import { fragmentsFor } from './fragments.ts';
import type { Database, ReadDb } from './open.ts';
import { preparedName } from './statement.ts';
import type { Tables } from './tables.ts';

const bigintType = 20;
const numericType = 1700;

type Address = { url: string; poolSize?: number; applicationName?: string };

/** Lets the server parse and plan the fixed statements once a connection; what a query throws is known as the database's. */
function prepareFixedStatements(client: pg.PoolClient): void {
  const query = client.query.bind(client);
  // The one form Kysely calls; all others go through as they are.
  const named = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    const name = typeof text === 'string' && Array.isArray(values) ? preparedName(text) : undefined;
    const send = query as (...args: unknown[]) => unknown;
    const sent = name === undefined ? send(text, values, ...rest) : send({ name, text, values }, ...rest);
    return sent instanceof Promise ? sent.catch(thrownByDatabase) : sent;
  };
  client.query = named as typeof client.query;
}

function thrownByDatabase(error: unknown): never {
  throw ofDatabase(error);
}

/** A PostgreSQL database, through a pool; several servers may share it. */
export function openPostgres({ url, poolSize = 10, applicationName }: Address): Database {
  const types = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === bigintType || oid === numericType
        ? Number
        : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser, // one signature of the overloads
  };
  const named = applicationName === undefined ? {} : { application_name: applicationName, min: 1 };
  const pool = new pg.Pool({ connectionString: url, max: poolSize, types, statement_timeout: 60_000, ...named });
  // An idle connection that breaks is replaced by the pool; the next query says so if the server is gone.
  pool.on('error', () => undefined);
  pool.on('connect', prepareFixedStatements);
  const connect = pool.connect.bind(pool);
  // The one form Kysely calls.
  pool.connect = (() => connect().catch(thrownByDatabase)) as typeof pool.connect;
  const admin = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    engine: 'postgres',
    fragments: fragmentsFor('postgres'),
    // Kysely's documented way to narrow a handle to reads.
    read: admin as unknown as ReadDb,
    admin,
    transaction: (work) => admin.transaction().execute(work),
    async openSnapshot() {
      const snapshot = await admin
        .startTransaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute();
      return {
        // Kysely's documented way to narrow a handle to reads.
        db: snapshot as unknown as ReadDb,
        close: () => snapshot.rollback().execute(),
      };
    },
    close: () => admin.destroy(),
  };
}
