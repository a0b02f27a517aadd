import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { statedKinds, statedTables } from '../../src/domain/audit/stated-facts.ts';
import { openApp } from '../../src/server/app.ts';
import { judgeLog } from '../../src/server/audit/judge-log.ts';
import { stateFacts } from '../../src/server/audit/state-facts.ts';
import { change } from '../../src/server/change.ts';
import type { App } from '../../src/server/context.ts';
import { newId } from '../../src/server/ids.ts';
import { openLog } from '../../src/server/log.ts';
import { systemActor } from '../../src/server/people/system-actor.ts';
import { addCustomer, applyTo } from '../harness/arrange.ts';
import { asBeforeTags } from '../harness/before-tags.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { disagreements } from '../harness/fold-log.ts';
import { rawTables, type Values } from '../harness/forge.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { insertRows, keyRow } from '../harness/seed.ts';
import { totp } from '../harness/totp.ts';
import { adminPassword, engines, newWorld, type World } from '../harness/world.ts';

/** Records of every kind, more keys than one part states, and a person with a second factor. */
async function addRecords(world: World): Promise<void> {
  const { keyId, productId } = await addCustomerWorld(world, 'Acme');
  const send = async (method: string, path: string, body: object): Promise<void> => {
    const { status, body: answer } = await world.admin(method, path, body, { 'if-match': '*' });
    if (status >= 300) throw new Error(JSON.stringify(answer));
  };
  const labels = { labelEn: 'Note', labelDe: 'Notiz' };
  await send('POST', '/attributes', {
    recordType: 'key',
    name: 'note',
    kind: 'choice',
    choices: ['a', 'b'],
    ...labels,
  });
  const end = { keyType: 'subscription', validityEnd: '2027-01-31', attributes: { note: 'a' } };
  await send('PATCH', `/keys/${keyId}`, end);
  await send('POST', `/keys/${keyId}/renewal`, { extendBy: 'P1Y', reference: 'PO 1' });
  const many = Array.from({ length: 600 }, () =>
    keyRow(world, { licenseKey: newId(world.app), product_id: productId }),
  );
  await insertRows(world, 'key', many);
  const { call } = newBrowser((await listenFor(world)).url);
  await call('POST', '/session', { email: 'ada@nordwind.example', password: adminPassword });
  expect((await call('POST', '/views', { list: 'keys', name: 'Mine', query: 'status=available' })).status).toBe(201);
  const { secret } = (await call('POST', '/me/second-factor')).body;
  const proved = await call('POST', '/me/second-factor/confirmation', { code: totp(secret, world.clock.now()) });
  expect(proved.status).toBe(200);
}

/** Makes the database what 0.1.0 would have left, and brings it up to date. */
async function upgraded(world: World): Promise<App> {
  const { database } = world;
  const account = { issuer: 'https://x.example', subject: 's' };
  await database.admin
    .insertInto('identity')
    .values({ id: 'one', ...account, user_id: world.adminId, created_at: 'then' })
    .execute();
  // What the log does not tell of is taken away at the upgrade.
  const by = { app: world.app, actor: systemActor('system'), address: undefined, idempotency: undefined };
  await change({ ...by, asked: undefined, now: () => world.clock.now().toISOString() }, async () => ({
    result: {},
    audit: {
      action: 'user.identityLinked',
      subject: `user:${world.adminId}`,
      details: { identity: 'one', ...account },
    },
  }));
  await asBeforeTags(world, 3);
  await sql`drop table unstated`.execute(database.admin);
  await sql`delete from kysely_migration where name = '0009-facts'`.execute(database.admin);
  expect(await migrate(database)).toEqual(['0009-facts']);
  return open(world);
}

const open = ({ app, clock }: World) =>
  openApp({ ...app, log: openLog('silent'), clock: clock.now, beginning: 'of-start' });

type Stated = { idx: number; subject: string; actor_id: string };

