import type SqliteFile from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
} from 'kysely';
import { type GoOn, whenUnlocked } from './lock-wait.ts';
import { othersTurn } from './others-turn.ts';

/** What a driver needs of a connection: statements, whether a transaction is open, and the end. */
export type Prepared = {
  prepare: (sql: string) => SqliteFile.Statement;
  inTransaction: () => boolean;
  close: () => void;
  /** Whether to wait longer for the write lock; see `whenUnlocked`. */
  goOn?: GoOn;
  /** The rows of a statement that is better run elsewhere; undefined for others, and where that cannot be. */
  beside?: (query: CompiledQuery) => Promise<Record<string, unknown>[] | undefined> | undefined;
};

/** Some milliseconds of short statements, each of which is done at once: a verb of a thousand rows has as many and more. */
const statementsAtOnce = 50;

/** Waits for the locks of others, and lets others have their turn; what SQLite has ended by itself does not go on by halves. */
class PatientConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;
  readonly #inTransaction: () => boolean;
  readonly #beside: Prepared['beside'];
  readonly #turn = othersTurn(statementsAtOnce);
  #isOpen = false;
  #cause: unknown;

  constructor(inner: DatabaseConnection, { inTransaction, beside }: Prepared) {
    this.#inner = inner;
    this.#inTransaction = inTransaction;
    this.#beside = beside;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    await this.#turn();
    if (!this.#isOpen) return whenUnlocked(() => this.#runAlone<Row>(query));
    // No space left, for one: SQLite rolled everything back, and a statement now would stand alone.
    if (!this.#inTransaction()) throw this.#cause ?? new Error('the transaction has ended');
    try {
      return await this.#inner.executeQuery<Row>(query);
    } catch (error) {
      this.#cause = error;
      throw error;
    }
  }

  async #runAlone<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const rows = await this.#beside?.(query);
    // What is read elsewhere is read by the same statement.
    return rows ? { rows: rows as Row[] } : this.#inner.executeQuery<Row>(query);
  }

  streamQuery<Row>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#inner.streamQuery(query, chunkSize);
  }

  async begin(goOn: GoOn | undefined): Promise<void> {
    // Takes the write lock at once, so a transaction never loses it half way to another process.
    await whenUnlocked(() => this.#inner.executeQuery(CompiledQuery.raw('begin immediate')), goOn);
    this.#isOpen = true;
  }

  async commit(): Promise<void> {
    await this.executeQuery(CompiledQuery.raw('commit'));
    this.#isOpen = false;
  }

  /** A transaction that SQLite has ended itself needs no rollback: the first error speaks. */
  async rollback(): Promise<void> {
    this.#isOpen = false;
    if (this.#inTransaction()) await this.#inner.executeQuery(CompiledQuery.raw('rollback'));
  }
}

class PatientDriver extends SqliteDriver {
  readonly #prepared: Prepared;
  #connection: PatientConnection | undefined;

  constructor(prepared: Prepared) {
    super({ database: { close: prepared.close, prepare: prepared.prepare } });
    this.#prepared = prepared;
  }

  override async acquireConnection(): Promise<PatientConnection> {
    this.#connection ??= new PatientConnection(await super.acquireConnection(), this.#prepared);
    return this.#connection;
  }

  override async beginTransaction(): Promise<void> {
    await (await this.acquireConnection()).begin(this.#prepared.goOn);
  }

  override async commitTransaction(): Promise<void> {
    await (await this.acquireConnection()).commit();
  }

  override async rollbackTransaction(): Promise<void> {
    await (await this.acquireConnection()).rollback();
  }
}

/**
 * Writes `+?`, the same value as `?`. SQLite, built with STAT4 as ours is, compiles a statement of several tables anew
 * whenever a plain `?` of it is bound, which costs several times what the statement itself does.
 */
class SteadyCompiler extends SqliteQueryCompiler {
  override getCurrentParameterPlaceholder(): string {
    return '+?';
  }
}

/** Of reads, one waits for no other. (Else Kysely has its statements queue for the one connection.) */
class SharedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** SQLite for Kysely, over statements that somebody else prepares. */
export class PatientDialect extends SqliteDialect {
  readonly #prepared: Prepared;

  constructor(prepared: Prepared) {
    super({ database: { close: prepared.close, prepare: prepared.prepare } });
    this.#prepared = prepared;
  }

  override createDriver(): SqliteDriver {
    return new PatientDriver(this.#prepared);
  }

  override createAdapter(): SqliteAdapter {
    return this.#prepared.beside ? new SharedAdapter() : new SqliteAdapter();
  }

  override createQueryCompiler(): SqliteQueryCompiler {
    return new SteadyCompiler();
  }
}
