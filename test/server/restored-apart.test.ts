import { describe, expect, it } from 'vitest';
import { appendLeaf, decodeFrontier, encodeFrontier, leafHash } from '../../src/domain/audit/tree.ts';
import { openApp } from '../../src/server/app.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { openLog } from '../../src/server/log.ts';
import { restoreInPlace } from '../../src/server/upkeep/restore.ts';
import { addCustomer, addKey } from '../harness/arrange.ts';
import { cast, enrol, faultsFound, rawTables, type Scene } from '../harness/forge.ts';
import { putBack } from '../harness/forged-log.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { engines, newWorld, serverBeside, type World } from '../harness/world.ts';

/** What a backup would hold of these tables, and how to have it again. */
async function backUp(world: World, tables: ReturnType<typeof rawTables>) {
  const log = await readRawLog(world.database);
  const read = world.database.read;
  const users = await read.selectFrom('user').selectAll().execute();
  const keys = await read.selectFrom('key').select(['id', 'customer_id']).execute();
  const tokens = await read.selectFrom('token').select('id').execute();
  return async () => {
    await putBack(world.database, log);
    for (const { id, ...row } of users) await tables.set('user', { id }, row);
    for (const { id, ...row } of keys) await tables.set('key', { id }, row);
    const later = (await read.selectFrom('token').select('id').execute()).filter(
      ({ id }) => !tokens.some((token) => token.id === id),
    );
    for (const { id } of later) await tables.remove('token', { id });
  };
}

