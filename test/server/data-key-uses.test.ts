import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readMasterKey, readSecrets, unwrapSecret, wrapSecret } from '../../src/server/secrets/master-key.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { encrypt } from '../../src/server/secrets/vault.ts';
import { signIn } from '../harness/session.ts';
import { engines, newWorld } from '../harness/world.ts';

/** Opens a ciphertext with a key as it is, as somebody does who has that key and nothing else. */
function opens(key: Buffer, cipher: string, context: string): boolean {
  const [, , nonce, body] = cipher.split('.');
  const bytes = Buffer.from(body ?? '', 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce ?? '', 'base64url'));
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-16));
  try {
    decipher.update(bytes.subarray(0, -16));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

describe.each(engines)('the data key on %s', async (engine) => {
  const world = await newWorld(engine);
  const { read, admin } = world.database;
  const dataKeys = async () => {
    const master = Buffer.from(readFileSync(world.app.config.masterKeyFile, 'utf8').trim(), 'base64url');
    const rows = await read.selectFrom('wrapped_key').selectAll().where('purpose', '=', 'data').execute();
    const opened = rows.map((row) => ({ id: row.id, key: unwrapSecret(master, row) ?? Buffer.alloc(32) }));
    const [first, ...others] = opened;
    if (!first) throw new Error('a database has a data key');
    return [first, ...others] as const;
  };
  const addKey = async (licenseKey: string) => {
    const body = { productName: 'Norvik Office', licenseKey, keyType: 'permanent', customerId: world.houseId };
    const made = await world.admin('POST', '/keys', body);
    expect(made.status).toBe(201);
    return made.body.id as string;
  };
  const cipherOf = async (id: string) =>
    String((await read.selectFrom('key').select('cipher').where('id', '=', id).executeTakeFirstOrThrow()).cipher);
  const reveal = async (id: string) => (await world.admin('POST', `/keys/${id}/reveal`)).body.licenseKey;

  it('S19: it encrypts nothing itself: license keys and second factors have a key each, made from it', async () => {
    const id = await addKey('NORV-AAAA-BBBB-CCCC');
    const cookie = await signIn(world);
    expect((await world.as(undefined)('POST', '/me/second-factor', undefined, { cookie })).status).toBe(201);
    const { secret } = await read.selectFrom('second_factor').select('secret').executeTakeFirstOrThrow();
    const [{ key }] = await dataKeys();
    expect({
      licenseKey: opens(key, await cipherOf(id), `sk|v1|${id}`),
      secondFactor: opens(key, secret, `bytes|v1|totp|${world.adminId}`),
    }).toEqual({ licenseKey: false, secondFactor: false });
    expect(await reveal(id)).toBe('NORV-AAAA-BBBB-CCCC');
  });

  it('S19: what an earlier version encrypted with it still opens, and rotating brings it along', async () => {
    const id = await addKey('NORV-DDDD-EEEE-FFFF');
    const [{ id: keyId, key }] = await dataKeys();
    const old = encrypt(createSecretKey(key), keyId, Buffer.from('NORV-DDDD-EEEE-FFFF'), `sk|v1|${id}`);
    await admin.updateTable('key').set({ cipher: old }).where('id', '=', id).execute();
    expect(await reveal(id)).toBe('NORV-DDDD-EEEE-FFFF');
    await rotateKeys(world.app, { index: false, keepMaster: true, progress: () => undefined });
    for (const one of await dataKeys()) expect(opens(one.key, await cipherOf(id), `sk|v1|${id}`)).toBe(false);
    expect(opens(randomBytes(32), await cipherOf(id), '')).toBe(false);
  });

  it('S19, P8: one that a rotation retired is never used again, whatever the database says of it', async () => {
    const { masterKeyFile } = world.app.config;
    const open = async () => readSecrets(admin, readMasterKey(masterKeyFile).key);
    const used = async () => (await open()).dataKeys[0]?.id ?? 'none';
    const former = await used();
    await rotateKeys(world.app, { index: false, keepMaster: true, progress: () => undefined });
    const present = await used();
    const rows = await admin.selectFrom('wrapped_key').selectAll().where('purpose', '=', 'data').execute();
    const write = async (id: string, row: object) => {
      await admin.updateTable('wrapped_key').set(row).where('id', '=', id).execute();
    };
    expect(present).not.toBe(former);
    const refused = 'Somebody changed what the database says of its data key';
    await write(former, { retired_at: null });
    await expect(open()).rejects.toThrow(refused);
    await write(present, { retired_at: '2026-01-01T00:00:00.000Z' });
    await expect(open()).rejects.toThrow(refused);
    for (const row of rows) await write(row.id, row);
    await write(present, { created_at: '2020-01-01T00:00:00.000Z' });
    await expect(open()).rejects.toThrow(refused);
    // As version 0.1.0 bound it, and as one of before the seals may lie in somebody's copy.
    for (const row of rows) await write(row.id, row);
    const master = readMasterKey(masterKeyFile).key;
    const [row] = rows.filter(({ id }) => id === former);
    if (!row) throw new Error('the former data key is kept');
    const secret = unwrapSecret(master, row) ?? Buffer.alloc(32);
    await write(former, { retired_at: null, wrapped: wrapSecret(master, row, secret, 'v1') });
    await expect(open()).rejects.toThrow(refused);
    await write(former, row);
    await admin.deleteFrom('wrapped_key').where('id', '=', present).execute();
    await expect(open()).rejects.toThrow('The data key is missing');
    await admin
      .insertInto('wrapped_key')
      .values(rows.filter(({ id }) => id === present))
      .execute();
    expect(await used()).toBe(present);
  });
});
