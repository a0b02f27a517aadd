import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Selectable } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { Database, WriteDb } from '../../db/open.ts';
import type { WrappedKeyTable } from '../../db/tables.ts';
import { encodeVerifierKey } from '../../domain/audit/checkpoint.ts';
import { AppError } from '../../domain/errors.ts';
import { sha256 } from '../audit/sha256.ts';
import { writeWhole } from '../write-whole.ts';
import { isNewLog, recordsThere } from './new-log.ts';
import { decrypt, encrypt, openVault, publicKeyOf, type Vault, type VaultSecrets } from './vault.ts';

type Purpose = 'data' | 'index' | 'signing' | SealPurpose;
type Random = (count: number) => Buffer;

/**
 * Secrets that outlive every rotation: `seal` proves that rows and entries were written here, and a restore makes a new
 * one; what is made with `digest` outlives that as well.
 */
export const sealPurposes = ['seal', 'digest'] as const;
type SealPurpose = (typeof sealPurposes)[number];

/** The key that wraps all others: 32 bytes, base64url in its file. */
export type MasterKey = { key: Buffer; file: string; created: boolean };

function unavailable(message: string): AppError {
  return new AppError('unavailable', message);
}

/** Reads the master key file. Throws, in plain words, when it is missing or is not a key. */
export function readMasterKey(file: string): MasterKey {
  if (!existsSync(file))
    throw unavailable(`The master key is missing: ${file}. Put the copy you kept there, or set MASTER_KEY_FILE.`);
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length !== 32) throw unavailable(`${file} does not hold a master key (32 bytes, base64url).`);
  return { key, file, created: false };
}

/**
 * Writes a new master key, readable by this user alone; reads the file of whoever was faster. A folder made for it is
 * this user's alone; one that is there stays as it is: it may be /etc, or one that other programs read.
 */
function createMasterKey(file: string, random: Random): MasterKey {
  if (existsSync(file)) return readMasterKey(file);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const key = random(32);
  const text = `${key.toString('base64url')}\n`;
  try {
    writeWhole(file, text);
  } catch (error) {
    if (existsSync(file)) return readMasterKey(file);
    throw error;
  }
  return { key, file, created: true };
}

function wrappingKey(master: Buffer): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', master, '', 'keybook wrap v1', 32)));
}

type WrappedRow = Selectable<WrappedKeyTable>;

/** What a wrapped secret is bound to: `v2` to all that its row says of it, `v1`, of version 0.1.0, to id and purpose alone. */
type Binding = 'v1' | 'v2';

function boundTo({ id, purpose, created_at, retired_at }: Omit<WrappedRow, 'wrapped'>, binding: Binding): string {
  const row = `wrap|${binding}|${id}|${purpose}`;
  return binding === 'v1' ? row : `${row}|${created_at}|${retired_at ?? ''}`;
}

/** Wraps a secret under the master key for a row: it opens there alone, and only while the row says the same of it. */
export function wrapSecret(
  master: Buffer,
  row: Omit<WrappedRow, 'wrapped'>,
  secret: Buffer,
  binding: Binding = 'v2',
): string {
  return encrypt(wrappingKey(master), 'master', secret, boundTo(row, binding));
}

function unwrapBound(master: Buffer, row: WrappedRow, binding: Binding): Buffer | undefined {
  return decrypt(() => wrappingKey(master), row.wrapped, boundTo(row, binding));
}

/** The secret a row holds, however it is bound; undefined where it is wrapped under another master key. */
export function unwrapSecret(master: Buffer, row: WrappedRow): Buffer | undefined {
  return unwrapBound(master, row, 'v2') ?? unwrapBound(master, row, 'v1');
}

function unfitting(): AppError {
  return unavailable(
    'The master key does not fit this database. With several servers, copy secrets/master.key from the first server; otherwise put back the copy you kept.',
  );
}

/**
 * Opens the wrapped secrets of a database with its master key. Where it has seals, a row that says something else of its
 * secret than this installation wrote is refused: else whoever writes the database could put a retired key into use again.
 */
export async function readSecrets(db: WriteDb, master: Buffer): Promise<VaultSecrets> {
  const rows = await db.selectFrom('wrapped_key').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
  const isSealed = rows.some(({ purpose }) => sealPurposes.some((one) => one === purpose));
  const opened = rows.map((row) => ({
    ...row,
    key: isSealed ? unwrapBound(master, row, 'v2') : unwrapSecret(master, row),
  }));
  const closed = opened.filter(({ key }) => key === undefined);
  if (closed.length === opened.length) throw unfitting();
  const [changed] = closed;
  if (changed)
    throw unavailable(
      `Somebody changed what the database says of its ${changed.purpose} key ${changed.id}. It is not used so. Restore a backup.`,
    );
  const known = opened.flatMap(({ key, ...row }) => (key ? [{ ...row, key }] : []));
  const only = (purpose: Purpose): Buffer => {
    const row = known.find((entry) => entry.purpose === purpose && entry.retired_at === null);
    if (!row) throw lostKey(purpose);
    return row.key;
  };
  const dataKeys = known
    .filter((row) => row.purpose === 'data')
    .sort((a, b) => Number(a.retired_at !== null) - Number(b.retired_at !== null));
  // The first encrypts: one that is retired never does.
  only('data');
  return {
    dataKeys: dataKeys.map(({ id, key }) => ({ id, key })),
    indexKey: only('index'),
    signingSeed: only('signing'),
    sealKey: only('seal'),
    digestKey: only('digest'),
  };
}

