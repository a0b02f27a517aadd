import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { migrationStatus } from '../db/migrate.ts';
import type { Database } from '../db/open.ts';
import { withPatience } from '../db/patience.ts';
import { requireNoServers } from '../db/servers.ts';
import { AppError } from '../domain/errors.ts';
import { databaseFile, openApp, openConfiguredDatabase } from '../server/app.ts';
import type { Config } from '../server/config.ts';
import type { App } from '../server/context.ts';
import { asAppError } from '../server/http/problem.ts';
import { openLog } from '../server/log.ts';
import { requireSureClock } from '../server/upkeep/clock-state.ts';
import { refuseEmptyDatabase, refuseLostDatabase } from '../server/upkeep/lost-database.ts';
import { claimDatabase } from '../server/upkeep/serve-lock.ts';
import { upgrade } from '../server/upkeep/upgrade.ts';
import { becomeOwner } from './admin-owner.ts';

/** Opens the database that is there for one command; makes none where there is none, and leaves its files to their owner. */
export async function withDatabase<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  if (!config.databaseUrl) requireFile(config);
  else becomeOwner(config);
  return opened(config, async (database) => {
    await requireTables(config, database);
    return withPatience('upkeep', () => work(database));
  });
}

async function opened<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  process.umask(0o077);
  try {
    const database = openConfiguredDatabase(config);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw inWords(error);
  }
}

/** The same with its vault open, for a command that writes or decrypts. Refuses a schema of another version, and a clock far ahead of the log. */
export function withApp<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  return withAppWhateverTheClock(config, work, (database) => requireSureClock(database, new Date(), acceptFirst));
}

const acceptFirst = 'keybook clock accept, then run this again.';

/** The same for the command that says that the clock is right. */
export function withAppWhateverTheClock<T>(
  config: Config,
  work: (app: App) => Promise<T>,
  judge: (database: Database) => Promise<void> = async () => undefined,
): Promise<T> {
  return withDatabase(config, async (database) => {
    await requireCurrentSchema(database);
    await judge(database);
    return work(await openApp({ config, database, log: openLog('error') }));
  });
}

/** The same for a command that starts a database where there is none; a server may run beside it. */
export async function withNewApp<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  becomeOwner(config);
  refuseLostDatabase(config);
  return opened(config, async (database) => {
    await refuseEmptyDatabase(config, database);
    const { applied } = await migrationStatus(database);
    await requireSureClock(database, new Date(), acceptFirst);
    if (applied.length === 0) await upgrade(config, database, new Date());
    await requireCurrentSchema(database);
    const app = await openApp({ config, database, log: openLog('error') });
    return withPatience('upkeep', () => work(app));
  });
}

/** Opens the database for a command that no server may run beside; refuses while one does. */
export async function withDatabaseAlone<T>(config: Config, work: (database: Database) => Promise<T>): Promise<T> {
  if (!config.databaseUrl) requireFile(config);
  return claimed(config, () =>
    withDatabase(config, async (database) => {
      await requireNoServers(database);
      return work(database);
    }),
  );
}

/** The same with its vault open. */
export async function withAppAlone<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  if (!config.databaseUrl) requireFile(config);
  return claimed(config, () =>
    withApp(config, async (app) => {
      await requireNoServers(app.database);
      return work(app);
    }),
  );
}

/** Claims the files of the database, also where there are none yet; refuses while a server has them. */
export async function claimed<T>(config: Config, work: () => Promise<T>): Promise<T> {
  becomeOwner(config);
  process.umask(0o077);
  const lock = claimDatabase(config);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** A known fault of the database becomes a refusal; a bug stays what it is. */
export function inWords(error: unknown): unknown {
  const known = asAppError(error);
  return known.code === 'internal' ? error : known;
}

function requireFile(config: Config): void {
  const file = databaseFile(config);
  refuseLostDatabase(config);
  if (!existsSync(file)) throw noDatabase(`looked for ${file} (DATA_DIR is ${config.dataDir})`);
  becomeOwner(config);
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch {
    throw new AppError(
      'forbidden',
      `${file} belongs to another user (uid ${statSync(file).uid}). Run this as that user.`,
    );
  }
}

async function requireTables(config: Config, database: Database): Promise<void> {
  await refuseEmptyDatabase(config, database);
  const { applied } = await migrationStatus(database);
  if (applied.length > 0) return;
  const place = config.databaseUrl ? withoutPassword(config.databaseUrl) : databaseFile(config);
  throw noDatabase(`looked in ${place}, which has no tables of Keybook`);
}

function noDatabase(where: string): AppError {
  return new AppError(
    'no_database',
    `There is no Keybook database: ${where}. Start the server to make one (keybook serve), or set DATA_DIR or DATABASE_URL.`,
  );
}

/** The address of a database as it may be shown. */
function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^@/]*@/, '$1').replace(/\?.*$/, '');
}

async function requireCurrentSchema(database: Database): Promise<void> {
  const { pending, unknown } = await migrationStatus(database);
  if (unknown.length > 0)
    throw new AppError('unavailable', `A newer Keybook wrote this database (${unknown.join(', ')}). Use that version.`);
  if (pending.length > 0)
    throw new AppError('unavailable', 'The database is of an older version. Stop the server and run: keybook migrate');
}
