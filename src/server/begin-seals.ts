import type { Database, ReadDb, WriteDb } from '../db/open.ts';
import { AppError } from '../domain/errors.ts';
import { claimHead } from './audit/head.ts';
import type { App } from './context.ts';
import { insertSecrets, readMasterKey, readSecrets, sealPurposes, sealSecrets } from './master-key.ts';

/** What there is of an application before its vault is open. */
export type Opening = Pick<App, 'config' | 'randomBytes'> & { database: Database; now: string };

/**
 * Gives a database that was made before there were any the secrets of tags, seals and digests: once, in one transaction,
 * under the log's head row, so that of several servers that start at once the first does it and the others find it
 * done. A new database is made with them; one that has lost some of them is refused, because sealing what lies there
 * would declare it genuine.
 */
export async function beginSeals(opening: Opening): Promise<void> {
  const { database, config, randomBytes, now } = opening;
  if ((await missingSecrets(database.read)).length === 0) return;
  const master = readMasterKey(config.masterKeyFile).key;
  await database.transaction(async (tx) => {
    await claimHead({ db: tx });
    const missing = await missingSecrets(tx);
    if (missing.length === 0) return;
    if (missing.length < sealPurposes.length) throw lost(missing);
    await insertSecrets(tx, master, now, sealSecrets(randomBytes));
    // Opens all of them: under a master key that does not fit, nothing is begun.
    await readSecrets(tx, master);
  });
}

/** Which of these secrets a database lacks; none where it has no secrets at all, as it is only just being made. */
async function missingSecrets(db: ReadDb | WriteDb): Promise<string[]> {
  // A writable handle reads as well.
  const rows = await (db as ReadDb).selectFrom('wrapped_key').select('purpose').execute();
  if (rows.length === 0) return [];
  return sealPurposes.filter((purpose) => !rows.some((row) => row.purpose === purpose));
}

function lost(missing: string[]): AppError {
  return new AppError(
    'unavailable',
    `The database has lost secrets that prove who wrote its rows (${missing.join(', ')}). They are not made anew, because that would declare genuine whatever lies there. Restore a backup.`,
  );
}
