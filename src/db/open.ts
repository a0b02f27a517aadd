import type { Kysely } from 'kysely';
import type { ReadonlyKysely } from 'kysely/readonly';
import type { Engine } from './engine.ts';
import type { Fragments } from './fragments.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Reads only: what every query file gets. */
export type ReadDb = ReadonlyKysely<Tables>;
/** The writable handle: exists only inside `Database.transaction`. */
export type WriteDb = Kysely<Tables>;

/** A writable handle reads as well, and sees what its own transaction has written. */
export function reading(db: ReadDb | WriteDb): ReadDb {
  return db as unknown as ReadDb;
}

/** The whole database as it was at one moment, for reading, until it is closed. */
type Snapshot = { db: ReadDb; close: () => Promise<void> };

export type Database = {
  readonly engine: Engine;
  readonly read: ReadDb;
  readonly fragments: Fragments;
  /** Runs `work` in one write transaction; commits when it resolves, rolls back when it throws. */
  transaction<T>(work: (tx: WriteDb) => Promise<T>): Promise<T>;
  /** For reads of many statements that must agree with each other. Hinders no writer; close it soon. */
  openSnapshot(): Promise<Snapshot>;
  /** Brings the search index up to what the rows say, beside other work. What waits is found meanwhile, only not as fast. */
  settle(): Promise<void>;
  /**
   * Takes out of the files, beside other work, what was deleted from the tables. False where somebody still reads what
   * was there before, or writes: to be tried again.
   */
  forget(): Promise<boolean>;
  /** Writes the files anew, so that they hold what the tables show and nothing else. Nobody else may use the database. */
  rewrite(): Promise<void>;
  /** The plain handle for migrations and offline commands that hold the database alone. */
  readonly admin: WriteDb;
  close(): Promise<void>;
  /** Breaks off whatever is under way, as for an end that cannot wait for a database that hangs; then close it. */
  abandon(): void;
};

/** `applicationName` is what PostgreSQL shows of our connections; with one, at least one connection stays open. */
export type DatabaseLocation = { file: string } | { url: string; poolSize?: number; applicationName?: string };

/** Opens the embedded file or the PostgreSQL database behind a URL. The schema is not touched: see `migrate`. */
export function openDatabase(location: DatabaseLocation): Database {
  return 'url' in location ? openPostgres(location) : openSqlite(location.file);
}