async function stated({ database }: World): Promise<Stated[]> {
  return database.read
    .selectFrom('audit_entry')
    .select(['idx', 'subject', 'actor_id'])
    .where('action', '=', 'facts.stated')
    .orderBy('idx')
    .execute();
}

/** The subjects of all records that there are. */
async function subjects({ database }: World): Promise<string[]> {
  const all = statedKinds.map(async (kind) => {
    const rows = await database.read.selectFrom(statedTables[kind]).select('id').execute();
    return rows.map(({ id }) => `${kind}:${id}`);
  });
  return (await Promise.all(all)).flat();
}

/** The application, whose random source gives out after that many parts. */
function dyingAfter(app: App, entries: number): App {
  let left = entries;
  const randomBytes = (count: number): Buffer => {
    left -= 1;
    if (left < 0) throw new Error('killed');
    return app.randomBytes(count);
  };
  return { ...app, randomBytes };
}

describe.each(engines)('records that a version made whose entries did not tell everything, on %s', async (engine) => {
  const world = await newWorld(engine);
  await addRecords(world);
  const app = await upgraded(world);
  const there = await subjects(world);
  const now = { database: world.database, app };

  it('L8: a server that is ended in the middle leaves what it had committed, and nothing else', async () => {
    await expect(stateFacts(dyingAfter(app, 400))).rejects.toThrow('killed');
    const some = await stated(world);
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(there.length);
    expect((await judgeLog(app, { tagOf: app.vault.tag })).ok).toBe(true);
  });

  it('L8: several servers go on, and each record is stated once, by the system; records of this version are not', async () => {
    await addCustomer({ ...world, app }, 'Made after it');
    await Promise.all([stateFacts(app), stateFacts(await open(world)), stateFacts(await open(world))]);
    const all = await stated(world);
    expect(all.map(({ subject }) => subject).sort()).toEqual(there.sort());
    expect(new Set(all.map(({ actor_id }) => actor_id))).toEqual(new Set(['system']));
    expect(await world.database.read.selectFrom('unstated').selectAll().execute()).toEqual([]);
  });

  it('L8: what was stated is every field of every row: the entries of before are not needed to know them', async () => {
    expect(await disagreements(now)).toEqual([]);
  });

  it('P8: a renewal is stated once, as its entry recorded it: of rows that somebody adds nothing is', async () => {
    const { admin } = world.database;
    const renewal = await admin.selectFrom('renewal').selectAll().executeTakeFirstOrThrow();
    const before = await stated(world);
    const added = [{ id: 'copied' }, { id: 'longer', new_end: '2099-12-31' }].map((values) => ({
      ...renewal,
      ...values,
    }));
    await insertRows(world, 'renewal', added);
    await insertRows(
      world,
      'unstated',
      added.map(({ id }) => ({ kind: 'renewal', id })),
    );
    await stateFacts(app);
    expect(await stated(world)).toEqual(before);
    for (const { id } of added) {
      await admin.deleteFrom('renewal').where('id', '=', id).execute();
      await admin.deleteFrom('unstated').where('id', '=', id).execute();
    }
  });

  it('L9: the log holds, and a second start states nothing more', async () => {
    const size = (await stated(world)).length;
    expect(await stateFacts(await open(world))).toBe(0);
    expect((await stated(world)).length).toBe(size);
    expect((await judgeLog(app, { tagOf: app.vault.tag })).ok).toBe(true);
  });
});

describe.each(engines)('rows that somebody else changed in between, on %s', async (engine) => {
  const world = await newWorld(engine);
  await addRecords(world);
  await world.database.admin.updateTable('renewal').set({ reference: 'paid by nobody' }).execute();
  const app = await upgraded(world);

  it('P8: are not stated as if the server had written them, and the others are', async () => {
    await world.database.admin.updateTable('user').set({ name: 'Eve' }).where('id', '=', world.adminId).execute();
    expect(await stateFacts(app)).toBeGreaterThan(2);
    expect((await stated(world)).map(({ subject }) => subject)).not.toContain(`user:${world.adminId}`);
    // Nor is a renewal of which its entry says otherwise.
    expect((await stated(world)).filter(({ subject }) => subject.startsWith('renewal:'))).toEqual([]);
  });
});

