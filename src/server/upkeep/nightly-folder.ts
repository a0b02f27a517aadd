import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseManifest } from './backup.ts';
import { manifestFile } from './backup-files.ts';
import { removeDatabase } from './leftovers.ts';
import { spanBefore } from './own-clock.ts';

/** A whole backup that a server made by itself: `at` is the moment it is of. */
export type Nightly = { file: string; at: string; bytes: number };

const nightlyName = /^keybook-\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{6}\.db$/;

/** A name for the backup of this moment. Two installations that share a folder take no name from each other. */
export function newNightlyFile(folder: string, now: Date): string {
  const moment = now.toISOString().slice(0, 19).replaceAll(':', '');
  return join(folder, `keybook-${moment}Z-${randomBytes(3).toString('hex')}.db`);
}

/**
 * The nightly backups in a folder that are of this log, the oldest first. What is dated ahead of the clock was made under a
 * wrong one, before those that have been made since, and so comes first. What is not as large as its manifest says, or
 * has none, is no backup.
 */
export function nightlyBackups(folder: string, origin: string, now: Date): Nightly[] {
  const { until } = spanBefore(now, 0);
  const order = ({ at }: Nightly): string => `${at > until ? '0' : '1'} ${at}`;
  return namesIn(folder)
    .filter((name) => nightlyName.test(name))
    .flatMap((name) => wholeBackup(join(folder, name), origin) ?? [])
    .toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** The newest that was made under this clock. */
export function newestOf(backups: readonly Nightly[], now: Date): Nightly | undefined {
  const { until } = spanBefore(now, 0);
  return backups.findLast(({ at }) => at <= until);
}

/** Deletes all but the newest `keep` of these; answers the files. */
export function deleteAllBut(keep: number, backups: readonly Nightly[]): string[] {
  const files = backups.slice(0, Math.max(0, backups.length - keep)).map(({ file }) => file);
  for (const file of files) {
    // A manifest without its file is nothing; a file without its manifest would be one with keys that nobody counts.
    removeDatabase(file);
    rmSync(manifestFile(file), { force: true });
  }
  return files;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function wholeBackup(file: string, origin: string): Nightly | undefined {
  if (!existsSync(manifestFile(file))) return undefined;
  try {
    const { createdAt, bytes, log } = parseManifest(readFileSync(manifestFile(file), 'utf8'), file);
    return log.origin === origin && statSync(file).size === bytes ? { file, at: createdAt, bytes } : undefined;
  } catch {
    return undefined;
  }
}
