import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Checkpoint, parseCheckpoint } from '../../domain/audit/checkpoint.ts';
import type { Config } from '../config.ts';
import { verifySignature } from './signature.ts';

export type KeptCheckpoint = Checkpoint & { note: string; file: string };

const namePattern = /^\d{12}\.txt$/;

/** What the file of a checkpoint of this size is called. */
export function checkpointName(size: number): string {
  return `${String(size).padStart(12, '0')}.txt`;
}

function folderOf(config: Config): string {
  return join(config.dataDir, 'checkpoints');
}

/** What is no folder holds none: whoever writes there tells what is wrong. */
function namesIn(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory()
    ? readdirSync(folder).filter((name) => namePattern.test(name))
    : [];
}

/** The files in DATA_DIR/checkpoints that tell of a log with at least one entry, whatever they say. */
export function checkpointFiles(config: Config): string[] {
  const folder = folderOf(config);
  return namesIn(folder)
    .filter((name) => sizeOfFile(name) > 0)
    .toSorted()
    .map((name) => join(folder, name));
}

/** How many entries such a file tells of, by its name. */
export function sizeOfFile(file: string): number {
  return Number(basename(file).slice(0, 12));
}

/**
 * The checkpoints that lie as files in DATA_DIR/checkpoints and are rightly signed by this key, by size; of whatever log:
 * the database says how it is called, and whoever writes to it may have renamed it.
 */
export function keptCheckpoints(config: Config, publicKey: Uint8Array): KeptCheckpoint[] {
  const folder = folderOf(config);
  return namesIn(folder)
    .toSorted()
    .flatMap((name) => {
      const file = join(folder, name);
      const note = readFileSync(file, 'utf8');
      const checkpoint = signedCheckpoint(publicKey, note);
      return checkpoint ? [{ ...checkpoint, note, file }] : [];
    });
}

/** The checkpoints that lie as files in DATA_DIR/checkpoints, whoever signed them. */
export function keptNotes(config: Config): string[] {
  return checkpointFiles(config)
    .map((file) => readFileSync(file, 'utf8'))
    .filter((note) => parseCheckpoint(note) !== undefined);
}

/**
 * The newest of them that is called what it is: to read all, each time that one is signed, takes too long. `doctor` reads
 * them all, and names the others (`strayCheckpoints`).
 */
export function newestKept(config: Config, publicKey: Uint8Array): (Checkpoint & { file: string }) | undefined {
  const folder = folderOf(config);
  for (const name of namesIn(folder).toSorted().toReversed()) {
    const file = join(folder, name);
    const checkpoint = signedCheckpoint(publicKey, readFileSync(file, 'utf8'));
    if (checkpoint && checkpointName(checkpoint.size) === name) return { ...checkpoint, file };
  }
  return undefined;
}

/** The files among them that hold no checkpoint signed by this key, or one of another size than they are called by. */
export function strayCheckpoints(config: Config, publicKey: Uint8Array): string[] {
  const kept = keptCheckpoints(config, publicKey);
  const rightly = new Set(kept.filter(({ file, size }) => file.endsWith(checkpointName(size))).map(({ file }) => file));
  const folder = folderOf(config);
  return namesIn(folder)
    .toSorted()
    .map((name) => join(folder, name))
    .filter((file) => !rightly.has(file));
}

/** Gives a file that holds no checkpoint at all, of whatever key, another name, so that there is room for one. */
export function setUnreadableAside(file: string): void {
  if (existsSync(file) && !parseCheckpoint(readFileSync(file, 'utf8'))) renameSync(file, `${file}.unreadable`);
}

/** Why checkpoints that this key signed cannot be of a log of this name, in words that name the files. */
export function renamedWords(kept: readonly KeptCheckpoint[], origin: string | undefined): string | undefined {
  const others = kept.filter((checkpoint) => checkpoint.origin !== origin);
  const [first] = others;
  if (!first) return undefined;
  const files = others.slice(0, 3).map(({ file }) => file);
  const more = others.length > files.length ? ` and ${others.length - files.length} more` : '';
  return `it calls itself ${origin ?? 'nothing'}, and its key signed ${files.join(', ')}${more} for ${first.origin}`;
}

/** The checkpoint in a note, if this key rightly signed it. Of which log it is remains to be looked at. */
export function signedCheckpoint(publicKey: Uint8Array, note: string): Checkpoint | undefined {
  const checkpoint = parseCheckpoint(note);
  if (!checkpoint) return undefined;
  const body = Buffer.from(checkpoint.body);
  return checkpoint.signatures.some(({ signature }) => verifySignature(publicKey, body, signature))
    ? checkpoint
    : undefined;
}

/**
 * Moves the checkpoints of entries that a restored log has not, so that its own of those sizes find room; they stay
 * witnesses of what is missing. Answers where to.
 */
export function setCheckpointsAside(config: Config, size: number, stamp: string): string[] {
  const folder = folderOf(config);
  const newer = namesIn(folder).filter((name) => sizeOfFile(name) > size);
  if (newer.length === 0) return [];
  const aside = join(folder, `before-restore-${stamp}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of newer) renameSync(join(folder, name), join(aside, name));
  return [aside];
}
