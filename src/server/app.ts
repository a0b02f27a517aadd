import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from '../db/open.ts';
import { newSigning } from './audit/signing.ts';
import type { Config } from './config.ts';
import type { App, ImportSizes } from './context.ts';
import type { Erasures } from './erasure/keeper.ts';
import { type Log, reportBugTo } from './log.ts';
import { type Beginning, type Begun, beginSeals } from './secrets/begin-seals.ts';
import { settleMasterKey } from './secrets/exchange-master-key.ts';
import { unlock } from './secrets/master-key.ts';
import { isNewLog, refuseEmptiedLog, witnessNewLog } from './secrets/new-log.ts';
import { pooledRandomBytes } from './secrets/random.ts';
import { watchClock } from './upkeep/clock-state.ts';
import type { Backups } from './upkeep/nightly-backup.ts';

/**
 * Opens the database the settings name; the folder of the embedded file is made where it is missing. A server gives
 * its `applicationName`, by which others see that it runs.
 */
export function openConfiguredDatabase(config: Config, applicationName?: string): Database {
  if (config.databaseUrl) return openDatabase({ url: config.databaseUrl, ...(applicationName && { applicationName }) });
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  return openDatabase({ file: databaseFile(config) });
}

/** Where the embedded database lies. */
export function databaseFile(config: Config): string {
  return join(config.dataDir, 'keybook.db');
}

export type AppParts = {
  config: Config;
  database: Database;
  log: Log;
  clock?: () => Date;
  /** Seconds that nobody sets, by which a jump of the clock is seen. */
  uptimeSeconds?: () => number;
  importSizes?: ImportSizes;
  /** Whether seals and tags may begin in a database of before; else one is refused. */
  beginning?: Beginning;
};

/** As many rows as take a second or two, and a good part of one: nobody else writes meanwhile. */
const usualSizes: ImportSizes = { atOnce: 1000, part: 250 };

/**
 * Makes the application over a migrated database: opens the vault, refusing a wrong or missing master key. A database
 * of a version that knew no seals gets them first, where whoever opens it is one to begin them; one whose log was emptied
 * is refused.
 */
export async function openApp(parts: AppParts): Promise<App> {
  const { config, database, log, clock = () => new Date(), importSizes = usualSizes, beginning } = parts;
  const clockWatch = await watchClock(database.read, clock, parts.uptimeSeconds);
  await settleMasterKey({ config, database }, { isAlone: beginning === 'of-start' && !config.databaseUrl });
  const randomBytes = pooledRandomBytes();
  const now = clock().toISOString();
  const begun = await beginSeals({ config, database, randomBytes, now, beginning });
  if (begun) log.warn(overWhat(begun), 'tags and seals begin over a log of before them, which is believed from now on');
  await refuseEmptiedLog(database);
  const vault = await unlock(database, config.masterKeyFile, randomBytes, now);
  if (typeof beginning !== 'object' && (await isNewLog(database))) await witnessNewLog(config, database);
  const onAppended = (): void => undefined;
  const signing = newSigning({ goesBack: typeof beginning === 'object' });
  const erasures: Erasures = { waitingSince: undefined };
  const backups: Backups = { watchedSince: clock(), newest: undefined, failure: undefined };
  const reportBug = reportBugTo(log);
  const held = { config, database, vault, log, reportBug, clock, clockWatch, randomBytes, importSizes };
  return { ...held, signing, onAppended, erasures, backups };
}

function overWhat({ size, signed, removed }: Begun): { entries: number; signed: number; removed?: string[] } {
  return { entries: size, signed, ...(removed.length > 0 && { removed }) };
}
