import SqliteFile from 'better-sqlite3';
import { sql } from 'kysely';
import { databaseFault } from './faults.ts';
import type { WriteDb } from './open.ts';
import { remakeSearch } from './search-index.ts';

type Checkpointed = { busy: number; log: number; checkpointed: number };

/**
 * Writes what the write-ahead log of an embedded file still holds into the file, and makes the log empty: until then
 * it has what was deleted, in clear. False where somebody reads or writes at this moment. Waits for nobody, and moves no
 * more than what was written since the last time.
 */
export function emptyWriteAheadLog(file: string): boolean {
  const db = new SqliteFile(file, { timeout: 0, fileMustExist: true });
  try {
    db.pragma('synchronous = FULL');
    // The first moves the pages and hinders no writer; the second needs everybody out, for the moment of cutting it off.
    return checkpoint(db, 'PASSIVE') && checkpoint(db, 'TRUNCATE');
  } catch (error) {
    if (databaseFault(error)?.kind === 'busy') return false;
    throw error;
  } finally {
    db.close();
  }
}

function checkpoint(db: SqliteFile.Database, mode: 'PASSIVE' | 'TRUNCATE'): boolean {
  // The pragma answers one row of these three.
  const [row] = db.pragma(`wal_checkpoint(${mode})`) as Checkpointed[];
  return row !== undefined && row.busy === 0 && row.log === row.checkpointed;
}

/**
 * Writes an embedded file anew and remembers it in the file: what was deleted before deletions overwrote is gone then.
 * For whoever has the database alone; takes the room of the file twice over while it runs.
 */
export async function rewriteFile(admin: WriteDb, file: string): Promise<void> {
  await sql`vacuum`.execute(admin);
  // It goes by the numbers of rows, which that may give anew.
  await remakeSearch(admin);
  await markSwept(admin);
  if (!emptyWriteAheadLog(file))
    throw new Error('somebody uses the database, though it was said to be nobody else’s: its log is not empty');
}

/** How much room that takes, in bytes: the rows once in a temporary file beside it, and once in its write-ahead log. */
export async function roomToRewriteFile(admin: WriteDb): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`select page_count * page_size as bytes
    from pragma_page_count, pragma_page_size`.execute(admin);
  return 2 * (rows[0]?.bytes ?? 0) + margin;
}

const margin = 16 * 1024 * 1024;

/** Whether all that was ever deleted from this file was overwritten; not so where version 0.1.0 deleted it. */
export async function isFileSwept(admin: WriteDb): Promise<boolean> {
  const { rows } = await sql<{ user_version: number }>`pragma user_version`.execute(admin);
  return (rows[0]?.user_version ?? 0) >= 1;
}

/** To be called for a new file, and once an older one was written anew. */
export async function markSwept(admin: WriteDb): Promise<void> {
  await sql`pragma user_version = 1`.execute(admin);
}