describe.each(engines)('a state that a restore has given up, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { database, app, clock } = world;
  const tables = rawTables(world);
  const before: Scene = { ...(await cast(world)), world, tables, macColumn: 'token_mac' };

  const restore = async () => {
    const order = {
      config: app.config,
      log: openLog('silent'),
      acceptClock: false,
      fromBeforeTags: false,
      now: clock.now(),
    };
    const restored = await restoreInPlace(database, order);
    const opened = await openApp({ config: app.config, database, log: openLog('silent'), clock: clock.now });
    const as = await serverBeside(world);
    const scene = { ...(await cast({ ...world, as })), world, tables, macColumn: 'token_mac' };
    return { restored, app: opened, as, scene };
  };
  const isWhole = async (now: Pick<World, 'app'>) =>
    (await verifyDatabase(database, { tagOf: now.app.vault.tag })).ok && (await faultsFound(now)).length === 0;

  const own = await addCustomer(world, 'Own');
  const foreign = await addCustomer(world, 'Foreign');
  const key = await addKey(world, { customerId: foreign });
  const scoped = await before.person('administrator', { customerIds: [own] });
  const tech = await before.person('technician');
  const codes = await enrol(before, tech.email);
  const factorless = await before.person('technician');
  const goBack = await backUp(world, tables);

  // What the restore is to undo.
  const change = async (path: string, body: object) => {
    const done = await before.ask(await before.ada(), 'PATCH', path, body, { 'if-match': '*' });
    expect(done.status).toBe(200);
  };
  await change(`/users/${factorless.id}`, { role: 'administrator' });
  const { cookie } = await before.signIn(factorless.email);
  const wanted = { name: 'gone', role: 'administrator', expiresOn: '2027-11-20' };
  const gone = (await before.ask(cookie, 'POST', '/tokens', wanted)).body;
  for (let count = 0; count < 8; count += 1)
    await world.admin('POST', '/keys/lookup', { licenseKey: `NOTHING-${count}` });
  await change(`/keys/${key.id}`, { customerId: own });
  const [user] = await tables.all('user', { id: factorless.id });
  const [token] = await tables.all('token', { id: gone.id });
  const moved = (await readRawLog(database)).audit_entry.findLast(({ key_id }) => key_id === key.id);
  const [content] = await database.read
    .selectFrom('audit_payload')
    .selectAll()
    .where('idx', '=', moved?.idx ?? -1)
    .execute();
  await goBack();
  const now = await restore();

  it('S3, P8: what is left of it is whole: doctor and verification are content, and it can be restored again', async () => {
    expect(now.restored).toMatchObject({ sessions: expect.any(Number), findings: [] });
    expect(await isWhole(now)).toBe(true);
  });

  it('P8: passwords and recovery codes go on after a restore; sessions and tokens do not', async () => {
    expect((await now.as(world.adminToken)('GET', '/me')).status).toBe(401);
    expect((await now.scene.ask(cookie, 'GET', '/me')).status).toBe(401);
    expect((await now.scene.signIn(factorless.email)).status).toBe(201);
    const [first, second] = codes;
    expect((await now.scene.signIn(tech.email, { recoveryCode: first })).status).toBe(201);
    expect((await now.scene.signIn(tech.email, { recoveryCode: first })).status).toBe(401);
    expect((await now.scene.signIn(tech.email, { recoveryCode: second })).status).toBe(201);
  });

  it('S3, P8: its rows open nothing, and doctor names them', async () => {
    const [real] = await tables.all('user', { id: factorless.id });
    await tables.set('user', { id: factorless.id }, user ?? {});
    await tables.put('token', token ?? {});
    expect((await now.scene.signIn(factorless.email)).status).toBe(401);
    expect((await now.as(gone.token)('GET', '/me')).status).toBe(401);
    expect((await now.as(gone.token)('POST', `/keys/${key.id}/reveal`)).status).toBe(401);
    const faults = (await faultsFound(now)).join('\n');
    expect([faults.includes(factorless.id), faults.includes(gone.id)]).toEqual([true, true]);
    await tables.set('user', { id: factorless.id }, real ?? {});
    await tables.remove('token', { id: gone.id });
    expect(await isWhole(now)).toBe(true);
  });

  it('S3, L9: its entries fit nowhere in the log that goes on, and tell nothing', async () => {
    const { cookie: mine } = await now.scene.signIn(scoped.email);
    const head = async () => database.admin.selectFrom('audit_head').selectAll().executeTakeFirstOrThrow();
    if (!moved || !content) throw new Error('the key was moved');
    while ((await head()).size < moved.idx)
      await now.scene.ask(mine, 'POST', '/keys/lookup', { licenseKey: 'NOTHING' });
    expect((await head()).size).toBe(moved.idx);
    const log = await readRawLog(database);
    const frontier = decodeFrontier((await head()).frontier);
    if (!frontier) throw new Error('the head is whole');
    await tables.put('audit_entry', moved);
    await tables.put('audit_payload', content);
    await tables.set(
      'audit_head',
      { id: 1 },
      {
        frontier: encodeFrontier(appendLeaf(sha256, frontier, leafHash(sha256, moved.header))),
      },
    );
    await tables.set('key', { id: key.id }, { customer_id: own });
    expect((await now.scene.ask(mine, 'POST', `/keys/${key.id}/reveal`)).status).toBeGreaterThanOrEqual(403);
    const found = await verifyDatabase(database, { tagOf: now.app.vault.tag });
    expect(found).toMatchObject({ ok: false, firstBad: { idx: moved.idx, code: 'tag' } });
    await putBack(database, log);
    await tables.set('key', { id: key.id }, { customer_id: foreign });
  });

  it('S3: a restored installation restores again, and that parts it from the one before', async () => {
    const again = await restore();
    expect(await isWhole(again)).toBe(true);
    expect(again.app.vault.tag('header')).not.toBe(now.app.vault.tag('header'));
    expect((await again.scene.signIn(factorless.email)).status).toBe(201);
  });

  it('S3: a row that somebody else wrote is not sealed by a restore: it is refused, and nothing is changed', async () => {
    await tables.set('user', { id: factorless.id }, { role: 'administrator' });
    const size = (await readRawLog(database)).audit_entry.length;
    await expect(restore()).rejects.toThrow('somebody changed who may do what');
    expect((await readRawLog(database)).audit_entry.length).toBe(size);
    await tables.set('user', { id: factorless.id }, { role: 'technician' });
  });
});
