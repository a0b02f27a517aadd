import { v7 as uuid } from 'uuid';
import { type Database, reading, type WriteDb } from '../../db/open.ts';
import { requireNoServers } from '../../db/servers.ts';
import { change } from '../change.ts';
import type { Config } from '../config.ts';
import type { App } from '../context.ts';
import { recodeRejected } from '../imports/rejected/kept-rows.ts';
import { hashesOf } from '../keys/find-by-text.ts';
import { formsOf } from '../keys/key-content.ts';
import { secretsAfter } from '../keys/stored-secrets.ts';
import { bySystem } from '../people/system-actor.ts';
import type { ChangeTx } from '../seals/change-sealed.ts';
import { openFactors, recodeFactor } from '../seals/factor-rows.ts';
import { unlessBroken } from '../seals/seal.ts';
import { oldMasterKeys } from '../upkeep/leftovers.ts';
import { finishMasterKey, writeNewMaster } from './exchange-master-key.ts';
import { insertSecret, readMasterKey, readSecrets, rewrap, rewrapRetiring, unwrapSecret } from './master-key.ts';
import { secretPurpose } from './secret-purpose.ts';
import { unlessUnreadable } from './unless-unreadable.ts';
import { openVault, type Vault, type VaultSecrets } from './vault.ts';

/** `index` makes a new index key as well: every key is read and its hashes are written anew, in one transaction. */
export type RotateOrder = { index: boolean; keepMaster: boolean; progress: (done: number) => void };
export type Rotated = { keys: number; unreadable: number; oldMasterKey: string | undefined };

/**
 * Gives the database a new master key and a new data key, and encrypts every license key and file with it, in batches: one that
 * was not reached yet opens with the old data key, so this may be interrupted and repeated. No server may run.
 */
export async function rotateKeys(app: App, order: RotateOrder): Promise<Rotated> {
  const { masterKeyFile } = app.config;
  const now = app.clock().toISOString();
  const master = readMasterKey(masterKeyFile).key;
  const newMaster = order.keepMaster ? master : app.randomBytes(32);
  const oldMasterKey = order.keepMaster ? undefined : writeNewMaster(masterKeyFile, newMaster, now);
  const secrets = withNewKeys(await readSecrets(app.database.admin, master), order.index, app.randomBytes);
  const vault = openVault(secrets);
  const by = bySystem(app, 'local', now);
  const first = await change(by, async (tx) => {
    await rewrapRetiring(tx, master, newMaster, now);
    // Whoever starts from here on waits for the rows above, and finds the new keys; whoever was faster is seen now.
    await requireNoServers(app.database);
    await insertKeys(tx, newMaster, secrets, order.index, now);
    await recodeSecondFactors(tx, app, vault);
    await recodeRejected(tx, app, vault);
    const recoded = order.index ? await recodeAll(tx, app, vault, order) : { keys: 0, unreadable: 0 };
    const details = { masterKey: !order.keepMaster, dataKey: true, indexKey: order.index };
    return { result: recoded, audit: { action: 'rotation.completed', subject: 'database:1', details } };
  });
  if (!order.keepMaster) finishMasterKey(masterKeyFile, newMaster);
  const { keys, unreadable } = order.index ? first : await recodeInBatches(app, vault, order);
  return { keys, unreadable, oldMasterKey };
}

/**
 * Wraps the keys of an older backup under the present master key, where one that a rotation kept opens them. A master
 * key that fits already, or none that does, changes nothing: opening the vault then says so.
 */
export async function adoptBackup({ admin, transaction }: Database, { masterKeyFile }: Config): Promise<void> {
  const row = await admin.selectFrom('wrapped_key').selectAll().limit(1).executeTakeFirst();
  const present = readMasterKey(masterKeyFile).key;
  if (!row || unwrapSecret(present, row)) return;
  for (const file of oldMasterKeys({ masterKeyFile })) {
    const { key } = readMasterKey(file);
    if (unwrapSecret(key, row)) return transaction((tx) => rewrap(tx, key, present));
  }
}

