import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { databaseFault, notePostgresFault } from './faults.ts';
import { type Patience, presentLongRead, presentPatience, statementMs, tookTooLong } from './patience.ts';
import { connectFault, statementFault } from './postgres-faults.ts';
import type { Hosts } from './postgres-hosts.ts';
import { preparedName } from './statement.ts';

/** For a connection, whether a new one or one of the pool. */
const connectMs = 5000;
/** PostgreSQL ends a statement itself; one that does not even do that is given up so much later. */
const graceMs = 2000;
/** A transaction in which nothing is asked for any more is that of a server that hangs or was lost. */
const idleInTransactionMs = 60_000;
const keepAliveMs = 10_000;

/** A client that nobody has to listen to: an error of a connection is told to the statement that is under way, or next. */
class ListenedClient extends pg.Client {
  isLost = false;
  /** What PostgreSQL was told of the time a statement may take. */
  patience: Patience = 'interactive';

  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => {
      this.isLost = true;
    });
    this.on('end', () => {
      this.isLost = true;
    });
  }

  /** Breaks the connection off, whatever is under way on it: what waits for an answer fails at once. */
  abandon(): void {
    this.isLost = true;
    this.connection.stream.destroy();
  }
}

export type AbandonablePool = PostgresPool & {
  /** Breaks off all connections and makes no new ones. */
  abandon: () => void;
};

/**
 * A pool whose connections may break at any moment without anything but their own statements failing. Of several hosts, those
 * that take writes are connected to. Each statement has a deadline on both sides. Whatever is thrown is known as thrown by PostgreSQL (`databaseFault`).
 */
export function openPool(hosts: Hosts, config: pg.PoolConfig): AbandonablePool {
  const clients = new Set<ListenedClient>();
  class PoolClient extends ListenedClient {
    constructor(own?: pg.ClientConfig) {
      super({ ...own, connectionString: hosts.present() });
      clients.add(this);
      this.once('end', () => clients.delete(this));
    }
  }
  let isAbandoned = false;
  const pool = new pg.Pool({
    ...config,
    // The pool's type asks for a constructor without parameters, and gives one all the same.
    Client: PoolClient as unknown as new () => pg.ClientBase,
    connectionTimeoutMillis: connectMs,
    statement_timeout: statementMs.interactive,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    onConnect: async (client) => {
      if (hosts.count > 1) await requireWritable(client);
      await catalogFirst(client);
    },
  });
  // An idle connection that breaks is replaced by the pool; the next query says so if the server is gone.
  pool.on('error', () => undefined);
  return {
    options: pool.options,
    async connect() {
      const client = await connected(pool, hosts, () => isAbandoned);
      return checkedOut(ours(client), (isBroken) => client.release(isBroken));
    },
    end: () => pool.end(),
    abandon: () => {
      isAbandoned = true;
      for (const client of clients) client.abandon();
    },
  };
}

/** A connection of the pool; where one host is away, or a standby, the others are tried, each once. */
async function connected(pool: pg.Pool, hosts: Hosts, isAbandoned: () => boolean): Promise<pg.PoolClient> {
  for (let left = hosts.count; ; left -= 1) {
    const isFull = pool.totalCount >= pool.options.max && pool.idleCount === 0;
    if (isAbandoned()) throw connectFault(new Error('the database is being closed'), false);
    const tried = hosts.present();
    try {
      return await pool.connect();
    } catch (error) {
      const fault = connectFault(error, isFull);
      if (databaseFault(fault)?.kind !== 'gone') throw fault;
      hosts.leave(tried);
      if (left <= 1) throw fault;
    }
  }
}

/** A standby can be read, but answers what was, and takes nothing: another host is the primary, or will be. */
async function requireWritable(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ mode: string }>(
    `select pg_catalog.current_setting('transaction_read_only') as mode`,
  );
  if (rows[0]?.mode !== 'off') throw new Error('this host is a standby');
}

/**
 * Names of operators and functions mean the engine's own: whoever writes the database as our role can have it look elsewhere
 * first. Where nothing is said of the catalog it comes first.
 */
async function catalogFirst(client: pg.ClientBase): Promise<void> {
  const found = await client.query<{ name: string }>(
    'select pg_catalog.unnest(pg_catalog.current_schemas(false)) as name',
  );
  const names = found.rows.map(({ name }) => name);
  if (!names.includes('pg_catalog')) return;
  const path = names.filter((name) => name !== 'pg_catalog').map((name) => client.escapeIdentifier(name));
  await client.query(`select pg_catalog.set_config('search_path', $1, false)`, [path.join(', ')]);
}

/** The pool makes no others. */
function ours(client: pg.ClientBase): ListenedClient {
  return client as ListenedClient;
}

type Release = (isBroken: boolean) => void;
type Query = (text: string, values?: readonly unknown[]) => Promise<pg.QueryResult>;

/** One use of a connection, as Kysely wants it. A broken connection is never given back. */
async function checkedOut(client: ListenedClient, release: Release): Promise<PostgresPoolClient> {
  const patience = presentPatience();
  const longRead = presentLongRead();
  const query: Query = async (text, values) => {
    try {
      return await inTime(client, patience, text, values);
    } catch (error) {
      throw longRead && isCancelled(error) ? tookTooLong(longRead.ms) : error;
    }
  };
  if (client.patience !== patience) {
    try {
      await query(`select set_config('statement_timeout', $1, false)`, [String(statementMs[patience])]);
      client.patience = patience;
    } catch (error) {
      release(true);
      throw error;
    }
  }
  const use = { query, release: (isBroken?: boolean) => release(client.isLost || isBroken === true) };
  // Of the forms of `query`, Kysely calls this one; the other is for cursors, which are not set up here.
  return use as unknown as PostgresPoolClient;
}

/** PostgreSQL has ended the statement itself, as its time was over. */
function isCancelled(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014';
}

async function inTime(client: ListenedClient, patience: Patience, text: string, values: readonly unknown[] = []) {
  if (client.isLost) throw notePostgresFault(new Error('the connection is lost'), { kind: 'gone', isUnsent: true });
  const late = setTimeout(() => client.abandon(), statementMs[patience] + graceMs);
  try {
    // Lets the server parse and plan the fixed statements once a connection.
    const name = preparedName(text);
    return await client.query({ text, values: [...values], ...(name !== undefined && { name }) });
  } catch (error) {
    const thrown = statementFault(error, client.isLost);
    // After a failover the next connection may lead to the new primary.
    if (databaseFault(thrown)?.kind === 'readonly') client.isLost = true;
    throw thrown;
  } finally {
    clearTimeout(late);
  }
}