/** Wraps all secrets of a database anew, each bound as it was. */
export async function rewrap(tx: WriteDb, master: Buffer, newMaster: Buffer): Promise<void> {
  await rewrapEach(tx, master, newMaster, (row) => ({
    retired_at: row.retired_at,
    binding: unwrapBound(master, row, 'v2') ? 'v2' : 'v1',
  }));
}

/** The same where a new data key is about to be made: those there are retire. */
export async function rewrapRetiring(tx: WriteDb, master: Buffer, newMaster: Buffer, now: string): Promise<void> {
  await rewrapEach(tx, master, newMaster, ({ purpose, retired_at }) => ({
    retired_at: purpose === 'data' ? now : retired_at,
    binding: 'v2',
  }));
}

/** Binds the secrets of version 0.1.0 to what their rows say; to be done once, where seals begin. */
export async function bindSecrets(tx: WriteDb, master: Buffer): Promise<void> {
  await rewrapEach(tx, master, master, ({ retired_at }) => ({ retired_at, binding: 'v2' }));
}

type AsWritten = (row: WrappedRow) => { retired_at: string | null; binding: Binding };

async function rewrapEach(tx: WriteDb, master: Buffer, newMaster: Buffer, written: AsWritten): Promise<void> {
  for (const row of await tx.selectFrom('wrapped_key').selectAll().execute()) {
    const secret = unwrapSecret(master, row);
    if (!secret) throw unavailable('The master key does not fit this database. Nothing was changed.');
    const { retired_at, binding } = written(row);
    const wrapped = wrapSecret(newMaster, { ...row, retired_at }, secret, binding);
    await tx.updateTable('wrapped_key').set({ wrapped, retired_at }).where('id', '=', row.id).execute();
  }
}

/** What a database signs with, as its master key opens it: the public half. No writer of the database can exchange it. */
export async function readSigningKey(db: WriteDb, master: Buffer): Promise<Uint8Array> {
  const row = await db
    .selectFrom('wrapped_key')
    .selectAll()
    .where('purpose', '=', 'signing')
    .limit(1)
    .executeTakeFirst();
  if (!row) throw lostKey('signing');
  const seed = unwrapSecret(master, row);
  if (!seed) throw unfitting();
  return publicKeyOf(seed);
}

function lostKey(purpose: Purpose): AppError {
  return unavailable(`The ${purpose} key is missing from the database. Restore a backup.`);
}

async function writeSecrets(tx: WriteDb, master: Buffer, random: Random, now: string): Promise<boolean> {
  const identity = await tx
    .insertInto('log_identity')
    .values({ id: 1, ...newIdentity(random) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('origin')
    .executeTakeFirst();
  if (!identity) return false;
  const seed = random(32);
  await tx
    .updateTable('log_identity')
    .set({ public_key: encodeVerifierKey(sha256, identity.origin, publicKeyOf(seed)) })
    .execute();
  await insertSecrets(tx, master, now, [
    ['data', random(32)],
    ['index', random(32)],
    ['signing', seed],
    ...sealSecrets(random),
  ]);
  return true;
}

/** New secrets for seals, tags and digests. */
export function sealSecrets(random: Random): [Purpose, Buffer][] {
  return sealPurposes.map((purpose) => [purpose, random(32)]);
}

/** Keeps secrets, wrapped under the master key. */
export async function insertSecrets(
  tx: WriteDb,
  master: Buffer,
  now: string,
  secrets: [Purpose, Buffer][],
): Promise<void> {
  for (const [purpose, secret] of secrets) {
    await insertSecret(tx, master, { id: uuid(), purpose, secret, now });
  }
}

type NewSecret = { id: string; purpose: Purpose; secret: Buffer; now: string };

/** Keeps one secret, in use from now on, under an id that is known already. */
export async function insertSecret(tx: WriteDb, master: Buffer, { id, purpose, secret, now }: NewSecret) {
  const row = { id, purpose, created_at: now, retired_at: null };
  const wrapped = wrapSecret(master, row, secret);
  await tx
    .insertInto('wrapped_key')
    .values({ ...row, wrapped })
    .execute();
}

function newIdentity(random: Random): { origin: string; public_key: string } {
  return { origin: `keybook/${random(9).toString('base64url')}`, public_key: '' };
}

/** Whether the secrets of a database are wrapped under this master key. */
async function fits(database: Database, master: Buffer): Promise<boolean> {
  const row = await database.admin.selectFrom('wrapped_key').selectAll().limit(1).executeTakeFirst();
  return row !== undefined && unwrapSecret(master, row) !== undefined;
}

/**
 * Opens the vault of a database. A new master key is made only where the database has no wrapped key yet, and nothing
 * that was ever made with one; a missing or wrong one over existing data is refused in plain words.
 */
export async function unlock(database: Database, masterKeyFile: string, random: Random, now: string): Promise<Vault> {
  const isUsed = (await recordsThere(database.read)).length > 0 || !(await isNewLog(database));
  const existing = await database.admin.selectFrom('wrapped_key').select('id').limit(1).executeTakeFirst();
  if (existing) return openVault(await readSecrets(database.admin, readMasterKey(masterKeyFile).key));
  if (isUsed)
    throw unavailable(
      'The database has lost its keys, and holds what was made with them. New ones are never made over old data. Restore a backup.',
    );
  const master = createMasterKey(masterKeyFile, random);
  const first = await database.transaction((tx) => writeSecrets(tx, master.key, random, now));
  // Another server was faster, with this file or with one of its own: then ours would only be mistaken for the right one.
  if (!first && master.created && !(await fits(database, master.key))) rmSync(master.file);
  return openVault(await readSecrets(database.admin, readMasterKey(masterKeyFile).key));
}
