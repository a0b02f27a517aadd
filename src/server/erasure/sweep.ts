import { statfsSync } from 'node:fs';
import { isSwept, roomToRewrite } from '../../db/forget.ts';
import type { Database } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { Config } from '../config.ts';

/** Room on the disk of DATA_DIR, in bytes: what is needed to write the database anew, and what is free. */
export type Room = { needed: number; free: number };

/**
 * Writes an embedded database anew, once, in which version 0.1.0 deleted without overwriting. Answers what is missing
 * where there is not the room for it; then nothing is done, and the next start tries again. Nobody else may use it.
 */
export async function sweepOnce(
  config: Config,
  database: Database,
  freeBytes = freeBytesOf,
): Promise<'was clean' | 'done' | Room> {
  if (await isSwept(database)) return 'was clean';
  const room = { needed: await roomToRewrite(database), free: freeBytes(config.dataDir) };
  if (room.free < room.needed) return room;
  await database.rewrite();
  return 'done';
}

/** Writes the files of the database anew, whatever they hold. Refuses where there is not the room for it. */
export async function rewriteDatabase(config: Config, database: Database): Promise<void> {
  const needed = await roomToRewrite(database);
  const room = { needed, free: needed > 0 ? freeBytesOf(config.dataDir) : 0 };
  if (room.free < room.needed)
    throw new AppError('unavailable', `${roomWords(room)} in ${config.dataDir}. Make room, then repeat this.`);
  await database.rewrite();
}

/** What is missing, in words. */
export function roomWords({ needed, free }: Room): string {
  return `Writing the database anew takes ${mebibytes(needed)} MiB for a while, and ${mebibytes(free)} MiB are free`;
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 1024 / 1024);
}

function freeBytesOf(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
