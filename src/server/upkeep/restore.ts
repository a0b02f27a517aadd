import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { compareSchema } from '../../db/compare-schema.ts';
import { findDamage, findOrphans } from '../../db/embedded-file.ts';
import { databaseFault, isDatabaseError } from '../../db/faults.ts';
import { migrate, migrationStatus } from '../../db/migrate.ts';
import { type Database, openDatabase } from '../../db/open.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import { AppError } from '../../domain/errors.ts';
import { databaseFile, openApp } from '../app.ts';
import { keptCheckpoints, renamedWords, setCheckpointsAside } from '../audit/kept-checkpoints.ts';
import { readIdentity, verifyDatabase } from '../audit/log-source.ts';
import { firstBegun } from '../audit/prove-growth.ts';
import { foreignIdentityWords } from '../audit/signing.ts';
import { writeTagsWitness } from '../audit/tags-witness.ts';
import { change } from '../change.ts';
import type { Config } from '../config.ts';
import type { App } from '../context.ts';
import { findDisagreements } from '../jobs/find-disagreements.ts';
import type { Log } from '../log.ts';
import { systemActor } from '../people/actors.ts';
import { type ChangeTx, openTokenToEnd, setSealed } from '../seals/change-sealed.ts';
import { findBrokenSeals } from '../seals/find-broken-seals.ts';
import { unlessBroken } from '../seals/seal.ts';
import { readMasterKey, readSigningKey } from '../secrets/master-key.ts';
import { adoptBackup } from '../secrets/rotate.ts';
import { hashFile, manifestFile, parseManifest } from './backup.ts';
import { requireSureClock } from './clock-state.ts';
import { removeDatabase } from './leftovers.ts';

export type RestoreOrder = {
  config: Config;
  log: Log;
  file: string;
  replace: boolean;
  withoutManifest: boolean;
  acceptClock: boolean;
  now: Date;
};

/**
 * What came of a restore. `missing` are the entries, first and last, that a checkpoint kept here knows and the backup has
 * not; `findings` is what disagreed in it when it was made.
 */
export type Restored = {
  size: number;
  manifest: boolean;
  missing: [number, number] | undefined;
  findings: string[];
  /** The entry with which tags began just now, where the backup is of a version that knew none. */
  tagsBegun: number | undefined;
  setAside: string[];
  sessions: number;
  tokens: number;
};

/**
 * Puts a backup in place of the embedded database. It must be as its manifest says, whole, of a schema as Keybook makes it,
 * fit the master key, and its audit log must be as signed. Without a manifest, which is to be said, nothing in it may
 * disagree either. Then sessions and tokens end, and that is recorded. The database that was there stays beside it. Nothing is
 * touched until all of that has succeeded on a copy.
 */
export async function restoreBackup(order: RestoreOrder): Promise<Restored> {
  const { config, replace, now } = order;
  const target = databaseFile(config);
  if (existsSync(target) && !replace)
    throw new AppError('database_exists', `${target} exists. To put the backup in its place: --replace`);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const copy = join(config.dataDir, `restore-${randomBytes(6).toString('hex')}.db`);
  try {
    const manifest = await copyWhole(order, copy);
    const { tags, ...judged } = await judge(order, copy, manifest);
    const stamp = now.toISOString().replaceAll(/[-:]/g, '');
    const aside = setDatabaseAside(target, stamp);
    renameSync(copy, target);
    if (tags) writeTagsWitness(config, tags);
    const setAside = [...aside, ...setCheckpointsAside(config, judged.size, stamp)];
    const tagsBegun = judged.size > 0 && tags?.from === judged.size ? judged.size : undefined;
    return { ...judged, manifest, tagsBegun, setAside };
  } finally {
    removeDatabase(copy);
  }
}

