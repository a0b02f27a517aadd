import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { decodeVerifierKey, parseCheckpoint, signatureBy } from '../../domain/audit/checkpoint.ts';
import type { Config } from '../config.ts';
import { sha256 } from './sha256.ts';
import { verifySignature } from './signature.ts';

export type KeptCheckpoint = { size: number; note: string };

const namePattern = /^\d{12}\.txt$/;

function folderOf(config: Config): string {
  return join(config.dataDir, 'checkpoints');
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => namePattern.test(name)) : [];
}

/** The checkpoints of one log that lie as files in DATA_DIR/checkpoints and are rightly signed, by size. */
export function keptCheckpoints(config: Config, log: { origin: string; publicKey: string }): KeptCheckpoint[] {
  const folder = folderOf(config);
  const key = decodeVerifierKey(sha256, log.publicKey);
  return namesIn(folder)
    .toSorted()
    .flatMap((name) => {
      const note = readFileSync(join(folder, name), 'utf8');
      const checkpoint = parseCheckpoint(note);
      if (!key || checkpoint?.origin !== log.origin) return [];
      const signature = signatureBy(checkpoint, key);
      const isOurs = signature && verifySignature(key.publicKey, Buffer.from(checkpoint.body), signature);
      return isOurs ? [{ size: checkpoint.size, note }] : [];
    });
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