/** As whoever writes the database makes an assignment up, or copies one that there is. */
async function copyAssignment(world: World, id: string, values: Values): Promise<string> {
  const { all, put } = rawTables(world);
  const [row] = await all('assignment', { id });
  const copy = newId(world.app);
  await put('assignment', { ...row, id: copy, ...values });
  return copy;
}

describe.each(engines)('what somebody says has yet to be stated, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { put, set } = rawTables(world);
  const beta = await addCustomer(world, 'Beta');
  const old = await addCustomerWorld(world, 'Acme');
  const other = await addCustomerWorld(world, 'Other');
  const away = await addCustomerWorld(world, 'Away');
  const { id: toPerson } = await applyTo(world, old.keyId, { userName: 'Ann' });
  const ofPerson = await applyTo(world, old.keyId, { userName: 'Eve' });
  expect((await world.admin('DELETE', `/assignments/${ofPerson.id}`, undefined, { 'if-match': '*' })).status).toBe(204);

  it('S3, P8: in an installation that is new, nothing is', async () => {
    await put('unstated', { kind: 'key', id: old.keyId });
    await put('unstated', { kind: 'product', id: old.productId });
    expect(await stateFacts(world.app)).toBe(0);
    expect(await stated(world)).toEqual([]);
  });

  it('S3, P8: in one that was upgraded, only what the log of before names, and as far as it tells', async () => {
    const app = await upgraded(world);
    const madeUp = [
      await copyAssignment(world, old.assignmentId, { equipment_id: old.otherEquipmentId, seat: 4 }),
      await copyAssignment(world, toPerson, { user_name: 'Mallory', seat: 5 }),
    ];
    const late = keyRow(world, { licenseKey: newId(world.app), product_id: old.productId });
    await insertRows({ ...world, app }, 'key', [late]);
    await set('key', { id: old.freeKeyId }, { customer_id: beta });
    await set('equipment', { id: old.otherEquipmentId }, { serial_number: 'X', serial_f: 'x' });
    await set('customer', { id: other.customerId }, { name: 'Evil', name_f: 'evil' });
    await set('assignment', { id: away.assignmentId }, { customer_id: beta });
    for (const id of madeUp) await put('unstated', { kind: 'assignment', id });
    await put('unstated', { kind: 'key', id: late.id });
    const left = [
      ...madeUp.map((id) => `assignment:${id}`),
      `assignment:${away.assignmentId}`,
      `customer:${other.customerId}`,
      `equipment:${old.otherEquipmentId}`,
      `key:${late.id}`,
      `key:${old.freeKeyId}`,
    ];
    const there = (await subjects({ ...world, app })).filter((subject) => !left.includes(subject));
    await stateFacts(app);
    expect((await stated(world)).map(({ subject }) => subject).sort()).toEqual(there.sort());
    const rows = await world.database.read.selectFrom('unstated').selectAll().execute();
    expect(rows.map(({ kind, id }) => `${kind}:${id}`).sort()).toEqual(left.sort());
  });

  it('S3, P8: what is stated once is not stated again, whoever puts it back', async () => {
    const app = await open(world);
    const before = await stated(world);
    for (const { subject } of before) {
      const [kind = '', id = ''] = subject.split(/:(.*)/s);
      await put('unstated', { kind, id });
    }
    await set('key', { id: old.keyId }, { remarks: 'sold' });
    await set('assignment', { id: old.assignmentId }, { remarks: 'sold' });
    expect(await stateFacts(app)).toBe(0);
    expect(await stated(world)).toEqual(before);
  });
});
