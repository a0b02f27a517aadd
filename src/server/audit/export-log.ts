import type { Database } from '../../db/open.ts';
import { databaseLog } from './log-source.ts';

/**
 * The whole log as JSON Lines, as it is at one moment, each line with its end: what the single-file verifier reads.
 * For whoever may read everything.
 */
export async function* exportLog(database: Database): AsyncIterable<string> {
  const { db, close } = await database.openSnapshot();
  try {
    const { origin, publicKey, head, entries, checkpoints } = await databaseLog({ ...database, db });
    const end = await head();
    yield line({ keybookExport: 1, origin, publicKey, size: end?.size ?? 0 });
    for await (const { idx, header, salt, body, erasedBy } of entries())
      yield line({ entry: { idx, header, salt, body, erasedBy } });
    for await (const checkpoint of checkpoints()) yield line({ checkpoint });
    if (end) yield line({ end });
  } finally {
    await close();
  }
}

function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