/** Copies the file; refuses one that is not as its manifest says, or has none. Answers whether it has one. */
async function copyWhole({ file, withoutManifest }: RestoreOrder, copy: string): Promise<boolean> {
  if (!existsSync(file)) throw new AppError('backup_unfit', `There is no file ${file}.`);
  if (!statSync(file).isFile()) throw new AppError('backup_unfit', `${file} is no file.`);
  const hasManifest = existsSync(manifestFile(file));
  if (!hasManifest && !withoutManifest)
    throw new AppError(
      'backup_unfit',
      `${manifestFile(file)} is missing: it says whether ${file} is whole. Put it beside the backup, or restore with --without-manifest.`,
    );
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  if (!hasManifest) return false;
  const manifest = parseManifest(readFileSync(manifestFile(file), 'utf8'), file);
  if ((await hashFile(copy)) !== manifest.sha256)
    throw new AppError(
      'backup_unfit',
      `${file} is not the file its manifest describes: it is damaged, or another one. Nothing was changed; take another backup.`,
    );
  return true;
}

async function judge({ config, log, now, acceptClock }: RestoreOrder, copy: string, manifest: boolean) {
  const database = openCopy(copy);
  try {
    await requireWhole(database);
    await requireOurs(database);
    await migrate(database);
    await requireOwnSchema(database);
    if (!acceptClock) await requireSureClock(database, now, 'restore with --accept-clock.');
    await adoptBackup(database, config);
    // A log without tags is judged before they begin in it, any other by its tags as well.
    const untagged = (await firstBegun(database.read)) === undefined ? await compareLog(config, database) : undefined;
    const app = await openApp({ config, database, log, clock: () => now, beginning: 'of-backup' });
    const compared = untagged ?? (await compareLog(config, database, app.vault.tag));
    await requireOwnSeals(app);
    const findings = await judgeState(database, manifest);
    const ended = await endAccess(app, compared, manifest);
    const { size, missing } = compared;
    return { size, missing, findings, tags: await tagsOf(database), ...ended };
  } catch (error) {
    const fault = databaseFault(error)?.kind;
    if (fault === 'damaged' || (fault === undefined && isDatabaseError(error))) throw unfit('it is damaged');
    throw error;
  } finally {
    await database.close();
  }
}

function unfit(why: string): AppError {
  return new AppError(
    'backup_unfit',
    `The backup cannot be restored: ${why}. Nothing was changed; take another backup.`,
  );
}

function openCopy(copy: string): Database {
  try {
    return openDatabase({ file: copy });
  } catch (error) {
    if (databaseFault(error)?.kind === 'damaged') throw unfit('it is no database');
    throw error;
  }
}

/** Pages that are damaged, indexes that do not fit their tables, rows that point to nothing. */
async function requireWhole(database: Database): Promise<void> {
  const damage = [...(await findDamage(database, true)), ...(await findOrphans(database))];
  if (damage.length > 0) throw unfit(`it is damaged (${few(damage)})`);
}

/** A trigger or a missing index would undo, from within, what Keybook promises of every later write. */
async function requireOwnSchema(database: Database): Promise<void> {
  const differences = await compareSchema(database);
  if (differences.length > 0) throw unfit(`its schema was changed (${few(differences)})`);
}

/** Who may do what was written by a server with this master key, and by nobody else. Sessions end with the restore. */
async function requireOwnSeals(app: App): Promise<void> {
  const broken: string[] = [];
  for await (const { table, id } of findBrokenSeals(app))
    if (table !== 'session' && table !== 'setup_token') broken.push(`${table} ${id}`);
  if (broken.length > 0) throw unfit(`somebody changed who may do what (${few(broken)})`);
}

/**
 * What disagrees in the backup. A manifest says that this was so when it was made: then it is told, and `doctor` mends it.
 * Without one, somebody may have changed the file since.
 */
async function judgeState({ read }: Database, manifest: boolean): Promise<string[]> {
  const findings = (await findDisagreements(read)).map(({ detail, keyId }) => `${keyId}: ${detail}`);
  if (findings.length > 0 && !manifest) throw unfit(`what it holds disagrees (${few(findings)})`);
  return findings;
}

