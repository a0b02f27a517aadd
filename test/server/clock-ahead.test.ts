import { describe, expect, it } from 'vitest';
import { runExpiryJob } from '../../src/server/jobs/expiry.ts';
import { cleanUp } from '../../src/server/upkeep/clean-up.ts';
import { addPerson, type Credentials, send } from '../harness/actors.ts';
import { addKey, freshLicenseKey } from '../harness/arrange.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { recordedOf } from '../harness/recorded.ts';
import { seedKeys } from '../harness/seed.ts';
import { totp } from '../harness/totp.ts';
import { adminPassword, engines, newWorld, type World } from '../harness/world.ts';

const now = '2026-11-21T09:00:00.000Z';
/** Before the tokens of this world end. */
const monthsAhead = '2027-07-01T09:00:00.000Z';
const threeYearsAhead = '2029-11-21T09:00:00.000Z';
const endingOn = (validity_end: string) => ({ key_type: 'subscription' as const, validity_end });

/** What is done by `work` is done by a clock that runs ahead, three years unless said; then the clock is set right. */
async function ahead<T>({ clock }: Pick<World, 'clock'>, work: () => Promise<T>, moment = threeYearsAhead): Promise<T> {
  const right = clock.now().toISOString();
  clock.set(moment);
  try {
    return await work();
  } finally {
    clock.set(right);
  }
}

async function expiredEnds({ database }: World, keyId: string): Promise<unknown[]> {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select('p.body')
    .where('e.action', '=', 'key.expired')
    .where('e.key_id', '=', keyId)
    .orderBy('e.idx')
    .execute();
  return rows.map(({ body }) => JSON.parse(body).validityEnd);
}

describe.each(engines)('after one run with the clock three years ahead on %s', async (engine) => {
  const world = await newWorld(engine);
  await ahead(world, () => runExpiryJob(world.app));
  const post = (who: Credentials, path: string, body?: unknown) => send(world, who, { method: 'POST', path, body });
  const administrator = () => addPerson(world, { role: 'administrator', scope: 'all' });
  const passMinutes = (minutes: number) => world.clock.addDays(minutes / 1440);

  it('R2: reveals are counted by the real time: none is refused for longer than ten minutes (security 31)', async () => {
    const [person, { id }] = [await administrator(), await addKey(world)];
    const reveal = () => post(person.session, `/keys/${id}/reveal`);
    for (let i = 0; i < 30; i += 1) expect((await reveal()).status).toBe(200);
    const refused = await reveal();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600']);
    passMinutes(10.1);
    expect((await reveal()).status).toBe(200);
  });

  it.each([
    ['look-ups', '/keys/lookup', { licenseKey: freshLicenseKey() }, 20, 1],
    ['searches inside license keys', '/keys/deep-search', { contains: 'NOTTHERE', reason: 'Test' }, 30, 10],
  ])('R2: %s are counted by the real time (security 31)', async (_what, path, body, most, minutes) => {
    // Confirmed by a clock that is a minute ahead, so that it still counts when the limit is over.
    const { session } = await addPerson(world, { role: 'administrator', scope: 'all', confirmedMinutesAgo: -1 });
    for (let i = 0; i < most; i += 1) expect((await post(session, path, body)).status).toBe(200);
    const refused = await post(session, path, body);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, String(minutes * 60)]);
    passMinutes(minutes + 0.1);
    expect((await post(session, path, body)).status).toBe(200);
  });

  it('R2: an entry whose time was held says what the clock showed', async () => {
    const { id } = await addKey(world);
    const { items } = (await world.admin('GET', `/audit?keyId=${id}`)).body;
    expect(items[0]).toMatchObject({ at: threeYearsAhead, details: { clock: world.clock.now().toISOString() } });
  });

  it('R2: the expiry job goes on, by the clock', async () => {
    const [ended = '', later = ''] = await seedKeys(world, 2, (i) => endingOn(i === 0 ? '2026-11-20' : '2027-06-01'));
    const run = await world.admin('POST', '/expiry-runs');
    expect([run.status, run.body.day, run.body.expired]).toEqual([201, '2026-11-21', 1]);
    expect(await expiredEnds(world, ended)).toEqual(['2026-11-20']);
    expect(await expiredEnds(world, later)).toEqual([]);
  });
});

