import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { databaseFault } from '../db/faults.ts';
import { migrate, migrationStatus } from '../db/migrate.ts';
import { type Database, openDatabase } from '../db/open.ts';
import type { TagOf } from '../domain/audit/tag-checks.ts';
import { AppError } from '../domain/errors.ts';
import { databaseFile, openApp } from './app.ts';
import { keptCheckpoints, setCheckpointsAside, writeTagsWitness } from './audit/kept-checkpoints.ts';
import { readIdentity, verifyDatabase } from './audit/log-source.ts';
import { firstBegun } from './audit/prove-growth.ts';
import { hashFile, manifestFile, parseManifest } from './backup.ts';
import { change } from './change.ts';
import type { Config } from './config.ts';
import type { App } from './context.ts';
import type { Log } from './log.ts';
import { systemActor } from './people/actors.ts';
import { adoptBackup } from './rotate.ts';
import { type ChangeTx, openSealed, setSealed } from './seals/change-sealed.ts';
import { unlessBroken } from './seals/seal.ts';

export type RestoreOrder = { config: Config; log: Log; file: string; replace: boolean; now: Date };

/** What came of a restore. `missing` are the entries, first and last, that a checkpoint kept here knows and the backup has not. */
export type Restored = {
  size: number;
  missing: [number, number] | undefined;
  /** The entry with which tags began just now, where the backup is of a version that knew none. */
  tagsBegun: number | undefined;
  setAside: string[];
  sessions: number;
  tokens: number;
};

/**
 * Puts a backup in place of the embedded database. It must be whole, fit the master key, and its audit log must be as
 * signed; then sessions and tokens end, and that is recorded. The database that was there stays beside it. Nothing is
 * touched until all of that has succeeded on a copy.
 */
export async function restoreBackup(order: RestoreOrder): Promise<Restored> {
  const { config, file, replace, now } = order;
  const target = databaseFile(config);
  if (existsSync(target) && !replace)
    throw new AppError('database_exists', `${target} exists. To put the backup in its place: --replace`);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const copy = join(config.dataDir, `restore-${randomBytes(6).toString('hex')}.db`);
  try {
    await copyWhole(file, copy);
    const { size, missing, tags, ...ended } = await judge(order, copy);
    const stamp = now.toISOString().replaceAll(/[-:]/g, '');
    const aside = setDatabaseAside(target, stamp);
    renameSync(copy, target);
    if (tags) writeTagsWitness(config, tags);
    const setAside = [...aside, ...setCheckpointsAside(config, size, stamp)];
    const tagsBegun = size > 0 && tags?.from === size ? size : undefined;
    return { size, missing, tagsBegun, ...ended, setAside };
  } finally {
    for (const part of ['', '-wal', '-shm']) rmSync(copy + part, { force: true });
  }
}

/** Copies the file; refuses one that is not as its manifest says. */
async function copyWhole(file: string, copy: string): Promise<void> {
  if (!existsSync(file)) throw new AppError('backup_unfit', `There is no file ${file}.`);
  copyFileSync(file, copy);
  chmodSync(copy, 0o600);
  if (!existsSync(manifestFile(file))) return;
  const manifest = parseManifest(readFileSync(manifestFile(file), 'utf8'), file);
  if ((await hashFile(copy)) !== manifest.sha256)
    throw new AppError(
      'backup_unfit',
      `${file} is not the file its manifest describes: it is damaged, or another one.`,
    );
}

async function judge({ config, log, now }: RestoreOrder, copy: string) {
  const database = openCopy(copy);
  try {
    await requireOurs(database);
    await migrate(database);
    await adoptBackup(database, config);
    // A log without tags is judged before they begin in it, any other by its tags as well.
    const untagged = (await firstBegun(database.read)) === undefined ? await compareLog(config, database) : undefined;
    const app = await openApp({ config, database, log, clock: () => now, isLogJudged: true });
    const compared = untagged ?? (await compareLog(config, database, app.vault.tag));
    const ended = await endAccess(app, compared);
    return { size: compared.size, missing: compared.missing, tags: await tagsOf(database), ...ended };
  } catch (error) {
    if (databaseFault(error)?.kind === 'damaged') throw unfit('it is damaged');
    throw error;
  } finally {
    await database.close();
  }
}

function unfit(why: string): AppError {
  return new AppError('backup_unfit', `The backup cannot be restored: ${why}. Nothing was changed.`);
}

function openCopy(copy: string): Database {
  try {
    return openDatabase({ file: copy });
  } catch (error) {
    if (databaseFault(error)?.kind === 'damaged') throw unfit('it is no database');
    throw error;
  }
}

async function requireOurs(database: Database): Promise<void> {
  const { applied } = await migrationStatus(database);
  if (applied.length === 0) throw unfit('it is no database of Keybook');
}

type Comparison = { size: number; missing: [number, number] | undefined; newest: string | undefined };

/** Compares the backup's log with the checkpoints kept outside it: older is told, another log is refused. */
async function compareLog(config: Config, database: Database, tagOf?: TagOf): Promise<Comparison> {
  const identity = await readIdentity(database.read);
  const kept = identity ? keptCheckpoints(config, identity) : [];
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
function endAccess(app: App, { size, missing, newest }: Comparison): Promise<{ sessions: number; tokens: number }> {
  const now = app.clock().toISOString();
  const by = { app, actor: systemActor('local'), address: undefined, idempotency: undefined, now: () => now };
  return change(by, async (tx) => {
    const sessions = await tx.deleteFrom('session').returning('id').execute();
    const tokens = await revokeAll(tx, app, now);
    await tx.deleteFrom('setup_token').execute();
    await tx.deleteFrom('idempotency').execute();
    const ended = { sessions: sessions.length, tokens };
    const gap = missing && { missingFrom: missing[0], missingTo: missing[1] };
    const details = { size, ...gap, ...(newest && { newestCheckpoint: newest }), ...ended };
    return { result: ended, audit: { action: 'restore.completed', subject: 'database:1', details } };
  });
}

/** Revokes every token that is left. One that the server did not write opens nothing as it is. */
async function revokeAll(tx: ChangeTx, app: App, now: string): Promise<number> {
  const rows = await tx.selectFrom('token').select('id').where('revoked_at', 'is', null).execute();
  for (const { id } of rows) {
    const token = await unlessBroken(() => openSealed(tx, app, 'token', id));
    if (token) await setSealed(tx, 'token', token, { revoked_at: now });
  }
  return rows.length;
}

/** Keeps the present database, with what its write-ahead log still holds, under another name. */
function setDatabaseAside(target: string, stamp: string): string[] {
  const aside = `${target}.before-restore-${stamp}`;
  if (!existsSync(target)) return [];
  for (const part of ['-wal', '-shm']) if (existsSync(target + part)) renameSync(target + part, aside + part);
  renameSync(target, aside);
  return [aside];
}
