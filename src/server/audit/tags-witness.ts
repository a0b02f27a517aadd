import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseJson } from '../../domain/audit/entry.ts';
import type { Config } from '../config.ts';

/** Says outside the database that the entries of a log have tags, from which one on. */
type TagsWitness = { origin: string; from: number };
type Kept = Partial<TagsWitness> & { file: string };

function fileInData(config: Config): string {
  return join(config.dataDir, 'checkpoints', 'tags-begun.json');
}

/** So that a new DATA_DIR does not forget what the master key has seen. */
function fileBesideKey({ masterKeyFile }: Config): string {
  return `${masterKeyFile}.tags-begun`;
}

/**
 * The files that say that entries have tags, in a log of whatever name: the database says how its log is called, and
 * whoever writes to it may have renamed it. One that holds something else was written for that reason as well.
 */
export function tagsWitnesses(config: Config): Kept[] {
  return [fileInData(config), fileBesideKey(config)].flatMap((file) => readWitness(file) ?? []);
}

/** That of them which lies in DATA_DIR. */
export function tagsWitnessInData(config: Config): Kept | undefined {
  return readWitness(fileInData(config));
}

function readWitness(file: string): Kept | undefined {
  if (!existsSync(file)) return undefined;
  // Each member is looked at before it is relied on.
  const said = parseJson(readFileSync(file, 'utf8')) as Partial<TagsWitness> | undefined;
  const { origin, from } = said ?? {};
  return { file, ...(typeof origin === 'string' && { origin }), ...(typeof from === 'number' && { from }) };
}

/** Writes those files where they do not say it of this log; the one beside the master key only where that can be written. */
export function writeTagsWitness(config: Config, witness: TagsWitness): void {
  writeWitness(fileInData(config), witness);
  try {
    writeWitness(fileBesideKey(config), witness);
  } catch {
    // A folder of somebody else's, such as one that secrets are mounted in.
  }
}

function writeWitness(file: string, witness: TagsWitness): void {
  if (readWitness(file)?.origin === witness.origin && readWitness(file)?.from === witness.from) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.part`;
  rmSync(unfinished, { force: true });
  const text = `${JSON.stringify({ keybookTagsBegun: 1, ...witness })}\n`;
  writeFileSync(unfinished, text, { flag: 'wx', mode: 0o600, flush: true });
  renameSync(unfinished, file);
}
