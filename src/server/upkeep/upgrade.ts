import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { copyDatabase, findDamage, isForeign } from '../../db/embedded-file.ts';
import { databaseFault } from '../../db/faults.ts';
import { type MigrationStatus, migrate, migrationStatus } from '../../db/migrate.ts';
import type { Database } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { databaseFile } from '../app.ts';
import type { Config } from '../config.ts';
import { type Room, sweepOnce } from '../erasure/sweep.ts';

/** `noRoom` is what is missing to write an older database anew. */
export type Upgraded = { applied: string[]; backup: string | undefined; noRoom: Room | undefined };

/** A file up to this size is looked through at every start: that takes a fraction of a second. */
const checkedBytes = 64 * 1024 * 1024;

/**
 * Brings the schema up to date. An older embedded database is copied to DATA_DIR/backups first, and afterwards written
 * anew once, where an earlier version left in it what it deleted. Refuses a damaged file,
 * a file of another program, and a schema that a newer Keybook wrote.
 */
export async function upgrade(config: Config, database: Database, now: Date): Promise<Upgraded> {
  try {
    if (await isForeign(database)) throw foreign(config);
    const size = statSync(databaseFile(config), { throwIfNoEntry: false })?.size ?? 0;
    const damage = size <= checkedBytes ? await findDamage(database, false) : [];
    if (damage.length > 0) throw damaged(config);
    const backup = await backupBefore(await migrationStatus(database), config, database, now);
    const applied = await migrate(database);
    const swept = await sweepOnce(config, database);
    return { applied, backup, noRoom: typeof swept === 'string' ? undefined : swept };
  } catch (error) {
    if (databaseFault(error)?.kind === 'damaged') throw damaged(config);
    throw error;
  }
}

/** Copies an embedded database that has older data in it; answers where to. */
export async function backupBefore(
  { applied, pending, unknown }: MigrationStatus,
  config: Config,
  database: Database,
  now: Date,
): Promise<string | undefined> {
  const [first] = pending;
  if (config.databaseUrl || applied.length === 0 || first === undefined || unknown.length > 0) return undefined;
  const folder = join(config.dataDir, 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `before-${first}-${now.toISOString().replaceAll(/[-:]/g, '')}.db`);
  await copyDatabase(database, `${file}.part`);
  renameSync(`${file}.part`, file);
  return file;
}

/** The refusal of an embedded file that cannot be read. */
export function damaged(config: Config): AppError {
  return new AppError(
    'unavailable',
    `${databaseFile(config)} is damaged, or is no database. Nothing was changed. ` +
      'Put a backup in its place with: keybook restore FILE --replace',
  );
}

function foreign(config: Config): AppError {
  return new AppError(
    'unavailable',
    `${databaseFile(config)} is the database of another program. Set DATA_DIR to a folder of Keybook's own.`,
  );
}
