import { chmodSync, lstatSync } from 'node:fs';
import SqliteFile from 'better-sqlite3';
import { AppError } from '../domain/errors.ts';
import { databaseFault } from './faults.ts';

export type FileLock = { release: () => void };

/**
 * Holds a lock that one process at a time can have; undefined where another has it. It is an open transaction on an
 * empty database file, so the kernel frees it when the process ends, however it ends. Refuses a link: what it points to may
 * be anything.
 */
export function takeFileLock(file: string): FileLock | undefined {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink())
    throw new AppError('forbidden', `${file} is a link, and is to be a file of Keybook's own. Delete the link.`);
  const db = new SqliteFile(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    db.exec('begin exclusive');
  } catch (error) {
    db.close();
    if (databaseFault(error)?.kind === 'busy') return undefined;
    throw error;
  }
  return { release: () => db.close() };
}