function withNewKeys(secrets: VaultSecrets, index: boolean, random: App['randomBytes']): VaultSecrets {
  const newest = { id: uuid(), key: random(32) };
  const indexKey = index ? random(32) : secrets.indexKey;
  // All others stay: what they signed, tagged and sealed is to hold for good.
  return { ...secrets, dataKeys: [newest, ...secrets.dataKeys], indexKey };
}

async function insertKeys(
  tx: WriteDb,
  master: Buffer,
  { dataKeys, indexKey }: VaultSecrets,
  index: boolean,
  now: string,
): Promise<void> {
  const made = [
    ...dataKeys.slice(0, 1).map(({ id, key }) => ({ id, purpose: 'data' as const, key })),
    ...(index ? [{ id: uuid(), purpose: 'index' as const, key: indexKey }] : []),
  ];
  // A retired data key still opens what it encrypted; hashes under an old index key are of no use to anybody.
  if (index) await tx.deleteFrom('wrapped_key').where('purpose', '=', 'index').execute();
  for (const { id, purpose, key } of made) await insertSecret(tx, master, { id, purpose, secret: key, now });
  // A body's fingerprint is made with a key that follows from the index key.
  if (index) await tx.deleteFrom('idempotency').execute();
}

/**
 * The secrets of second factors are few. One that does not open stays: its owner is helped by `user reset`. So does that
 * of a person whose row somebody else wrote: `doctor` names it, and nothing seals it anew.
 */
async function recodeSecondFactors(tx: ChangeTx, app: App, vault: Vault): Promise<void> {
  for (const { user_id, secret } of await tx.selectFrom('second_factor').select(['user_id', 'secret']).execute()) {
    const bytes = unlessUnreadable(() => app.vault.openBytes(secret, secretPurpose(user_id)));
    const user = bytes && (await unlessBroken(() => openFactors(tx, app, user_id)));
    if (user) await recodeFactor(tx, user, vault.sealBytes(bytes, secretPurpose(user_id)));
  }
}

type Recoded = { keys: number; unreadable: number };

async function recodeAll(tx: WriteDb, app: App, vault: Vault, { progress }: RotateOrder): Promise<Recoded> {
  return recodeFrom(progress, (after) => recodeBatch(tx, app, vault, after, true));
}

function recodeInBatches(app: App, vault: Vault, { progress }: RotateOrder): Promise<Recoded> {
  return recodeFrom(progress, (after) => app.database.transaction((tx) => recodeBatch(tx, app, vault, after, false)));
}

type Batch = Recoded & { last: string | undefined };

async function recodeFrom(progress: (done: number) => void, next: (after: string) => Promise<Batch>): Promise<Recoded> {
  const sum = { keys: 0, unreadable: 0 };
  for (let after = ''; ; ) {
    const { keys, unreadable, last } = await next(after);
    sum.keys += keys;
    sum.unreadable += unreadable;
    if (last === undefined) return sum;
    progress(sum.keys);
    after = last;
  }
}

/** Encrypts the next keys anew; with `hashes`, under a new index key, what they are found by as well. */
async function recodeBatch(tx: WriteDb, app: App, vault: Vault, after: string, hashes: boolean): Promise<Batch> {
  const rows = await secretsAfter(reading(tx), app, after);
  let [keys, unreadable] = [0, 0];
  for (const { id, delivery, cipher } of rows) {
    if (cipher === null) continue;
    const text = unlessUnreadable(() => app.vault.open(cipher, id));
    if (text === undefined) {
      unreadable += 1;
      continue;
    }
    const found = hashes ? hashesOf({ app: { vault } }, formsOf(delivery, text)) : {};
    await tx
      .updateTable('key')
      .set({ cipher: vault.seal(text, id), ...found })
      .where('id', '=', id)
      .execute();
    keys += 1;
  }
  return { keys, unreadable, last: rows.at(-1)?.id };
}

/** A damaged text stays as it is: `doctor` and `reveal` say so of that key. */
