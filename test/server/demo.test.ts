import { describe, expect, it } from 'vitest';
import { daysBetween } from '../../src/domain/day.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { loadDemo } from '../../src/server/demo/load-demo.ts';
import { checkConsistency } from '../../src/server/jobs/consistency.ts';
import { makeSetupToken } from '../../src/server/people/setup-token.ts';
import { disagreements } from '../harness/fold-log.ts';
import { type Answer, adminPassword, emptyWorld, engines, newWorld, type World } from '../harness/world.ts';

type Bare = Awaited<ReturnType<typeof emptyWorld>>;

const today = '2026-11-21';
const founder = {
  name: 'Ada Admin',
  email: 'ada@nordwind.example',
  password: adminPassword,
  organisation: 'Nordwind IT',
  timeZone: 'Europe/Berlin',
};

/** Reads as whoever the cookie signed in. */
function reader(world: Bare, answer: Answer) {
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return async (path: string) => (await world.as(undefined)('GET', path, undefined, { cookie })).body;
}

async function signInAs(world: Bare, { email, password }: { email: string; password: string }) {
  return reader(world, await world.as(undefined)('POST', '/session', { email, password }));
}

async function groups(read: (path: string) => Promise<Answer['body']>, path: string): Promise<Record<string, number>> {
  const { groups: found } = await read(path);
  return Object.fromEntries(found.map((one: { value: string; count: number }) => [one.value, one.count]));
}

async function logSize({ database }: Pick<World, 'database'>): Promise<number> {
  return (await database.read.selectFrom('audit_head').select('size').executeTakeFirstOrThrow()).size;
}

describe.each(engines)('a demo chosen at setup, on %s', async (engine) => {
  const world = await emptyWorld(engine);
  const body = { ...founder, token: await makeSetupToken(world.app), locale: 'de', demo: 'de' };
  const done = await world.as(undefined)('POST', '/setup', body);
  const read = reader(world, done);

  it('P3: makes the organisation of whoever sets it up, and signs that person in', async () => {
    expect(done.status).toBe(201);
    expect(done.body).toMatchObject({ name: 'Ada Admin', organisation: 'Nordwind IT', locale: 'de', today });
    expect((await read('/me')).email).toBe(founder.email);
    expect((await world.as(undefined)('GET', '/setup')).body).toEqual({ needed: false });
    const again = await world.as(undefined)('POST', '/setup', body);
    expect(again.body.code).toBe('setup_done');
  });

  it('X: has as many of everything as promised', async () => {
    const totals = { '/customers': 13, '/products': 40, '/equipment': 300, '/keys': 600, '/users': 5 };
    for (const [path, total] of Object.entries(totals)) expect((await read(path)).total, path).toBe(total);
    expect((await read('/attributes')).total).toBe(8);
    expect((await read('/licenses')).total).toBeGreaterThan(100);
  });

  it('C1, K2: has keys of every status and type, in and out of use', async () => {
    const statuses = await groups(read, '/keys?groupBy=status');
    for (const status of ['available', 'applied', 'expired', 'revoked']) expect(statuses[status]).toBeGreaterThan(20);
    const types = await groups(read, '/keys?groupBy=keyType');
    for (const type of ['permanent', 'subscription', 'trial', 'timeLimited'])
      expect(types[type]).toBeGreaterThanOrEqual(40);
    const some = {
      'expiringWithin=30': 20,
      'status=expired&inUse=true': 10,
      'status=expired&validityEndFrom=2026-10-22': 15,
      'notYetValid=true': 6,
      'status=available&inUse=true': 10,
      'status=available&inUse=false&notYetValid=false': 40,
    };
    for (const [filter, least] of Object.entries(some))
      expect((await read(`/keys?${filter}`)).total, filter).toBeGreaterThanOrEqual(least);
    const { items } = await read('/keys?sort=-seats&limit=20');
    expect(items.every((key: { seats: number; seatsTaken: number }) => key.seats > 1 && key.seatsTaken > 1)).toBe(true);
  });

  it('E2, A10, A11: has units of every status, keys recovered, moved, and forgotten on returned ones', async () => {
    const statuses = await groups(read, '/equipment?groupBy=status');
    expect(Object.keys(statuses).sort()).toEqual(['inService', 'inStock', 'retired', 'returned']);
    const returned = (await read('/equipment?status=returned&limit=200')).items;
    expect(returned.filter((unit: { keyCount: number }) => unit.keyCount > 0)).toHaveLength(3);
    expect((await read('/assignments?state=removed')).total).toBeGreaterThan(100);
    expect((await read('/assignments?limit=200')).items.some((one: { userName: string }) => one.userName)).toBe(true);
  });

  it('E6: has licenses that cover what is taken, and some that fall short', async () => {
    const { items } = await read('/licenses?sort=free&limit=200');
    const short = items.filter((license: { free: number }) => license.free < 0);
    expect(short.length).toBeGreaterThan(5);
    expect(items.length - short.length).toBeGreaterThan(80);
    expect(items.every((one: { cost: number; supplier: string }) => one.cost > 0 && one.supplier)).toBe(true);
  });

  it('K12: has attributes filled in, and German words', async () => {
    const unit = (await read('/equipment?q=MBH-NB-001')).items[0];
    expect(unit).toMatchObject({ type: 'Notebook', attributes: { procurement: expect.stringMatching(/^Ge/) } });
    expect((await read('/keys?attributes.department=Buchhaltung')).total).toBeGreaterThan(10);
    expect((await read('/products?q=Warenwirtschaft')).total).toBe(1);
  });

  it('L1, L8: tells a year in the log, in order, each action by whoever would have done it', async () => {
    const rows = await world.database.read
      .selectFrom('audit_entry')
      .select(['at', 'action', 'actor_id'])
      .orderBy('idx')
      .execute();
    const times = rows.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    expect(times[0]).toBe('2025-11-21T07:30:00.000Z');
    const told = rows.filter(({ action }) => !action.startsWith('session.'));
    expect(daysBetween(told.at(-1)?.at.slice(0, 10) ?? '', today)).toBeLessThanOrEqual(1);
    expect(times.every((at) => at <= world.clock.now().toISOString())).toBe(true);
    const actions = new Set(rows.map(({ action }) => action));
    const expected = ['applied', 'removed', 'renewed', 'revoked', 'reinstated', 'replaced', 'expired', 'revealed'];
    for (const action of [...expected, 'deleted']) expect(actions).toContain(`key.${action}`);
    expect(new Set(rows.filter(({ action }) => action === 'key.applied').map((row) => row.actor_id)).size).toBe(4);
    const runs = rows.filter(({ action }) => action === 'expiry.completed');
    expect(runs).toHaveLength(365);
  });

  it('L9, C9: the log verifies, and keys and assignments agree', async () => {
    const verified = await verifyDatabase(world.database, { outside: [], pinnedKey: undefined });
    expect(verified).toMatchObject({ ok: true, problems: [], checkpointsVerified: 1 });
    await checkConsistency(world.app, { mending: false });
    const check = await world.database.read.selectFrom('consistency_check').select('findings').executeTakeFirst();
    expect(check).toEqual({ findings: '[]' });
    expect(await disagreements(world)).toEqual([]);
  });

  it('X: is refused a second time, and changes nothing', async () => {
    const before = await logSize(world);
    await expect(loadDemo(world.app, { language: 'en' })).rejects.toMatchObject({
      code: 'not_empty',
      message: expect.stringContaining('Nothing was changed.'),
    });
    expect(await logSize(world)).toBe(before);
    expect((await read('/keys')).total).toBe(600);
  });
});

