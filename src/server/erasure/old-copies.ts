import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readIdentity } from '../audit/log-source.ts';
import type { App } from '../context.ts';
import { nightlyBackups } from '../upkeep/nightly-folder.ts';
import { spanBefore } from '../upkeep/own-clock.ts';

/** A copy of an earlier state in DATA_DIR or BACKUP_DIR. `erasures` are those recorded since: it may hold what they took. */
export type OldCopy = { file: string; madeAt: string; erasures: number };

const asideOrUnfinished = /^(keybook\.db\.before-.*|restore-[0-9a-f]+\.db)$/;
const part = /-(wal|shm)$/;

type Looking = Pick<App, 'config' | 'database' | 'clock'>;

/**
 * The copies that nights, upgrades, restores and people left in DATA_DIR and BACKUP_DIR, the oldest first. PostgreSQL keeps
 * its own.
 */
export async function oldCopies(app: Looking): Promise<OldCopy[]> {
  const { config, database, clock } = app;
  if (config.databaseUrl) return [];
  const { until } = spanBefore(clock(), 0);
  const copies: OldCopy[] = [];
  for (const { file, madeAt } of await copiesThere(app)) {
    const row = await database.read
      .selectFrom('audit_entry')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('action', '=', 'entries.erased')
      // One that was made under a clock ahead may be older than all of them.
      .where('at', '>=', madeAt > until ? '' : madeAt)
      .executeTakeFirst();
    copies.push({ file, madeAt, erasures: row?.n ?? 0 });
  }
  return copies.toSorted((a, b) => (a.madeAt < b.madeAt ? -1 : 1));
}

type Copy = Omit<OldCopy, 'erasures'>;

async function copiesThere({ config: { dataDir, backupDir }, database, clock }: Looking): Promise<Copy[]> {
  const origin = (await readIdentity(database.read))?.origin ?? '';
  const nightly = backupDir === undefined ? [] : nightlyBackups(backupDir, origin, clock());
  // What is in such a file is of the moment its manifest names, which is before it was last written.
  const ofNights = nightly.map(({ file, at }) => ({ file, madeAt: at }));
  const inDataDir = new Set(ofNights.map(({ file }) => relative(dataDir, file)));
  const others = [
    ...namesIn(dataDir).filter((name) => asideOrUnfinished.test(name)),
    ...namesIn(join(dataDir, 'backups')).map((name) => join('backups', name)),
  ].filter((name) => !part.test(name) && !name.endsWith('.manifest.json') && !inDataDir.has(name));
  const madeAt = (name: string): string => statSync(join(dataDir, name)).mtime.toISOString();
  return [...ofNights, ...others.map((name) => ({ file: name, madeAt: madeAt(name) }))];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
