import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { afterRotation } from '../../db/servers.ts';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { readMasterKey, unwrapSecret } from './master-key.ts';

function newMasterFile(file: string): string {
  return `${file}.new`;
}

/** Both keys lie in files before the database knows the new one. Answers where the old one stays: backups need it. */
export function writeNewMaster(file: string, key: Buffer, now: string): string {
  const kept = `${file}.until-${now.replaceAll(/[-:]/g, '')}`;
  requireReplaceable(file);
  try {
    // Of a rotation that was cut off, and perhaps of one on another host: nobody throws it away.
    if (existsSync(newMasterFile(file))) renameSync(newMasterFile(file), `${kept}-unused`);
    writeFileSync(kept, readFileSync(file), { flag: 'wx', mode: 0o600, flush: true });
    writeFileSync(newMasterFile(file), `${key.toString('base64url')}\n`, { flag: 'wx', mode: 0o600, flush: true });
    if (!readMasterKey(newMasterFile(file)).key.equals(key)) throw new Error('what was written is not what is there');
    syncFolder(dirname(file));
  } catch (error) {
    throw new AppError(
      'forbidden',
      `No new master key can be written beside ${file} (${error instanceof Error ? error.message : error}). Nothing was changed. To keep it: --keep-master`,
    );
  }
  return kept;
}

/** Refuses, before anything is changed, a file in whose place no other one can be put. */
function requireReplaceable(file: string): void {
  const isMounted = existsSync(mounts) && mountPoints().includes(realpathSync(file));
  if (!isMounted && !lstatSync(file).isSymbolicLink()) return;
  const what = isMounted ? 'mounted by itself: mount the folder it lies in' : 'a link: name the file it leads to';
  throw new AppError(
    'forbidden',
    `${file} is ${what}, so that a new master key can take its place. Nothing was changed. To keep it: --keep-master`,
  );
}

const mounts = '/proc/self/mountinfo';

/** Where something is mounted: the fifth field of a line, its blanks as octal numbers (proc(5)). */
function mountPoints(): string[] {
  const lines = readFileSync(mounts, 'utf8').split('\n');
  return lines.map((line) =>
    (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
  );
}

/** A name that is new in a folder outlives a power cut once the folder itself is written. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The new key takes its place; a command that opened the database right after the commit may have put it there already. */
export function finishMasterKey(file: string, key: Buffer): void {
  if (!existsSync(newMasterFile(file)) && readMasterKey(file).key.equals(key)) return;
  renameSync(newMasterFile(file), file);
  syncFolder(dirname(file));
}

/**
 * Ends a rotation that was interrupted: the new master key takes its place if the database is wrapped under it already.
 * Else a rotation may be under way, and the database soon wrapped under it: the key is thrown away only where nobody else
 * can have the database open. Waits for a rotation of a database that others can have open.
 */
export async function settleMasterKey(
  { database, config: { masterKeyFile } }: Pick<App, 'database' | 'config'>,
  { isAlone }: { isAlone: boolean },
): Promise<void> {
  await afterRotation(database);
  const pending = newMasterFile(masterKeyFile);
  if (!existsSync(pending)) return;
  const row = await database.read.selectFrom('wrapped_key').selectAll().limit(1).executeTakeFirst();
  if (!row) return;
  const { key } = readMasterKey(pending);
  if (unwrapSecret(key, row)) finishMasterKey(masterKeyFile, key);
  else if (isAlone && existsSync(masterKeyFile) && unwrapSecret(readMasterKey(masterKeyFile).key, row)) rmSync(pending);
}
