import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { v7 as uuid } from 'uuid';
import type { Database, WriteDb } from '../../db/open.ts';
import { encodeVerifierKey } from '../../domain/audit/checkpoint.ts';
import { AppError } from '../../domain/errors.ts';
import { sha256 } from '../audit/sha256.ts';
import { isNewLog, recordsThere } from './new-log.ts';
import { decrypt, encrypt, openVault, publicKeyOf, type Vault, type VaultSecrets } from './vault.ts';

import { writeWhole } from '../write-whole.ts';
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

/** Wraps a secret under the master key for the row `id`. */
export function wrapSecret(master: Buffer, id: string, purpose: Purpose, secret: Buffer): string {
  return encrypt(wrappingKey(master), 'master', secret, `wrap|v1|${id}|${purpose}`);
}

type WrappedRow = { id: string; purpose: Purpose; wrapped: string };

/** The secret a row holds; undefined where it is wrapped under another master key. */
export function unwrapSecret(master: Buffer, row: WrappedRow): Buffer | undefined {
  return decrypt(() => wrappingKey(master), row.wrapped, `wrap|v1|${row.id}|${row.purpose}`);
}

function unwrap(master: Buffer, row: WrappedRow): Buffer {
  const secret = unwrapSecret(master, row);
  if (secret) return secret;
  throw unavailable(
    'The master key does not fit this database. With several servers, copy secrets/master.key from the first server; otherwise put back the copy you kept.',
  );
}

/** Opens the wrapped secrets of a database with its master key. */
export async function readSecrets(db: WriteDb, master: Buffer): Promise<VaultSecrets> {
  const rows = await db.selectFrom('wrapped_key').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
  const opened = rows.map((row) => ({
    id: row.id,
    purpose: row.purpose,
    key: unwrap(master, row),
    retired: row.retired_at,
  }));
  const only = (purpose: Purpose): Buffer => {
    const row = opened.find((entry) => entry.purpose === purpose && entry.retired === null);
    if (!row) throw lostKey(purpose);
    return row.key;
  };
  const dataKeys = opened
    .filter((row) => row.purpose === 'data')
    .sort((a, b) => Number(a.retired !== null) - Number(b.retired !== null));
  return {
    dataKeys: dataKeys.map(({ id, key }) => ({ id, key })),
    indexKey: only('index'),
    signingSeed: only('signing'),
    sealKey: only('seal'),
    digestKey: only('digest'),
  };
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
  return publicKeyOf(unwrap(master, row));
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
    const id = uuid();
    const wrapped = wrapSecret(master, id, purpose, secret);
    await tx.insertInto('wrapped_key').values({ id, purpose, wrapped, created_at: now, retired_at: null }).execute();
  }
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
