import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, decodeVerifierKey, parseCheckpoint, signatureBy } from '../../domain/audit/checkpoint.ts';
import { parseJson } from '../../domain/audit/entry.ts';
import type { Config } from '../config.ts';
import { sha256 } from './sha256.ts';
import { verifySignature } from './signature.ts';

export type KeptCheckpoint = { size: number; note: string };
/** Whose log it is: only its own checkpoints count. */
type Log = { origin: string; publicKey: string };

const namePattern = /^\d{12}\.txt$/;

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
    .filter((name) => Number(name.slice(0, 12)) > 0)
    .toSorted()
    .map((name) => join(folder, name));
}

/** The checkpoints of one log that lie as files in DATA_DIR/checkpoints and are rightly signed, by size. */
export function keptCheckpoints(config: Config, log: Log): KeptCheckpoint[] {
  const folder = folderOf(config);
  return namesIn(folder)
    .toSorted()
    .flatMap((name) => {
      const note = readFileSync(join(folder, name), 'utf8');
      const checkpoint = signedCheckpoint(log, note);
      return checkpoint ? [{ size: checkpoint.size, note }] : [];
    });
}

/** Their notes, but for those that a database has as well. */
export function keptNotes(config: Config, log: Log, known: ReadonlySet<string> = new Set()): string[] {
  return keptCheckpoints(config, log)
    .map(({ note }) => note)
    .filter((note) => !known.has(note));
}

/** The newest of them. */
export function newestKept(config: Config, log: Log): (Checkpoint & { file: string }) | undefined {
  const folder = folderOf(config);
  for (const name of namesIn(folder).toSorted().toReversed()) {
    const file = join(folder, name);
    const checkpoint = signedCheckpoint(log, readFileSync(file, 'utf8'));
    if (checkpoint) return { ...checkpoint, file };
  }
  return undefined;
}

/** The checkpoint in a note, if it is one of this log and rightly signed. */
export function signedCheckpoint({ origin, publicKey }: Log, note: string): Checkpoint | undefined {
  const key = decodeVerifierKey(sha256, publicKey);
  const checkpoint = parseCheckpoint(note);
  if (!key || checkpoint?.origin !== origin) return undefined;
  const signature = signatureBy(checkpoint, key);
  const isOurs = signature && verifySignature(key.publicKey, Buffer.from(checkpoint.body), signature);
  return isOurs ? checkpoint : undefined;
}

/** Says outside the database that the entries of a log have tags, from which one on. */
type TagsWitness = { origin: string; from: number };

function witnessFile(config: Config): string {
  return join(folderOf(config), 'tags-begun.json');
}

/** What a file beside the kept checkpoints says of the tags of this log; undefined where it says nothing of it. */
export function readTagsWitness(config: Config, origin: string): (TagsWitness & { file: string }) | undefined {
  const file = witnessFile(config);
  // Each member is looked at before it is relied on.
  const said = existsSync(file)
    ? (parseJson(readFileSync(file, 'utf8')) as Partial<TagsWitness> | undefined)
    : undefined;
  return said?.origin === origin && typeof said.from === 'number' ? { origin, from: said.from, file } : undefined;
}

/** Writes that file anew. */
export function writeTagsWitness(config: Config, witness: TagsWitness): void {
  const file = witnessFile(config);
  mkdirSync(folderOf(config), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify({ keybookTagsBegun: 1, ...witness })}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
}

/**
 * Moves the checkpoints of entries that a restored log has not, so that its own of those sizes find room; they stay
 * witnesses of what is missing. Answers where to.
 */
export function setCheckpointsAside(config: Config, size: number, stamp: string): string[] {
  const folder = folderOf(config);
  const newer = namesIn(folder).filter((name) => Number(name.slice(0, 12)) > size);
  if (newer.length === 0) return [];
  const aside = join(folder, `before-restore-${stamp}`);
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const name of newer) renameSync(join(folder, name), join(aside, name));
  return [aside];
}
