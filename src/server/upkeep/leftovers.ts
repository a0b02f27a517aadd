import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { takeFileLock } from '../../db/file-lock.ts';
import type { Config } from '../config.ts';
import { finishedCopy, manifestFile, unfinishedCopy } from './backup-files.ts';

type InDataDir = Pick<Config, 'dataDir'>;

/** What a file database may have beside it. */
const parts = ['', '-wal', '-shm'];
const restoring = /^restore-[0-9a-f]{12}\.db(-wal|-shm|-journal)?$/;
const notePattern = /^unfinished-backup-([0-9a-f]{12})\.json$/;

/** Deletes a file database that was not finished, with what lies beside it. */
export function removeDatabase(file: string): void {
  for (const part of parts) rmSync(file + part, { force: true });
}

/**
 * Runs the making of a copy of `file`, outside DATA_DIR, under a note in it, so that whoever looks later finds the copy if
 * this process is killed. The lock beside the note is held by the kernel for as long as the process lives.
 */
export async function noted<T>(config: InDataDir, file: string, work: (unfinished: string) => Promise<T>): Promise<T> {
  const id = randomBytes(6).toString('hex');
  const unfinished = unfinishedCopy(file, id);
  const note = join(config.dataDir, `unfinished-backup-${id}.json`);
  const lock = takeFileLock(lockOf(note));
  writeFileSync(note, JSON.stringify({ file: resolve(unfinished) }), { flag: 'wx', mode: 0o600 });
  try {
    return await work(unfinished);
  } finally {
    removeDatabase(unfinished);
    rmSync(note, { force: true });
    lock?.release();
    rmSync(lockOf(note), { force: true });
  }
}

function lockOf(note: string): string {
  return note.replace(/\.json$/, '.lock');
}

/**
 * Files that killed commands have left, and nobody uses: whole copies with keys, and master keys that never came into
 * use. `isAlone` says that no restore or upgrade can be under way, because the caller has the database to itself.
 */
export function findLeftovers(config: Config, isAlone: boolean): string[] {
  return [...(isAlone ? unfinishedCopies(config) : []), ...abandonedBackups(config), ...unusedMasterKeys(config)];
}

/** Deletes what `findLeftovers` names; answers what that was. */
export function clearLeftovers(config: Config, isAlone: boolean): string[] {
  return removeAll(findLeftovers(config, isAlone));
}

/** Deletes what backups that were killed have left, and no others. */
export function clearAbandonedBackups(config: InDataDir): void {
  removeAll(abandonedBackups(config));
}

function removeAll(paths: string[]): string[] {
  for (const path of paths) rmSync(path, { force: true });
  return paths;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function unfinishedCopies({ dataDir }: Config): string[] {
  const backups = join(dataDir, 'backups');
  return [
    ...namesIn(dataDir)
      .filter((name) => restoring.test(name))
      .map((name) => join(dataDir, name)),
    ...namesIn(backups)
      .filter((name) => /^before-.*\.part(-wal|-shm|-journal)?$/.test(name))
      .map((name) => join(backups, name)),
  ];
}

/** The copies first, so that a note goes only when its copy is gone. */
function abandonedBackups({ dataDir }: InDataDir): string[] {
  return namesIn(dataDir).flatMap((name) => {
    const id = notePattern.exec(name)?.[1];
    if (id === undefined) return [];
    const note = join(dataDir, name);
    if (existsSync(lockOf(note))) {
      const lock = takeFileLock(lockOf(note));
      if (!lock) return [];
      lock.release();
    }
    return [...copyUnder(fileIn(note), id), note, lockOf(note)];
  });
}

/**
 * What is there of a copy that never got its name, and its manifest; of one that did, all is to stay. So is what is no copy
 * of this note: somebody else may have written what it names.
 */
function copyUnder(unfinished: string, id: string): string[] {
  const file = finishedCopy(unfinished, id);
  if (file === undefined || !existsSync(unfinished)) return [];
  return [...parts.map((part) => unfinished + part), manifestFile(file)].filter((path) => existsSync(path));
}

/** What a note names; '' where it was not written whole. */
function fileIn(note: string): string {
  const found = /^\{"file":(".*")\}$/.exec(readFileSync(note, 'utf8'))?.[1];
  return found === undefined ? '' : String(JSON.parse(found));
}

/**
 * Copies of the present master key that a rotation made before it was killed: nothing was ever wrapped anew. While the new
 * key still waits beside it (`settleMasterKey`), the present one may be the old one that backups need.
 */
function unusedMasterKeys(config: Config): string[] {
  const { masterKeyFile } = config;
  if (!existsSync(masterKeyFile) || existsSync(`${masterKeyFile}.new`)) return [];
  const present = readFileSync(masterKeyFile, 'utf8').trim();
  return oldMasterKeys(config).filter((path) => readFileSync(path, 'utf8').trim() === present);
}

/** The master keys that rotations have replaced, and were kept for earlier backups. */
export function oldMasterKeys({ masterKeyFile }: Pick<Config, 'masterKeyFile'>): string[] {
  const prefix = `${basename(masterKeyFile)}.until-`;
  return namesIn(dirname(masterKeyFile))
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(dirname(masterKeyFile), name));
}

/** How long ago a file was last written, in whole days. */
export function ageDays(file: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - statSync(file).mtimeMs) / 86_400_000));
}
