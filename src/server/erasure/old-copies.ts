import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../context.ts';

/** A copy of an earlier state in DATA_DIR. `erasures` are those recorded since: it may hold what they took. */
export type OldCopy = { file: string; madeAt: string; erasures: number };

const asideOrUnfinished = /^(keybook\.db\.before-.*|restore-[0-9a-f]+\.db)$/;
const part = /-(wal|shm)$/;

/** The copies that upgrades, restores and people left in DATA_DIR, the oldest first. PostgreSQL keeps its own. */
export async function oldCopies({ config, database }: Pick<App, 'config' | 'database'>): Promise<OldCopy[]> {
  if (config.databaseUrl) return [];
  const files = [
    ...namesIn(config.dataDir).filter((name) => asideOrUnfinished.test(name)),
    ...namesIn(join(config.dataDir, 'backups')).map((name) => join('backups', name)),
  ].filter((name) => !part.test(name) && !name.endsWith('.manifest.json'));
  const copies: OldCopy[] = [];
  for (const file of files) {
    const madeAt = statSync(join(config.dataDir, file)).mtime.toISOString();
    const row = await database.read
      .selectFrom('audit_entry')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('action', '=', 'entries.erased')
      .where('at', '>=', madeAt)
      .executeTakeFirst();
    copies.push({ file, madeAt, erasures: row?.n ?? 0 });
  }
  return copies.toSorted((a, b) => (a.madeAt < b.madeAt ? -1 : 1));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
