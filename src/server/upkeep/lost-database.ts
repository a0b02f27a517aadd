import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Database } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { databaseFile } from '../app.ts';
import { checkpointFiles } from '../audit/kept-checkpoints.ts';
import type { Config } from '../config.ts';

const whatToDo =
  'If a folder or volume is not where it should be, put it back. If the database is gone, restore a backup (keybook restore FILE). ' +
  'To begin anew, move these files away first.';

/**
 * Refuses to make a database where files beside it say that there was one: DATA_DIR may be mistyped, a volume not there,
 * or a restore cut off. Whatever is made instead would look like a first start. A master key elsewhere than in DATA_DIR
 * says nothing: it may have been put there for a first start.
 */
export function refuseLostDatabase(config: Config): void {
  const file = databaseFile(config);
  if (config.databaseUrl || existsSync(file)) return;
  const found = witnesses(config);
  if (found.length > 0)
    throw new AppError('database_missing', `${file} is missing, but ${found.join(', ')} tell of one. ${whatToDo}`);
}

/** The same for a database that is there, but empty: checkpoints kept here are of a log that is not in it. */
export async function refuseEmptyDatabase(config: Config, { admin }: Database): Promise<void> {
  const kept = checkpointFiles(config);
  if (kept.length === 0 || (await holdsLog(admin))) return;
  const place = config.databaseUrl ? 'The database that DATABASE_URL names' : databaseFile(config);
  throw new AppError('database_missing', `${place} is empty, but ${kept.join(', ')} tell of another. ${whatToDo}`);
}

async function holdsLog(admin: Database['admin']): Promise<boolean> {
  const tables = await admin.introspection.getTables();
  if (!tables.some(({ name }) => name === 'log_identity')) return false;
  return (await admin.selectFrom('log_identity').select('id').executeTakeFirst()) !== undefined;
}

function witnesses(config: Config): string[] {
  const file = databaseFile(config);
  const prefix = `${basename(file)}.before-restore-`;
  const names = existsSync(config.dataDir) ? readdirSync(config.dataDir) : [];
  const aside = names.filter((name) => name.startsWith(prefix)).map((name) => join(config.dataDir, name));
  const own = [config.masterKeyFile, `${file}-wal`].filter(
    (path) => path.startsWith(join(config.dataDir, '/')) && existsSync(path),
  );
  return [...aside, ...own, ...checkpointFiles(config)];
}
