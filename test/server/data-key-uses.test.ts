import { createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { unwrapSecret } from '../../src/server/secrets/master-key.ts';
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
    (await read.selectFrom('key').select('cipher').where('id', '=', id).executeTakeFirstOrThrow()).cipher;
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
});
