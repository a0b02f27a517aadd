import { type Database, type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { beginTags, judgeUntagged, requireUntagged } from '../audit/begin-tags.ts';
import type { BelievedLog } from '../audit/believe-untagged.ts';
import { claimHead } from '../audit/head.ts';
import { untoldPeople } from '../audit/people-told.ts';
import type { App } from '../context.ts';
import { sealExisting } from '../seals/seal-existing.ts';
import {
  bindSecrets,
  insertSecrets,
  readMasterKey,
  readSecrets,
  readSigningKey,
  sealPurposes,
  sealSecrets,
} from './master-key.ts';
import { openVault } from './vault.ts';

/** What there is of an application before its vault is open. */
export type Opening = Pick<App, 'config' | 'randomBytes'> & {
  database: Database;
  now: string;
  beginning?: Beginning | undefined;
};

/**
 * Who has seals and tags begin: the start of a server, or a restore, which has judged the log of the backup, where it is one
 * of before them, and may go back behind what was signed here. No command that looks at a database, or changes one thing in
 * it, declares genuine what lies there.
 */
export type Beginning = 'of-start' | { ofBackup: BelievedLog | undefined };

/** What they began over, and what lets people in that was taken away, in words: the log does not tell of it. */
export type Begun = BelievedLog & { removed: string[] };

/**
 * Gives a database that was made before there were any the secrets of tags, seals and digests, and seals what is there:
 * once, in one transaction, under the log's head row, so that of several servers that start at once the first does it
 * and the others find it done. From then on entries have tags; the log of before is verified first, and must be believed
 * and tell of everybody who is sealed. A new database is made with them; one that has lost some of them is refused, because
 * sealing what lies there would declare it genuine. Answers what it began over and what it took away, where it did.
 */
export async function beginSeals(opening: Opening): Promise<Begun | undefined> {
  const lacking = await missingSecrets(opening.database.read);
  if (lacking.length === 0) return undefined;
  if (lacking.length < sealPurposes.length) throw lost(lacking);
  if (!opening.beginning) throw await notBegun(opening);
  try {
    return await begin(opening);
  } catch (error) {
    // Another server has begun them meanwhile: what was judged stood half before that and half after.
    if ((await missingSecrets(opening.database.read)).length > 0) throw error;
    return undefined;
  }
}

async function begin(opening: Opening): Promise<Begun | undefined> {
  const { database, config, randomBytes, now, beginning } = opening;
  const master = readMasterKey(config.masterKeyFile).key;
  const signingKey = await readSigningKey(database.admin, master);
  const judged = typeof beginning === 'object' ? beginning.ofBackup : await judgeUntagged(opening, signingKey);
  if (!judged) throw await notBegun(opening);
  return database.transaction(async (tx) => {
    const head = await claimHead({ db: tx, fragments: database.fragments });
    const missing = await missingSecrets(tx);
    if (missing.length === 0) return undefined;
    if (missing.length < sealPurposes.length) throw lost(missing);
    await bindSecrets(tx, master);
    await insertSecrets(tx, master, now, sealSecrets(randomBytes));
    // Opens all of them: under a master key that does not fit, nothing is begun.
    const vault = openVault(await readSecrets(tx, master));
    const { removed, lacking } = await sealExisting(tx, vault, head.size - 1);
    // Of the rows as they are now sealed, and held until the commit.
    const untold = [...(await untoldPeople(reading(tx))), ...lacking];
    if (untold.length > 0) throw judged.refuse(untoldWords(untold));
    await beginTags(tx, vault, head, judged, opening);
    return { ...judged, removed };
  });
}

/** Whether a database has none of them, as one of before there were any: or as one that was made to look so. */
export async function isBeforeSeals(db: ReadDb): Promise<boolean> {
  return (await missingSecrets(db)).length === sealPurposes.length;
}

function untoldWords(untold: readonly string[]): string {
  const more = untold.length > 3 ? `, and ${untold.length - 3} more` : '';
  return `it does not tell of these as they are: ${untold.slice(0, 3).join(', ')}${more}`;
}

/** Which of these secrets a database lacks; none where it has no secrets at all, as it is only just being made. */
async function missingSecrets(db: ReadDb | WriteDb): Promise<string[]> {
  const rows = await reading(db).selectFrom('wrapped_key').select('purpose').execute();
  if (rows.length === 0) return [];
  return sealPurposes.filter((purpose) => !rows.some((row) => row.purpose === purpose));
}

/** What a command says that does not begin them: a forged database is told from an older one. */
async function notBegun({ config, database }: Opening): Promise<AppError> {
  await requireUntagged({ config, database });
  return new AppError(
    'unavailable',
    'The database is of an older version, without tags and seals. Start the server once (keybook serve): it looks through the audit log first.',
  );
}

function lost(missing: string[]): AppError {
  return new AppError(
    'unavailable',
    `The database has lost secrets that prove who wrote its rows (${missing.join(', ')}). They are not made anew, because that would declare genuine whatever lies there. Restore a backup.`,
  );
}
