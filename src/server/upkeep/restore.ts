import { randomBytes } from 'node:crypto';
import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { heldBeside } from '../../db/embedded-file.ts';
import { databaseFault, isNoDatabase } from '../../db/faults.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { databaseFile, openApp } from '../app.ts';
import { checkpointKeeper } from '../audit/checkpoints.ts';
import { setCheckpointsAside } from '../audit/kept-checkpoints.ts';
import { writeTagsWitness } from '../audit/tags-witness.ts';
import { hashFile, parseManifest } from './backup.ts';
import { manifestFile } from './backup-files.ts';
import { removeDatabase } from './leftovers.ts';
import { type TakenOver, type TakeOverOrder, takeOver } from './take-over.ts';
import { unfit } from './unfit.ts';

export type RestoreOrder = TakeOverOrder & { file: string; replace: boolean; withoutManifest: boolean };

/** What came of a restore. */
export type Restored = Omit<TakenOver, 'tags'> & { manifest: boolean; setAside: string[] };

/**
 * Puts a backup in place of the embedded database. It must be as its manifest says, which may be missing only where that
 * is said, and fit to be taken over. The database that was there stays beside it. Nothing is touched until all of that has
 * succeeded on a copy.
 */
export async function restoreBackup(order: RestoreOrder): Promise<Restored> {
  const { config, replace, now } = order;
  const target = databaseFile(config);
  if (existsSync(target) && !replace)
    throw new AppError('database_exists', `${target} exists. To put the backup in its place: --replace`);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const copy = join(config.dataDir, `restore-${randomBytes(6).toString('hex')}.db`);
  try {
    const manifest = await copyWhole(order, copy);
    const taken = await using(openCopy(copy), (database) => takeOver(database, order, manifest));
    const aside = setDatabaseAside(target, stampOf(now));
    renameSync(copy, target);
    const restored = await using(openDatabase({ file: target }), (database) => settle(database, order, taken));
    return { ...restored, manifest, setAside: [...aside, ...restored.setAside] };
  } finally {
    removeDatabase(copy);
  }
}

/**
 * Takes over the database as it lies, where other tools have put a backup back. No server may run.
 */
export async function restoreInPlace(database: Database, order: TakeOverOrder): Promise<Restored> {
  const restored = await settle(database, order, await takeOver(database, order, false));
  return { ...restored, manifest: false };
}

/** Has the files beside the database tell of the state that was taken over, and signs it. */
async function settle(
  database: Database,
  { config, log, now }: TakeOverOrder,
  { tags, ...taken }: TakenOver,
): Promise<Omit<Restored, 'manifest'>> {
  if (tags) writeTagsWitness(config, tags);
  const setAside = setCheckpointsAside(config, taken.size, stampOf(now));
  // A checkpoint that cannot be made is made by the server: what was restored is restored.
  await checkpointKeeper(await openApp({ config, database, log, clock: () => now })).stop();
  return { ...taken, setAside };
}

function stampOf(now: Date): string {
  return now.toISOString().replaceAll(/[-:]/g, '');
}

async function using<T>(database: Database, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function openCopy(copy: string): Database {
  try {
    return openDatabase({ file: copy });
  } catch (error) {
    if (databaseFault(error)?.kind === 'damaged')
      throw unfit(isNoDatabase(error) ? 'it is no database' : 'it is damaged');
    throw error;
  }
}

/** Copies the file; refuses one that is not as its manifest says, or has none. Answers whether it has one. */
async function copyWhole({ file, withoutManifest }: RestoreOrder, copy: string): Promise<boolean> {
  if (!existsSync(file)) throw new AppError('backup_unfit', `There is no file ${file}.`);
  if (!statSync(file).isFile()) throw new AppError('backup_unfit', `${file} is no file.`);
  const hasManifest = existsSync(manifestFile(file));
  if (!hasManifest && !withoutManifest)
    throw new AppError(
      'backup_unfit',
      `${manifestFile(file)} is missing: it says whether ${file} is whole. Put it beside the backup, or restore with --without-manifest.`,
    );
  const [beside] = heldBeside(file);
  if (beside !== undefined)
    throw new AppError(
      'backup_unfit',
      `${beside} lies beside it and holds a part of its content: it is no backup, but a database in use, or one that was ended amid a change. Nothing was changed; take another backup.`,
    );
  copyFileSync(file, copy, constants.COPYFILE_EXCL);
  chmodSync(copy, 0o600);
  if (!hasManifest) return false;
  const manifest = parseManifest(readFileSync(manifestFile(file), 'utf8'), file);
  if ((await hashFile(copy)) !== manifest.sha256)
    throw new AppError(
      'backup_unfit',
      `${file} is not the file its manifest describes: it is damaged, or another one. Nothing was changed; take another backup.`,
    );
  return true;
}

/** Keeps the present database, with what its write-ahead log still holds, under another name. */
function setDatabaseAside(target: string, stamp: string): string[] {
  const aside = `${target}.before-restore-${stamp}`;
  const parts = ['', '-wal', '-shm'].filter((part) => existsSync(target + part));
  // The database first: what is left of it after a crash here is never opened without its write-ahead log.
  for (const part of parts) renameSync(target + part, aside + part);
  return parts.includes('') ? [aside] : [];
}