describe.each(engines)('a demo that is broken off, on %s', async (engine) => {
  const world = await emptyWorld(engine);

  it('X: leaves nothing, so that the next one has an empty database', async () => {
    const onDay = (day: string) => {
      if (day === '2025-12-15') throw new Error('power cut');
    };
    await expect(loadDemo(world.app, { language: 'en', onDay })).rejects.toThrow('power cut');
    expect(await logSize(world)).toBe(0);
    for (const table of ['settings', 'user', 'customer', 'key', 'assignment'] as const)
      expect(await world.database.read.selectFrom(table).selectAll().execute()).toEqual([]);
  });
});

describe('the demo', async () => {
  const world = await emptyWorld('sqlite');
  const made = await loadDemo(world.app, { language: 'en' });

  it('P3: makes an organisation where there is none, with a password that nobody could know', async () => {
    expect(made).toMatchObject({ organisation: 'Lapwing IT Services', customers: 12, equipment: 300, keys: 600 });
    expect(made.administrator?.password).toMatch(/^[\w-]{20}$/);
    const read = await signInAs(world, made.administrator ?? { email: '', password: '' });
    expect(await read('/me')).toMatchObject({ role: 'administrator', name: 'Helen Carter', timeZone: 'Europe/Berlin' });
    expect((await read('/equipment?q=NME-NB-001')).items[0].type).toBe('Laptop');
  });

  it('X: is the same every time, but for ids and passwords', async () => {
    const other = await emptyWorld('sqlite');
    const again = await loadDemo(other.app, { language: 'en' });
    expect(again.entries).toBe(made.entries);
    expect(again.administrator?.password).not.toBe(made.administrator?.password);
    const [one, two] = await Promise.all(
      [world, other].map(({ database }) =>
        database.read
          .selectFrom('key')
          .select(['mask', 'key_type', 'validity_end', 'seats_taken', 'remarks', 'created_at'])
          .orderBy('created_at')
          .orderBy('mask')
          .execute(),
      ),
    );
    expect(one).toEqual(two);
  });

  it('L9: goes into an organisation that is set up already, whose log does not go back', async () => {
    const known = await newWorld('sqlite');
    const before = await logSize(known);
    await expect(loadDemo(known.app, { language: 'de', founder })).rejects.toMatchObject({ code: 'setup_done' });
    const loaded = await loadDemo(known.app, { language: 'de' });
    expect(loaded).toMatchObject({ organisation: 'Nordwind IT', keys: 600, administrator: null });
    expect(await verifyDatabase(known.database, { outside: [], pinnedKey: undefined })).toMatchObject({ ok: true });
    const later = known.database.read.selectFrom('audit_entry').select('at').distinct().where('idx', '>=', before);
    expect(await later.execute()).toEqual([{ at: '2026-11-21T09:00:00.000Z' }]);
    expect((await known.admin('GET', '/audit?action=key.expired')).body.total).toBeGreaterThan(60);
    expect((await known.admin('GET', `/audit?actorId=${known.adminId}`)).body.total).toBe(before);
    expect((await known.admin('GET', '/expiry-runs')).body.items[0].day).toBe(today);
  });
});
