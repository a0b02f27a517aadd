import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cast, change, enrol, faultsFound, hashOf, password, rawTables, type Scene } from '../harness/forge.ts';
import { emptyWorld, engines, newWorld } from '../harness/world.ts';

/**
 * A forgery: makes what there is to forge, forges it, and answers whether that opened anything, which row `doctor` is to
 * name, and how to put it back.
 */
type Forgery = (scene: Scene) => Promise<{ opened: boolean; id: string; undo: () => Promise<unknown> }>;

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
    // Its seal is broken, and its role is another than the log tells.
    expect([own.length, renamed.status, faults.length]).toEqual([1, 404, 2]);
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