function few(findings: string[]): string {
  const shown = findings.slice(0, 3).join('; ');
  return findings.length > 3 ? `${shown}; and ${findings.length - 3} more` : shown;
}

async function requireOurs(database: Database): Promise<void> {
  const { applied } = await migrationStatus(database);
  if (applied.length === 0) throw unfit('it is no database of Keybook');
}

type Comparison = { size: number; missing: [number, number] | undefined; newest: string | undefined };

/** Compares the backup's log with the checkpoints kept outside it: older is told, another log is refused. */
async function compareLog(config: Config, database: Database, tagOf?: TagOf): Promise<Comparison> {
  const identity = await readIdentity(database.read);
  const publicKey = await readSigningKey(database.admin, readMasterKey(config.masterKeyFile).key);
  const kept = keptCheckpoints(config, publicKey);
  const wrong = foreignIdentityWords(identity, publicKey) ?? renamedWords(kept, identity?.origin);
  if (wrong) throw unfit(`its audit log is not what was signed: ${wrong}`);
  const head = await database.read.selectFrom('audit_head').select('size').executeTakeFirst();
  const size = head?.size ?? 0;
  const outside = kept.filter((checkpoint) => checkpoint.size <= size).map(({ note }) => note);
  const result = await verifyDatabase(database, { outside, tagOf });
  if (!result.ok) throw unfit(`its audit log is not what was signed: ${result.firstBad?.problem ?? 'it is damaged'}`);
  const newest = kept.at(-1);
  const missing: [number, number] | undefined = newest && newest.size > size ? [size, newest.size - 1] : undefined;
  return { size, missing, newest: newest?.note };
}

/** From which entry on the log of a database has tags, and whose log it is. */
async function tagsOf({ read }: Database): Promise<{ origin: string; from: number } | undefined> {
  const [identity, begun] = [await readIdentity(read), await firstBegun(read)];
  return identity && begun && { origin: identity.origin, from: begun.idx };
}

/** Whoever held a session or token of the state that is gone holds nothing now. */
function endAccess(
  app: App,
  { size, missing, newest }: Comparison,
  manifest: boolean,
): Promise<{ sessions: number; tokens: number }> {
  const now = app.clock().toISOString();
  const by = { app, actor: systemActor('local'), address: undefined, idempotency: undefined, now: () => now };
  return change(by, async (tx) => {
    const sessions = await tx.deleteFrom('session').returning('id').execute();
    const tokens = await revokeAll(tx, app, now);
    await tx.deleteFrom('setup_token').execute();
    await tx.deleteFrom('idempotency').execute();
    const ended = { sessions: sessions.length, tokens };
    const gap = missing && { missingFrom: missing[0], missingTo: missing[1] };
    const details = { size, manifest, ...gap, ...(newest && { newestCheckpoint: newest }), ...ended };
    return { result: ended, audit: { action: 'restore.completed', subject: 'database:1', details } };
  });
}

/** Revokes every token that is left. One that the server did not write opens nothing as it is. */
async function revokeAll(tx: ChangeTx, app: App, now: string): Promise<number> {
  const rows = await tx.selectFrom('token').select('id').where('revoked_at', 'is', null).execute();
  for (const { id } of rows) {
    const token = await unlessBroken(() => openTokenToEnd(tx, app, id));
    if (token) await setSealed(tx, 'token', token, { revoked_at: now });
  }
  return rows.length;
}

/** Keeps the present database, with what its write-ahead log still holds, under another name. */
function setDatabaseAside(target: string, stamp: string): string[] {
  const aside = `${target}.before-restore-${stamp}`;
  const parts = ['', '-wal', '-shm'].filter((part) => existsSync(target + part));
  // The database first: what is left of it after a crash here is never opened without its write-ahead log.
  for (const part of parts) renameSync(target + part, aside + part);
  return parts.includes('') ? [aside] : [];
}
