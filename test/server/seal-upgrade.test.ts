import { createHash, createPublicKey, createSecretKey, randomBytes, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { type Insertable, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterAll, describe, expect, it } from 'vitest';
import { migrate, migrationsFor } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import type { Tables } from '../../src/db/tables.ts';
import {
  checkpointBody,
  decodeVerifierKey,
  encodeVerifierKey,
  formatCheckpoint,
} from '../../src/domain/audit/checkpoint.ts';
import { openApp } from '../../src/server/app.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { stateFacts } from '../../src/server/audit/state-facts.ts';
import { readConfig } from '../../src/server/config.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { openLog } from '../../src/server/log.ts';
import { hashPassword } from '../../src/server/people/password.ts';
import { routes } from '../../src/server/routes.ts';
import { wrapSecret } from '../../src/server/secrets/master-key.ts';
import { encrypt, privateKeyOf } from '../../src/server/secrets/vault.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { buildLog, type Happening, type Signer, sealLog } from '../audit-vectors/build-log.ts';
import { putBack } from '../harness/forged-log.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { newDatabase } from '../harness/run-postgres.ts';
import { totp } from '../harness/totp.ts';
import { type EngineName, engines } from '../harness/world.ts';

const now = '2026-11-21T09:00:00.000Z';
const later = '2026-11-21T19:00:00.000Z';
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
const password = 'seven quiet herons wade';
const account = { issuer: 'https://x.example', subject: 's' };

/** A database as version 0.1.0 left it: its two steps of the schema, its three secrets, rows with plain hashes. */
async function oldDatabase(engine: EngineName) {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-test-'));
  const url = engine === 'postgres' ? await newDatabase() : undefined;
  const database = openDatabase(url ? { url } : { file: join(folder, 'keybook.db') });
  afterAll(async () => {
    await database.close();
    if (url) await dropDatabase(url);
    rmSync(folder, { recursive: true, force: true });
  });
  const { '0001-core': core, '0002-views': views } = migrationsFor(database);
  if (!core || !views) throw new Error('these steps were released');
  const steps = { '0001-core': core, '0002-views': views };
  await new Migrator({ db: database.admin, provider: { getMigrations: async () => steps } }).migrateToLatest();
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const secrets = await writeSecrets(database, config.masterKeyFile);
  return { database, config, ...secrets };
}

async function insert<Table extends keyof Tables>({ admin }: Database, table: Table, row: object): Promise<void> {
  // A row of an older schema, which the types of the present one do not know.
  await admin
    .insertInto(table)
    .values(row as Insertable<Tables[Table]>)
    .execute();
}

async function writeSecrets(database: Database, masterKeyFile: string) {
  const [master, seed] = [randomBytes(32), randomBytes(32)];
  mkdirSync(join(masterKeyFile, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(masterKeyFile, `${master.toString('base64url')}\n`, { mode: 0o600 });
  const publicKey = createPublicKey(privateKeyOf(seed)).export({ format: 'der', type: 'spki' }).subarray(-32);
  const origin = 'keybook/of-a-test';
  const signer = signerOf(origin, encodeVerifierKey(sha256, origin, publicKey), seed);
  await insert(database, 'log_identity', { id: 1, origin, public_key: signer.publicKey });
  const data = { id: 'data-1', key: randomBytes(32) };
  for (const [id, purpose, secret] of [
    [data.id, 'data', data.key],
    ['index-1', 'index', randomBytes(32)],
    ['signing-1', 'signing', seed],
  ] as const) {
    const row = { id, purpose, created_at: now, retired_at: null };
    await insert(database, 'wrapped_key', { ...row, wrapped: wrapSecret(master, row, secret, 'v1') });
  }
  return { dataKey: data, signer };
}

function signerOf(origin: string, publicKey: string, seed: Buffer): Signer {
  const keyId = decodeVerifierKey(sha256, publicKey)?.keyId ?? new Uint8Array(4);
  return {
    publicKey,
    sign: (size, root) => {
      const body = checkpointBody(origin, size, root);
      return formatCheckpoint(body, origin, keyId, sign(null, Buffer.from(body), privateKeyOf(seed)));
    },
  };
}

/** The entries with which it was set up, signed when it was stopped. */
async function writeLog(database: Database, signer: Signer, more: Happening[] = []): Promise<void> {
  const person = { name: 'Ada', email: 'ada@nordwind.example', role: 'administrator' };
  const token = { name: 'x', role: 'technician', expiresOn: '2027-01-01' };
  const { rows } = buildLog(
    [
      { action: 'settings.created', subject: 'settings:1', body: { organisation: 'Nordwind IT' } },
      { action: 'customer.created', subject: 'customer:house', body: { name: 'Nordwind IT', house: true } },
      { action: 'user.created', subject: 'user:ada', body: person },
      { action: 'token.created', subject: 'token:token-1', actor: 'ada', body: token },
      { action: 'token.created', subject: 'token:token-2', actor: 'system', body: { ...token, owner: 'Ada' } },
      { action: 'token.created', subject: 'token:ended', actor: 'ada', body: token },
      { action: 'token.revoked', subject: 'token:ended', actor: 'ada', body: { name: 'x' } },
      { action: 'user.secondFactorAdded', subject: 'user:ada', actor: 'ada', body: { recoveryCodes: 2 } },
      { action: 'session.opened', subject: 'user:ada', body: { user: 'Ada', code: 'recovery', recoveryCodesLeft: 1 } },
      { action: 'user.identityLinked', subject: 'user:ada', body: { name: 'Ada', ...account } },
      ...more,
    ],
    [],
  );
  const { head, tiles, checkpoints } = sealLog(rows, [rows.length], signer);
  await putBack(database, {
    ...(await readRawLog(database)),
    audit_head: [{ ...head, id: 1 }],
    audit_entry: rows.map(({ idx, at, action, subject, actorId, header }) => {
      const nothing = { key_id: null, equipment_id: null, customer_id: null, tag: null };
      return { idx, at, action, subject, actor_id: actorId, header, ...nothing };
    }),
    audit_payload: rows.map(({ idx, salt, body }) => ({ idx, salt: salt ?? '', body: body ?? '' })),
    audit_tile: tiles,
    audit_checkpoint: checkpoints,
  });
}

async function writePeople(database: Database, dataKey: { id: string; key: Buffer }, secret: Buffer): Promise<void> {
  const texts = { number: '', contact: '', archived: 0, folded: '{}', search_f: '', created_at: now };
  await insert(database, 'customer', { id: 'house', name: 'Nordwind IT', name_f: 'nordwind it', ...texts });
  const settings = { organisation: 'Nordwind IT', time_zone: 'Europe/Berlin', locale: 'en', house_id: 'house' };
  await insert(database, 'settings', { id: 1, ...settings, master_key_confirmed: 0, version: 1 });
  const common = { role: 'administrator', scope: 'all', locale: 'en', disabled_at: null, created_at: now };
  const nobody = { email: '', email_f: null, password_hash: null };
  await insert(database, 'user', {
    id: 'system',
    kind: 'system',
    name: 'System',
    search_f: 'system',
    ...nobody,
    ...common,
  });
  const password_hash = await hashPassword(password, { address: undefined });
  const address = { email: 'ada@nordwind.example', email_f: 'ada@nordwind.example' };
  await insert(database, 'user', {
    id: 'ada',
    kind: 'person',
    name: 'Ada',
    search_f: 'ada',
    ...address,
    password_hash,
    ...common,
  });
  const times = { created_at: now, last_seen_at: now, confirmed_at: now, expires_at: later };
  await insert(database, 'session', { id: 'session-1', token_hash: hashOf('the cookie'), user_id: 'ada', ...times });
  const rights = { role: 'technician', scope: 'owner', expires_on: '2027-01-01', last_used_on: '', revoked_at: null };
  const token = { id: 'token-1', token_hash: hashOf('keybook_token'), name: 'x', user_id: 'ada', created_at: now };
  await insert(database, 'token', { ...token, ...rights });
  await insert(database, 'token', { ...token, ...rights, id: 'token-2', token_hash: hashOf('keybook_second') });
  const revoked = { id: 'ended', token_hash: hashOf('keybook_ended'), revoked_at: now };
  await insert(database, 'token', { ...token, ...rights, ...revoked });
  const sealed = encrypt(createSecretKey(dataKey.key), dataKey.id, secret, 'bytes|v1|totp|ada');
  await insert(database, 'second_factor', { user_id: 'ada', secret: sealed, confirmed_at: now, last_step: 0 });
  await insert(database, 'recovery_code', { user_id: 'ada', code_hash: hashOf('ada|ABCDEFGH') });
  await insert(database, 'identity', {
    id: 'identity-1',
    ...account,
    user_id: 'ada',
    created_at: now,
  });
}

describe.each(engines)('a database of version 0.1.0 on %s', async (engine) => {
  const { database, config, dataKey, signer } = await oldDatabase(engine);
  const secret = Buffer.alloc(20, 7);
  await writePeople(database, dataKey, secret);
  await migrate(database);
  await writeLog(database, signer);
  const open = () =>
    openApp({ config, database, log: openLog('silent'), clock: () => new Date(now), beginning: 'of-start' });
  const [app] = await Promise.all([open(), open()]);
  const http = new Hono();
  httpApi(app, routes, http);
  const ask = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
    const type = body ? { 'content-type': 'application/json' } : {};
    const init = { method, headers: { ...type, ...headers }, ...(body && { body: JSON.stringify(body) }) };
    return (await http.request(`/api/v1${path}`, init)).status;
  };
  const signIn = (more: object) => ask('POST', '/session', {}, { email: 'ada@nordwind.example', password, ...more });

  it('P8: tokens, second factors and recovery codes of which the log tells go on, and each row has its seal', async () => {
    for (const token of ['keybook_token', 'keybook_second'])
      expect(await ask('GET', '/customers', { authorization: `Bearer ${token}` })).toBe(200);
    expect(await ask('GET', '/customers', { authorization: 'Bearer keybook_ended' })).toBe(401);
    expect(await database.read.selectFrom('identity').select('id').execute()).toEqual([{ id: 'identity-1' }]);
    // Seven times twenty bytes, in base32.
    const base32 = 'A4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYH';
    expect(await signIn({ code: totp(base32, new Date(now)) })).toBe(201);
    expect(await signIn({ recoveryCode: 'abcd-efgh' })).toBe(201);
    expect(await signIn({ recoveryCode: 'abcd-efgh' })).toBe(401);
    // What was deleted leaves the files at a start of the server, and once nobody reads: not this test's matter.
    const found = (await examine(app, false)).filter(({ ok, name }) => !ok && name !== 'erased content');
    expect(found).toEqual([]);
  });

  it('S3, P8: sessions and setup tokens end, because no entry of before says whose they are', async () => {
    expect(await ask('GET', '/users', { cookie: 'keybook=the cookie' })).toBe(401);
    expect(await database.read.selectFrom('setup_token').selectAll().execute()).toEqual([]);
  });

  it('P8: no plain hash is left, and an older server that still runs opens nothing', async () => {
    const { rows } = await sql<{ token_mac: string }>`select token_mac from session union select token_mac from token
      union select code_mac from recovery_code`.execute(database.admin);
    expect(rows.map((row) => row.token_mac)).not.toContain(hashOf('the cookie'));
    expect(rows.map((row) => row.token_mac)).not.toContain(hashOf('keybook_token'));
    await expect(sql`select 1 from session where token_hash = ''`.execute(database.admin)).rejects.toThrow(
      'token_hash',
    );
  });

  it('P8: rows that lost their secrets are not sealed a second time', async () => {
    await database.admin.deleteFrom('wrapped_key').where('purpose', 'in', ['seal', 'digest']).execute();
    await expect(open()).rejects.toThrow(/has lost the secrets|the key of tags is gone/);
  });
});

describe.each(engines)('what somebody wrote into a database of version 0.1.0 on %s', (engine) => {
  /** Opens it after `work` in it; what the log of the server warned of. */
  async function openAfter(work: (database: Database) => Promise<void>, more: Happening[] = []) {
    const { database, config, dataKey, signer } = await oldDatabase(engine);
    await writePeople(database, dataKey, Buffer.alloc(20, 7));
    await migrate(database);
    await writeLog(database, signer, more);
    await work(database);
    const warned: unknown[] = [];
    const log = openLog('silent');
    log.warn = (fields: unknown) => void warned.push(fields);
    const app = await openApp({ config, database, log, clock: () => new Date(now), beginning: 'of-start' });
    const [said] = warned as { removed?: string[] }[];
    return { app, database, removed: said?.removed ?? [] };
  }

  it('S3, P8: goes without a seal, is named, and nothing is stated of it; the rest goes on', async () => {
    const { app, database, removed } = await openAfter(async ({ admin }) => {
      await admin
        .insertInto('token')
        .values(token({ id: 'planted', token_mac: hashOf('p'), role: 'administrator' }))
        .execute();
      await admin
        .insertInto('identity')
        .values({ id: 'planted', ...account, subject: 'mallory', user_id: 'ada', created_at: now })
        .execute();
      await admin
        .insertInto('recovery_code')
        .values({ user_id: 'ada', code_mac: hashOf('ada|PLANTED') })
        .execute();
      await admin.insertInto('unstated').values({ kind: 'token', id: 'planted' }).execute();
    });
    expect(removed).toEqual([
      'token planted (x) of user ada',
      'account mallory at https://x.example of user ada',
      '2 recovery codes of user ada (ada@nordwind.example)',
    ]);
    await stateFacts(app);
    const stated = await database.read
      .selectFrom('audit_entry')
      .select('subject')
      .where('action', '=', 'facts.stated')
      .execute();
    const subjects = stated.map(({ subject }) => subject);
    expect(subjects).toEqual(expect.arrayContaining(['token:token-1', 'user:ada', 'user:system', 'settings:1']));
    expect(subjects).not.toContain('token:planted');
    expect(await ids(database, 'token')).toEqual(['ended', 'token-1', 'token-2']);
    expect(await ids(database, 'identity')).toEqual(['identity-1']);
    expect(await database.read.selectFrom('recovery_code').selectAll().execute()).toEqual([]);
  });

  it.each([
    ['its role', 'token-1', { role: 'administrator' as const }],
    ['its customers', 'token-1', { scope: '[]' }],
    ['its last day', 'token-1', { expires_on: '2027-11-01' }],
    ['its owner', 'token-1', { user_id: 'system' }],
    ['that it was revoked', 'ended', { revoked_at: null }],
  ])('S3, P8: a token of which the log tells otherwise goes: %s', async (_what, id, values) => {
    const { database, removed } = await openAfter(async ({ admin }) => {
      await admin.updateTable('token').set(values).where('id', '=', id).execute();
    });
    expect(removed).toEqual([expect.stringContaining(`token ${id} (x)`)]);
    expect(await ids(database, 'token')).not.toContain(id);
  });

  it('S3, P8: a second factor of which the log does not tell goes; one that is gone stops the start', async () => {
    const off = { action: 'user.secondFactorRemoved', subject: 'user:ada', body: {} } as const;
    const { removed } = await openAfter(async () => undefined, [off]);
    expect(removed).toEqual([
      'second factor of user ada (ada@nordwind.example)',
      '1 recovery codes of user ada (ada@nordwind.example)',
    ]);
    const gone = openAfter(async ({ admin }) => {
      await admin.deleteFrom('second_factor').execute();
    });
    await expect(gone).rejects.toThrow('the second factor of user ada (ada@nordwind.example)');
  });

  /** Somebody leaves a trigger behind. */
  const planted = async ({ admin }: Database, event: string, does: string) => {
    if (engine === 'sqlite') await sql.raw(`create trigger planted ${event} begin ${does}; end`).execute(admin);
    else {
      await sql
        .raw(`create function planted() returns trigger language plpgsql as $$ begin ${does}; return null; end $$`)
        .execute(admin);
      await sql.raw(`create trigger planted ${event} for each row execute function planted()`).execute(admin);
    }
  };

  it.each([
    [
      'takes back a role that was raised',
      'after update of seal on "user"',
      `update "user" set role = 'technician' where id = 'tom'`,
    ],
    [
      'raises a token that was judged',
      'after update of token_mac on token',
      `update token set role = 'administrator' where id = 'token-1'`,
    ],
    [
      'adds an account that was not there',
      'after update of token_mac on token',
      `insert into identity (id, issuer, subject, user_id, created_at) values ('late', 'https://x.example', 'm', 'ada', '') on conflict do nothing`,
    ],
  ])('S3, P8: a trigger that %s stops the start', async (_what, event, does) => {
    const tom = { name: 'Tom', email: 'tom@nordwind.example', role: 'technician' };
    const opened = openAfter(
      async (database) => {
        const row = await database.admin
          .selectFrom('user')
          .selectAll()
          .where('id', '=', 'ada')
          .executeTakeFirstOrThrow();
        await insert(database, 'user', { ...row, id: 'tom', ...tom, email_f: tom.email, role: 'administrator' });
        if (!event.includes('"user"'))
          await database.admin.updateTable('user').set({ role: 'technician' }).where('id', '=', 'tom').execute();
        await planted(database, event, does);
      },
      [{ action: 'user.created', subject: 'user:tom', body: tom }],
    );
    await expect(opened).rejects.toThrow('The database holds something else than Keybook has just written');
  });

  it('S3, P8: settings that are gone stop the start', async () => {
    const gone = openAfter(async ({ admin }) => {
      await admin.deleteFrom('settings').execute();
    });
    await expect(gone).rejects.toThrow('settings:1, which is gone');
  });
});

const token = (values: { id: string; token_mac: string; role: 'administrator' }) => ({
  name: 'x',
  user_id: 'ada',
  scope: 'owner',
  expires_on: '2027-01-01',
  last_used_on: '',
  revoked_at: null,
  created_at: now,
  ...values,
});

async function ids({ read }: Database, table: 'token' | 'identity'): Promise<string[]> {
  const rows = await read.selectFrom(table).select('id').orderBy('id').execute();
  return rows.map(({ id }) => id);
}
