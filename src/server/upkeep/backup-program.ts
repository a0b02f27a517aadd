// A process that makes the backup of a day, where there is none yet; `nightly-backup.ts` starts and ends it. SQLite copies in
// one statement, a folder on the network may not answer: neither is to hold up the server.
import { constants, setPriority } from 'node:os';
import { databaseFault } from '../../db/faults.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { withPatience } from '../../db/patience.ts';
import type { BackupFailure } from '../../domain/backup-failure.ts';
import { todayIn } from '../../domain/day.ts';
import { readIdentity } from '../audit/log-source.ts';
import { asAppError } from '../http/problem.ts';
import { makeBackup } from './backup.ts';
import { requireNewFile } from './new-file.ts';
import { deleteAllBut, type Nightly, newestOf, newNightlyFile, nightlyBackups } from './nightly-folder.ts';

/** What it is to do: all that it needs of the settings, and what the clock of the server says. */
export type BackupOrder = {
  dataDir: string;
  databaseFile: string;
  folder: string;
  keep: number;
  timeZone: string;
  now: string;
};
/** What came of it; `made` where there was none of the day. */
export type BackupOutcome =
  | { newest: Nightly; made: boolean; deleted: string[] }
  | { failure: BackupFailure; detail: string };

process.umask(0o077);
giveWay();
// The server says no other thing.
const order = JSON.parse(process.argv[2] ?? '') as BackupOrder;
const outcome = await withPatience('upkeep', () => backUp(order)).catch(failed);
process.send?.(outcome, () => process.disconnect());

/** Whoever waits before a screen goes first, where the system lets a process say so. */
function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Then both are as quick.
  }
}

async function backUp({ databaseFile, ...rest }: BackupOrder): Promise<BackupOutcome> {
  const database = openDatabase({ file: databaseFile });
  try {
    return await backUpFrom(database, rest);
  } finally {
    await database.close();
  }
}

async function backUpFrom(database: Database, order: Omit<BackupOrder, 'databaseFile'>): Promise<BackupOutcome> {
  const { dataDir, folder, keep, timeZone } = order;
  const now = new Date(order.now);
  const file = newNightlyFile(folder, now);
  requireNewFile(file);
  const origin = (await readIdentity(database.read))?.origin ?? '';
  const there = newestOf(nightlyBackups(folder, origin, now), now);
  const isMade = there !== undefined && todayIn(timeZone, new Date(there.at)) === todayIn(timeZone, now);
  if (isMade) return { newest: there, made: false, deleted: [] };
  const { createdAt, bytes } = await makeBackup({ dataDir }, database, file, now);
  const deleted = deleteAllBut(keep, nightlyBackups(folder, origin, now));
  return { newest: { file, at: createdAt, bytes }, made: true, deleted };
}

function failed(error: unknown): BackupOutcome {
  const { code, message } = asAppError(error);
  const detail = code === 'internal' ? String(error) : message;
  return { failure: failureOf(error, code), detail };
}

function failureOf(error: unknown, code: string): BackupFailure {
  if (databaseFault(error)?.kind === 'damaged' || code === 'backup_unfit') return 'damaged';
  if (code === 'no_space') return 'noSpace';
  if (code === 'not_found') return 'noFolder';
  const denied = error instanceof Error && 'code' in error && ['EACCES', 'EPERM', 'EROFS'].includes(String(error.code));
  return code === 'forbidden' || denied ? 'forbidden' : 'broken';
}
