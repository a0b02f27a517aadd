import { createHash, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { totp } from '../harness/totp.ts';
import { adminPassword, emptyWorld, engines, newWorld, type World } from '../harness/world.ts';

/** Somebody who may write the database and has no master key: what such a person can compute of a secret. */
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');

type Values = Record<string, string | number | null>;
type Row = Values & { id: string };

/** The tables under the server's feet, whatever its version calls their columns. */
function rawTables(world: Pick<World, 'database'>) {
  const { admin } = world.database;
  const where = (key: Values) =>
    sql.join(
      Object.entries(key).map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
      sql` and `,
    );
  const all = async (table: string, key: Values) =>
    (await sql<Row>`select * from ${sql.table(table)} where ${where(key)}`.execute(admin)).rows;
  const put = async (table: string, row: Values) => {
    const [names, values] = [Object.keys(row).map((name) => sql.ref(name)), Object.values(row)];
    await sql`insert into ${sql.table(table)} (${sql.join(names)}) values (${sql.join(values)})`.execute(admin);
  };
  const remove = (table: string, key: Values) =>
    sql`delete from ${sql.table(table)} where ${where(key)}`.execute(admin);
  const set = async (table: string, key: Values, values: Values) => {
    const changes = Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    await sql`update ${sql.table(table)} set ${sql.join(changes)} where ${where(key)}`.execute(admin);
  };
  /** The name of a column that the two versions call differently. */
  const column = async (table: string, ...names: string[]) => {
    const found = (await admin.introspection.getTables()).find(({ name }) => name === table);
    return names.find((name) => found?.columns.some((one) => one.name === name)) ?? '';
  };
  return { all, put, remove, set, column };
}

type Tables = ReturnType<typeof rawTables>;

const password = 'seven quiet herons wade';

/** People and credentials of one installation, each made by the server itself. */
async function cast(world: World) {
  const anybody = world.as(undefined);
  const signIn = async (email: string, more: object = {}, secret = password) => {
    const { status, headers } = await anybody('POST', '/session', { email, password: secret, ...more });
    return { status, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  const ada = async () => (await signIn('ada@nordwind.example', {}, adminPassword)).cookie;
  let count = 0;
  const person = async (role: string, more: object = {}) => {
    count += 1;
    const email = `person-${count}@nordwind.example`;
    const made = await anybody(
      'POST',
      '/users',
      { name: email, email, role, password, ...more },
      { cookie: await ada() },
    );
    expect(made.status).toBe(201);
    return { id: made.body.id as string, email };
  };
  const ask = async (
    cookie: string,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => anybody(method, path, body, { cookie, ...headers });
  return { anybody, signIn, ada, person, ask };
}

type Cast = Awaited<ReturnType<typeof cast>>;
type Scene = Cast & { world: World; tables: Tables; macColumn: string };

/**
 * A forgery: makes what there is to forge, forges it, and answers whether that opened anything, which row `doctor` is to
 * name, and how to put it back.
 */
type Forgery = (scene: Scene) => Promise<{ opened: boolean; id: string; undo: () => Promise<unknown> }>;

async function change(tables: Tables, table: string, id: string, values: Values): Promise<() => Promise<unknown>> {
  const [before] = await tables.all(table, { id });
  const old = Object.fromEntries(Object.keys(values).map((name) => [name, before?.[name] ?? null]));
  await tables.set(table, { id }, values);
  return () => tables.set(table, { id }, old);
}

async function enrol({ ask, signIn, world }: Scene, email: string): Promise<string[]> {
  const { cookie } = await signIn(email);
  const { body } = await ask(cookie, 'POST', '/me/second-factor');
  const code = totp(body.secret, world.clock.now());
  const done = await ask(cookie, 'POST', '/me/second-factor/confirmation', { code });
  expect(done.status).toBe(200);
  return done.body.recoveryCodes;
}

const forgeries: Record<string, Forgery> = {
  'a session of an administrator is made': async ({ world, tables, macColumn, ask }) => {
    const [id, token, now] = [randomUUID(), randomUUID(), world.clock.now().toISOString()];
    const expires_at = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
    const times = { created_at: now, last_seen_at: now, confirmed_at: now, expires_at };
    await tables.put('session', { id, [macColumn]: hashOf(token), user_id: world.adminId, ...times, stage: 'open' });
    const { status } = await ask(`keybook=${token}`, 'GET', '/users');
    return { opened: status !== 401, id, undo: () => tables.remove('session', { id }) };
  },
  'a token of an administrator is made': async ({ world, tables, macColumn }) => {
    const [id, token] = [randomUUID(), `keybook_${randomUUID()}`];
    const rights = { role: 'administrator', scope: 'owner', expires_on: '2027-11-20', revoked_at: null };
    const names = { name: 'x', last_used_on: '', created_at: world.clock.now().toISOString() };
    await tables.put('token', { id, [macColumn]: hashOf(token), user_id: world.adminId, ...rights, ...names });
    const { status } = await world.as(token)('GET', '/users');
    return { opened: status !== 401, id, undo: () => tables.remove('token', { id }) };
  },
  'the hash of a known token is put into a row of the server': async ({ world, tables, macColumn }) => {
    const [row] = await tables.all('token', { user_id: world.adminId });
    const [id, token] = [row?.id ?? '', `keybook_${randomUUID()}`];
    const undo = await change(tables, 'token', id, { [macColumn]: hashOf(token) });
    const { status } = await world.as(token)('GET', '/users');
    return { opened: status !== 401, id, undo };
  },
  'an auditor is made an administrator': async ({ tables, person, signIn, ask }) => {
    const { id, email } = await person('auditor');
    const { cookie } = await signIn(email);
    const undo = await change(tables, 'user', id, { role: 'administrator' });
    const { status } = await ask(cookie, 'POST', '/customers', { name: randomUUID() });
    return { opened: status !== 401, id, undo };
  },
  'the customers of a person are widened': async ({ tables, person, signIn, ask }) => {
    const { id, email } = await person('technician', { customerIds: [] });
    const { cookie } = await signIn(email);
    const undo = await change(tables, 'user', id, { scope: 'all' });
    const { status } = await ask(cookie, 'GET', '/customers');
    return { opened: status !== 401, id, undo };
  },
  'a disabled person is enabled': async ({ tables, person, signIn, ask, ada }) => {
    const { id, email } = await person('technician');
    expect((await ask(await ada(), 'DELETE', `/users/${id}`, undefined, { 'if-match': '*' })).status).toBe(204);
    const undo = await change(tables, 'user', id, { disabled_at: null });
    return { opened: (await signIn(email)).status !== 401, id, undo };
  },
  'an administrator gets the password hash of somebody else': async ({ world, tables, person, signIn }) => {
    const own = await person('auditor');
    const [mine] = await tables.all('user', { id: own.id });
    const undo = await change(tables, 'user', world.adminId, { password_hash: mine?.password_hash ?? null });
    const { status } = await signIn('ada@nordwind.example');
    return { opened: status !== 401, id: world.adminId, undo };
  },
  'the e-mail address of an administrator is moved to somebody else': async ({ tables, person, signIn }) => {
    const { id } = await person('auditor');
    const address = `moved-${id}@nordwind.example`;
    const undo = await change(tables, 'user', id, { email: address, email_f: address });
    return { opened: (await signIn(address)).status !== 401, id, undo };
  },
  'a second factor is removed': async (scene) => {
    const { tables, person, signIn } = scene;
    const { id, email } = await person('technician');
    await enrol(scene, email);
    const rows = {
      second_factor: await tables.all('second_factor', { user_id: id }),
      recovery_code: await tables.all('recovery_code', { user_id: id }),
    };
    for (const table of Object.keys(rows)) await tables.remove(table, { user_id: id });
    const { status } = await signIn(email);
    const undo = async () => {
      for (const [table, all] of Object.entries(rows)) for (const row of all) await tables.put(table, row);
    };
    return { opened: status !== 401, id, undo };
  },
  'a recovery code is made': async (scene) => {
    const { tables, person, signIn } = scene;
    const { id, email } = await person('technician');
    await enrol(scene, email);
    const column = await tables.column('recovery_code', 'code_mac', 'code_hash');
    const made = { user_id: id, [column]: hashOf(`${id}|ABCDEFGH`) };
    await tables.put('recovery_code', made);
    const { status } = await signIn(email, { recoveryCode: 'ABCD-EFGH' });
    return { opened: status !== 401, id, undo: () => tables.remove('recovery_code', made) };
  },
  'a used recovery code is put back': async (scene) => {
    const { tables, person, signIn } = scene;
    const { id, email } = await person('technician');
    const [recoveryCode] = await enrol(scene, email);
    const before = await tables.all('recovery_code', { user_id: id });
    expect((await signIn(email, { recoveryCode })).status).toBe(201);
    const column = await tables.column('recovery_code', 'code_mac', 'code_hash');
    const left = (await tables.all('recovery_code', { user_id: id })).map((row) => row[column]);
    const used = before.find((row) => !left.includes(row[column] ?? null));
    await tables.put('recovery_code', used ?? {});
    const { status } = await signIn(email, { recoveryCode });
    return { opened: status !== 401, id, undo: () => tables.remove('recovery_code', used ?? {}) };
  },
  'technicians are let manage keys': async ({ world, tables, person, signIn, ask }) => {
    const { email } = await person('technician');
    const { cookie } = await signIn(email);
    const aKey = () => ({
      productName: 'Norvik Office',
      licenseKey: `NORV-${randomUUID()}`,
      keyType: 'permanent',
      customerId: world.houseId,
    });
    expect((await world.admin('POST', '/keys', aKey())).status).toBe(201);
    expect((await ask(cookie, 'POST', '/keys', aKey())).status).toBe(403);
    await tables.set('settings', { id: 1 }, { technicians_manage_keys: 1 });
    const { status } = await ask(cookie, 'POST', '/keys', aKey());
    const undo = () => tables.set('settings', { id: 1 }, { technicians_manage_keys: 0 });
    return { opened: status < 400, id: 'settings 1', undo };
  },
  'a revoked token is taken back into use': async ({ world, tables, anybody, ada, ask }) => {
    const cookie = await ada();
    const made = await anybody('POST', '/tokens', { name: 'x', role: 'auditor', expiresOn: '2027-11-20' }, { cookie });
    expect((await ask(cookie, 'DELETE', `/tokens/${made.body.id}`)).status).toBe(204);
    const undo = await change(tables, 'token', made.body.id, { revoked_at: null });
    const { status } = await world.as(made.body.token)('GET', '/customers');
    return { opened: status !== 401, id: made.body.id, undo };
  },
  'the role of a token is raised': async ({ world, tables, anybody, ada }) => {
    const token = { name: 'x', role: 'auditor', expiresOn: '2027-11-20' };
    const made = await anybody('POST', '/tokens', token, { cookie: await ada() });
    const undo = await change(tables, 'token', made.body.id, { role: 'administrator' });
    const { status } = await world.as(made.body.token)('POST', '/customers', { name: randomUUID() });
    return { opened: status !== 401, id: made.body.id, undo };
  },
  'a session is confirmed': async ({ world, tables, signIn, ask, person }) => {
    const { email } = await person('administrator');
    const { cookie } = await signIn(email);
    world.clock.set(new Date(world.clock.now().getTime() + 15 * 60_000).toISOString());
    const wanted = { name: 'x', role: 'auditor', expiresOn: '2027-11-20' };
    expect((await ask(cookie, 'POST', '/tokens', wanted)).body.code).toBe('confirmation_needed');
    const sessions = await ask(cookie, 'GET', '/sessions');
    const id = sessions.body.items[0].id;
    const undo = await change(tables, 'session', id, { confirmed_at: world.clock.now().toISOString() });
    const { status } = await ask(cookie, 'POST', '/tokens', wanted);
    return { opened: status !== 401, id, undo };
  },
  'a session is moved to an administrator': async ({ world, tables, signIn, ask, person }) => {
    const { email } = await person('auditor');
    const { cookie } = await signIn(email);
    const id = (await ask(cookie, 'GET', '/sessions')).body.items[0].id;
    const undo = await change(tables, 'session', id, { user_id: world.adminId });
    const { status } = await ask(cookie, 'GET', '/customers');
    return { opened: status !== 401, id, undo };
  },
  'a session gets a longer life': async ({ world, tables, signIn, ask, person }) => {
    const { email } = await person('auditor');
    const { cookie } = await signIn(email);
    const id = (await ask(cookie, 'GET', '/sessions')).body.items[0].id;
    world.clock.addDays(2);
    const later = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
    const undo = await change(tables, 'session', id, { expires_at: later, last_seen_at: later });
    const { status } = await ask(cookie, 'GET', '/customers');
    return { opened: status !== 401, id, undo };
  },
  'the seal of an administrator is copied to an auditor': async ({ world, tables, person, signIn, ask }) => {
    const { id, email } = await person('auditor');
    const { cookie } = await signIn(email);
    const [admin] = await tables.all('user', { id: world.adminId });
    const seal = await tables.column('user', 'seal');
    const copied = seal === '' ? {} : { seal: admin?.seal ?? '', sealed_idx: admin?.sealed_idx ?? 0 };
    const undo = await change(tables, 'user', id, { role: 'administrator', ...copied });
    const { status } = await ask(cookie, 'POST', '/customers', { name: randomUUID() });
    return { opened: status !== 401, id, undo };
  },
};

/** What `doctor` says is wrong. */
async function faultsFound(world: Pick<World, 'app'>): Promise<string[]> {
  const diagnoses = await examine(world.app, false);
  return diagnoses.filter(({ ok }) => !ok).map(({ detail }) => detail);
}

describe.each(engines)('with the database and without the master key on %s', async (engine) => {
  const world = await newWorld(engine);
  const tables = rawTables(world);
  const macColumn = await tables.column('session', 'token_mac', 'token_hash');
  const scene: Scene = { ...(await cast(world)), world, tables, macColumn };
  const fresh = await emptyWorld(engine);

  it('P8: what the server itself wrote is well', async () => {
    await scene.person('technician', { customerIds: [world.houseId] });
    expect(await faultsFound(world)).toEqual([]);
  });

  it.each(Object.entries(forgeries))('S3, P8: %s: it opens nothing, and doctor names it', async (_, forge) => {
    const { opened, id, undo } = await forge(scene);
    const faults = await faultsFound(world);
    await undo();
    expect([opened, faults.some((fault) => fault.includes(id))]).toEqual([false, true]);
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: an older row of a person, put back whole, is found by doctor', async () => {
    const { id } = await scene.person('administrator');
    const [older] = await tables.all('user', { id });
    const demoted = await scene.ask(
      await scene.ada(),
      'PATCH',
      `/users/${id}`,
      { role: 'auditor' },
      { 'if-match': '*' },
    );
    expect(demoted.status).toBe(200);
    const [newer] = await tables.all('user', { id });
    await tables.set('user', { id }, older ?? {});
    const faults = await faultsFound(world);
    await tables.set('user', { id }, newer ?? {});
    expect(faults.some((fault) => fault.includes(id))).toBe(true);
    expect(await faultsFound(world)).toEqual([]);
  });

  /** Puts a row of before back whole, and answers how to end that. */
  const putBack = async (table: string, id: string, values: Values | undefined) => {
    const [now] = await tables.all(table, { id });
    await tables.set(table, { id }, values ?? {});
    return () => tables.set(table, { id }, now ?? {});
  };
  const faulty = async (id: string) => (await faultsFound(world)).some((fault) => fault.includes(id));
  const changed = async (...[method, path, body]: [string, string, unknown?]) => {
    const { status } = await scene.ask(await scene.ada(), method, path, body, { 'if-match': '*' });
    expect(status).toBeLessThan(300);
  };
  const newPassword = 'nine tired otters drift';

  it.each([
    ['demoted', (id: string) => changed('PATCH', `/users/${id}`, { role: 'auditor' })],
    ['disabled', (id: string) => changed('DELETE', `/users/${id}`)],
    [
      'given another password',
      async (_: string, email: string) => {
        const { cookie } = await scene.signIn(email);
        const own = { current: password, password: newPassword };
        expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBe(204);
      },
    ],
  ] as const)(
    'S3, P8: the row of before of a person who was %s opens nothing at sign-in, and nothing seals it anew',
    async (_, demote) => {
      const { id, email } = await scene.person('administrator');
      const { cookie } = await scene.signIn(email);
      const [older] = await tables.all('user', { id });
      await demote(id, email);
      const undo = await putBack('user', id, older);
      const recorded = async () =>
        (await world.admin('GET', '/audit?action=tampering.found&limit=200')).body.items.length;
      const told = await recorded();
      expect((await scene.signIn(email)).status).toBe(401);
      expect((await recorded()) - told).toBe(1);
      const own = { current: password, password: 'eleven small foxes nap' };
      expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBeGreaterThanOrEqual(400);
      const rename = await scene.ask(await scene.ada(), 'PATCH', `/users/${id}`, { name: 'Y' }, { 'if-match': '*' });
      expect(rename.status).toBe(404);
      expect((await tables.all('user', { id }))[0]?.seal).toBe(older?.seal);
      expect(await faulty(id)).toBe(true);
      await undo();
      expect(await faultsFound(world)).toEqual([]);
    },
  );

  it('S3, P8: a recovery code that was used, put back with the row of before, opens nothing', async () => {
    const { id, email } = await scene.person('technician');
    const [recoveryCode] = await enrol(scene, email);
    const [older] = await tables.all('user', { id });
    const codes = await tables.all('recovery_code', { user_id: id });
    expect((await scene.signIn(email, { recoveryCode })).status).toBe(201);
    const left = await tables.all('recovery_code', { user_id: id });
    const used = codes.find((code) => !left.some(({ code_mac }) => code_mac === code.code_mac));
    await tables.put('recovery_code', used ?? {});
    const undo = await putBack('user', id, older);
    expect((await scene.signIn(email, { recoveryCode })).status).toBe(401);
    expect(await faulty(id)).toBe(true);
    await undo();
    await tables.remove('recovery_code', used ?? {});
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: settings of before, put back whole, are not sealed anew by another change', async () => {
    const [older] = await tables.all('settings', { id: 1 });
    await changed('PATCH', '/settings', { secondFactorRequired: false, techniciansManageKeys: true });
    const [now] = await tables.all('settings', { id: 1 });
    await tables.set('settings', { id: 1 }, older ?? {});
    const { status } = await scene.ask(await scene.ada(), 'PATCH', '/settings', { locale: 'de' }, { 'if-match': '*' });
    expect([status, await faulty('settings 1')]).toEqual([503, true]);
    await tables.set('settings', { id: 1 }, now ?? {});
    await changed('PATCH', '/settings', { techniciansManageKeys: false });
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: a revoked token that is put back whole is not sealed anew, and ends with all others of its owner', async () => {
    const { email } = await scene.person('administrator');
    const { cookie } = await scene.signIn(email);
    const wanted = { name: 'x', role: 'auditor', expiresOn: '2027-11-20' };
    const { body } = await scene.ask(cookie, 'POST', '/tokens', wanted);
    const [older] = await tables.all('token', { id: body.id });
    expect((await scene.ask(cookie, 'DELETE', `/tokens/${body.id}`)).status).toBe(204);
    const undo = await putBack('token', body.id, older);
    expect((await scene.ask(cookie, 'DELETE', `/tokens/${body.id}`)).status).toBe(404);
    expect(await faulty(body.id)).toBe(true);
    const own = { current: password, password: newPassword };
    expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBeLessThan(300);
    expect((await world.as(body.token)('GET', '/customers')).status).toBe(401);
    expect(await faulty(body.id)).toBe(true);
    await undo();
  });

  it('S3, P8: an older row of a token, put back whole, is found by doctor', async () => {
    const cookie = await scene.ada();
    const { body } = await scene.ask(cookie, 'POST', '/tokens', {
      name: 'x',
      role: 'auditor',
      expiresOn: '2027-11-20',
    });
    const [older] = await tables.all('token', { id: body.id });
    expect((await scene.ask(cookie, 'DELETE', `/tokens/${body.id}`)).status).toBe(204);
    const [newer] = await tables.all('token', { id: body.id });
    await tables.set('token', { id: body.id }, older ?? {});
    const faults = await faultsFound(world);
    await tables.set('token', { id: body.id }, newer ?? {});
    expect(faults.some((fault) => fault.includes(body.id))).toBe(true);
  });

  it('S3, P8: what is found is recorded by the system, at most once a minute, and nothing of it is sealed anew', async () => {
    const { id, email } = await scene.person('auditor');
    const { cookie } = await scene.signIn(email);
    const undo = await change(tables, 'user', id, { role: 'administrator' });
    for (let time = 0; time < 3; time += 1) await scene.ask(cookie, 'GET', '/customers');
    const entries = await world.admin('GET', '/audit?action=tampering.found&limit=200');
    const own = (entries.body.items ?? []).filter((entry: object) => JSON.stringify(entry).includes(id));
    const renamed = await scene.ask(await scene.ada(), 'PATCH', `/users/${id}`, { name: 'X' }, { 'if-match': '*' });
    const faults = await faultsFound(world);
    await undo();
    expect([own.length, renamed.status, faults.length]).toEqual([1, 404, 1]);
  });

  it('S3, P8: a setup token put into the table opens nothing, and doctor names it', async () => {
    const raw = rawTables(fresh);
    const column = await raw.column('setup_token', 'token_mac', 'token_hash');
    const [token, expires_at] = [randomUUID(), '2026-11-21T10:00:00.000Z'];
    await raw.put('setup_token', { [column]: hashOf(token), expires_at });
    const { status } = await fresh.as(undefined)('POST', '/setup', {
      token,
      name: 'Eve',
      email: 'eve@x.example',
      password,
      organisation: 'Forged',
      timeZone: 'Europe/Berlin',
    });
    expect(status).not.toBe(201);
    expect((await faultsFound(fresh)).some((fault) => fault.includes(hashOf(token)))).toBe(true);
  });
});