describe.each(engines)('what was done under a clock three years ahead, on %s', async (engine) => {
  const world = await newWorld(engine);
  const post = (who: Credentials, path: string, body?: unknown, headers = {}) =>
    send(world, who, { method: 'POST', path, body, headers });
  const administrator = () => addPerson(world, { role: 'administrator', scope: 'all' });

  it('R2: keys recorded as expired before their end are recorded again when it has passed, once', async () => {
    const early = await newWorld(engine);
    const [id = '', ended = ''] = await seedKeys(early, 2, (i) => endingOn(i === 0 ? '2027-06-01' : '2026-11-20'));
    await runExpiryJob(early.app);
    await ahead(early, () => runExpiryJob(early.app));
    expect(await expiredEnds(early, id)).toEqual(['2027-06-01']);
    for (const day of ['2026-11-22', '2027-06-01', '2027-06-02', '2027-06-03']) {
      early.clock.set(`${day}T09:00:00.000Z`);
      await runExpiryJob(early.app);
      expect([day, (await expiredEnds(early, id)).length]).toEqual([day, day > '2027-06-01' ? 2 : 1]);
    }
    expect(await expiredEnds(early, ended)).toEqual(['2026-11-20']);
  });

  it('R2: a clock that was set back has nothing recorded again', async () => {
    const back = await newWorld(engine);
    const [id = ''] = await seedKeys(back, 1, () => endingOn('2026-11-20'));
    await runExpiryJob(back.app);
    back.clock.set('2020-01-01T09:00:00.000Z');
    await runExpiryJob(back.app);
    back.clock.set(now);
    await runExpiryJob(back.app);
    expect(await expiredEnds(back, id)).toEqual(['2026-11-20']);
  });

  it('R2: thirty reveals then are none now', async () => {
    const { id } = await addKey(world);
    const { token } = await administrator();
    await ahead(
      world,
      async () => {
        for (let i = 0; i < 30; i += 1) expect((await post(token, `/keys/${id}/reveal`)).status).toBe(200);
      },
      monthsAhead,
    );
    expect((await post(token, `/keys/${id}/reveal`)).status).toBe(200);
  });

  it('R2: a session of then opens nothing, and goes with the next clean-up (security 14)', async () => {
    const person = await ahead(world, administrator);
    expect((await send(world, person.session, { method: 'GET', path: '/me' })).status).toBe(401);
    await cleanUp(world.app);
    const left = await world.database.read
      .selectFrom('session')
      .select('id')
      .where('user_id', '=', person.id)
      .execute();
    expect(left).toEqual([]);
  });

  it('R2: wrong passwords of then keep nobody out now (security 6)', async () => {
    const { url } = await listenFor(world);
    const attempt = (secret: string) =>
      newBrowser(url).call('POST', '/session', { email: 'ada@nordwind.example', password: secret });
    await ahead(world, async () => {
      for (let i = 0; i < 7; i += 1) await attempt('not the right password');
    });
    expect((await attempt(adminPassword)).status).toBe(201);
  });

  it('R2: a code of a second factor used then does not shut its owner out now (security 8)', async () => {
    const { url } = await listenFor(world);
    const email = 'ada@nordwind.example';
    const { call } = newBrowser(url);
    await call('POST', '/session', { email, password: adminPassword });
    const { secret } = (await call('POST', '/me/second-factor')).body;
    const code = () => totp(secret, world.clock.now());
    expect((await call('POST', '/me/second-factor/confirmation', { code: code() })).status).toBe(200);
    const signIn = () => newBrowser(url).call('POST', '/session', { email, password: adminPassword, code: code() });
    expect((await ahead(world, signIn)).status).toBe(201);
    world.clock.addDays(1 / 1440);
    expect((await signIn()).status).toBe(201);
    expect((await signIn()).status).not.toBe(201);
  });

  it('R2: a refusal of now is recorded, though one of then was (security 55)', async () => {
    const { id } = await addKey(world);
    const technician = await addPerson(world, { role: 'technician', scope: 'all' });
    const refused = async (who: Credentials) =>
      expect((await post(who, `/keys/${id}/revocation`, { reason: 'Test' })).status).toBe(403);
    await ahead(world, () => refused(technician.token), monthsAhead);
    await refused(technician.token);
    const entries = (await recordedOf(world, `user:${technician.id}`)).filter(
      ({ action }) => action === 'access.refused',
    );
    expect(entries).toHaveLength(2);
  });

  it('R2: a request of then is still answered once, and forgotten after a day of now', async () => {
    const headers = { 'idempotency-key': 'of-then' };
    const body = { name: 'Once' };
    const made = await ahead(world, () => world.admin('POST', '/customers', body, headers), monthsAhead);
    expect(made.status).toBe(201);
    await cleanUp(world.app);
    expect((await world.admin('POST', '/customers', body, headers)).body.id).toBe(made.body.id);
    world.clock.addDays(1.1);
    await cleanUp(world.app);
    expect(await world.database.read.selectFrom('idempotency').select('key').execute()).toEqual([]);
  });
});
