import { statfs } from 'node:fs/promises';
import type { Database } from '../../db/open.ts';
import type { App } from '../context.ts';

/** Databases whose last change found no space. */
const full = new WeakSet<Database>();

/** To be told how each change ended: whether for want of space. */
export function noteSpace(database: Database, isFull: boolean): void {
  if (isFull) full.add(database);
  else full.delete(database);
}

const fewBytes = 32 * 1024 * 1024;

/** What is wrong with the space there is; undefined where nothing is. Reading goes on without. */
export async function spaceTrouble({ config, database }: App): Promise<string | undefined> {
  if (full.has(database))
    return 'the last change found no space left on the disk: nothing can be saved, reading goes on';
  const { bavail, bsize } = await statfs(config.dataDir);
  const left = bavail * bsize;
  if (left >= fewBytes) return undefined;
  return `there is no space left on the disk of ${config.dataDir} but ${Math.floor(left / 1024 / 1024)} MiB`;
}
