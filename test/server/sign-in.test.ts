import { argon2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../src/server/people/network-of.ts';
import { makeSetupToken } from '../../src/server/people/setup-token.ts';
import { cleanUp } from '../../src/server/upkeep/clean-up.ts';
import { atFullCost } from '../harness/quick-passwords.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { setUser } from '../harness/sealed.ts';
import { adminPassword, emptyWorld, engines, newWorld, type World } from '../harness/world.ts';

const email = 'ada@nordwind.example';
const wrong = 'not the right password';

function entries({ database }: World, action: string) {
  return database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.subject', 'p.body'])
    .where('e.action', '=', action)
    .orderBy('e.idx')
    .execute();
}

function wait(world: Pick<World, 'clock'>, seconds: number): void {
  world.clock.set(new Date(world.clock.now().getTime() + seconds * 1000).toISOString());
}

describe.each(engines)('signing in over real HTTP on %s', async (engine) => {
  const world = await newWorld(engine, { TRUSTED_PROXIES: '127.0.0.1' });
  const { url } = await listenFor(world);
  let client = 0;
  /** Somebody new each time, behind the trusted proxy, so that addresses do not meet. */
  const from = (address?: string) => {
    client += 1;
    return { 'x-forwarded-for': address ?? `198.51.100.${client}` };
  };
  const attempt = (as: string, password: string, headers: Record<string, string> = from()) =>
    newBrowser(url).call('POST', '/session', { email: as, password }, headers);

  it('security 13, 34: the cookie is a random reference, for scripts out of reach and for this site alone', async () => {
    const { status, headers } = await attempt(email, adminPassword);
    expect(status).toBe(201);
    expect(headers.get('set-cookie')).toMatch(/^keybook=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    const [token = ''] = /[\w-]{43}/.exec(headers.get('set-cookie') ?? '') ?? [];
    const rows = await world.database.read.selectFrom('session').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('P4, security 6: an account that is guessed at is slowed down more and more, whatever address X-Forwarded-For names', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 7; guess += 1) statuses.push((await attempt(email, wrong)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const refused = await attempt(email, adminPassword);
      expect(refused.body.code).toBe('too_many_requests');
      waits.push(Number(refused.headers.get('retry-after')));
      wait(world, waits.at(-1) ?? 0);
      expect((await attempt(email, wrong)).status).toBe(401);
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
  });

  it('security 6: nobody is locked out for good: after the wait the right password opens, and all is forgotten', async () => {
    wait(world, 300);
    expect((await attempt(email, adminPassword)).status).toBe(201);
    for (let guess = 0; guess < 4; guess += 1) expect((await attempt(email, wrong)).status).toBe(401);
    expect((await attempt(email, adminPassword)).status).toBe(201);
  });

  it('security 6: guesses at the same moment count one by one', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => attempt('someone@x.example', wrong)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  });

  it('security 7: an unknown e-mail address and a wrong password are one answer, slowed down alike', async () => {
    const strip = ({ body: { requestId: _, ...rest } }: Awaited<ReturnType<typeof attempt>>) => rest;
    wait(world, 3600);
    const known = [];
    const unknown = [];
    for (let guess = 0; guess < 6; guess += 1) {
      known.push(strip(await attempt(email, wrong)));
      unknown.push(strip(await attempt('nobody@nordwind.example', wrong)));
    }
    expect(known).toEqual(unknown);
    expect(known.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('security 6, 32: an address that guesses at many accounts is slowed down too, and only what the trusted proxy says counts', async () => {
    wait(world, 3600);
    const attacker = '203.0.113.7';
    const spoofed = (made: number) => ({ 'x-forwarded-for': `10.9.8.${made}, ${attacker}` });
    for (let guess = 0; guess < 50; guess += 1)
      expect((await attempt(`victim${guess}@x.example`, wrong, spoofed(guess))).status).toBe(401);
    expect((await attempt('victim99@x.example', wrong, spoofed(99))).status).toBe(429);
    expect((await attempt(email, adminPassword, spoofed(1))).status).toBe(429);
    expect((await attempt(email, adminPassword)).status).toBe(201);
  });

  it('L8, security 55: sign-ins and refusals of somebody known are recorded, at most once a minute with their number; of nobody known there is no entry', async () => {
    const before = (await entries(world, 'session.refused')).length;
    wait(world, 3600);
    for (let guess = 0; guess < 3; guess += 1) await attempt(email, wrong);
    wait(world, 61);
    await attempt(email, wrong);
    const refused = await entries(world, 'session.refused');
    expect(new Set(refused.map(({ subject }) => subject))).toEqual(new Set([`user:${world.adminId}`]));
    const told = refused.slice(before).map(({ body }) => JSON.parse(body));
    expect(told).toMatchObject([
      { user: 'Ada Admin', wrong: 'password', count: expect.any(Number) },
      { user: 'Ada Admin', wrong: 'password', count: 3 },
    ]);
    expect((await entries(world, 'session.opened')).length).toBeGreaterThan(3);
    const log = JSON.stringify([...refused, ...(await entries(world, 'session.opened'))]);
    for (const secret of [wrong, adminPassword, 'nobody@', 'victim']) expect(log).not.toContain(secret);
  });

  it('security 6, P4: the throttle table holds neither names, addresses nor passwords, and is emptied by the clean-up', async () => {
    await attempt('canary@x.example', 'canary password', from('203.0.113.200'));
    const rows = await world.database.read.selectFrom('throttle').selectAll().execute();
    expect(rows.length).toBeGreaterThan(5);
    for (const { bucket } of rows) expect(bucket).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(rows)).not.toMatch(/canary|203\.0\.113|nordwind/);
    wait(world, 3601);
    await cleanUp(world.app);
    expect(await world.database.read.selectFrom('throttle').selectAll().execute()).toEqual([]);
  });
});

describe.each(engines)('what signing in costs on %s', async (engine) => {
  const world = await atFullCost(() => newWorld(engine));
  const post = (path: string, body: object, headers = {}) =>
    atFullCost(() => world.as(undefined)('POST', path, body, headers));
  const signIn = (as: string, password: string) => post('/session', { email: as, password });

  it('security 7: refusing costs the same commits and the same hash, whether the account is known or not', async () => {
    const { transaction } = world.database;
    let writes = 0;
    const counted = async (as: string) => {
      writes = 0;
      const started = performance.now();
      expect((await signIn(as, wrong)).status).toBe(401);
      return { writes, ms: performance.now() - started };
    };
    Object.assign(world.database, {
      transaction: async (work: Parameters<typeof transaction>[0]) => {
        const done = await transaction(work);
        writes += 1;
        return done;
      },
    });
    const runs = { known: [await counted(email)], unknown: [await counted('nobody@x.example')] };
    for (let run = 0; run < 3; run += 1) {
      runs.known.push(await counted(email));
      runs.unknown.push(await counted('nobody@x.example'));
    }
    Object.assign(world.database, { transaction });
    expect(new Set([...runs.known, ...runs.unknown].map((run) => run.writes))).toEqual(new Set([2]));
    const fastest = (of: { ms: number }[]) => Math.min(...of.map(({ ms }) => ms));
    expect(fastest(runs.unknown)).toBeGreaterThan(fastest(runs.known) / 3);
  });

  it('security 2: a password of 200 emoji is taken whole and as it is', async () => {
    const password = '🦑🔑'.repeat(100);
    const cookie = ((await signIn(email, adminPassword)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const body = { name: 'Emo', email: 'emo@x.example', role: 'auditor', password };
    expect((await post('/users', body, { cookie })).status).toBe(201);
    expect((await signIn('emo@x.example', password)).status).toBe(201);
    expect((await signIn('emo@x.example', password.slice(0, -2))).status).toBe(401);
  });

  it('security 5: a hash made at a lower cost opens once more and is made again at the present one', async () => {
    const nonce = Buffer.alloc(16, 7);
    const cost = { memory: 8192, passes: 1, parallelism: 1 };
    const hashed = async () => argon2Sync('argon2id', { message: adminPassword, nonce, ...cost, tagLength: 32 });
    const tag = await atFullCost(hashed);
    const old = `argon2id$8192$1$1$${nonce.toString('base64url')}$${tag.toString('base64url')}`;
    const stored = () =>
      world.database.read.selectFrom('user').select('password_hash').where('id', '=', world.adminId).executeTakeFirst();
    await setUser(world, world.adminId, { password_hash: old });
    expect((await signIn(email, wrong)).status).toBe(401);
    expect((await stored())?.password_hash).toBe(old);
    expect((await signIn(email, adminPassword)).status).toBe(201);
    expect((await stored())?.password_hash).toMatch(/^argon2id\$19456\$2\$1\$/);
    expect((await signIn(email, adminPassword)).status).toBe(201);
  });

  it('security 3: a password of common words, or of the names of the house, is refused wherever one is set', async () => {
    const cookie = ((await signIn(email, adminPassword)).headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const user = { name: 'Tom Berger', email: 'tom@x.example', role: 'auditor' };
    for (const password of ['Password1234!', 'Nordwind-2026!', 'tom.berger.2026']) {
      const made = await post('/users', { ...user, password }, { cookie });
      expect([made.status, made.body.errors[0].code], password).toEqual([400, 'weak']);
      if (password.startsWith('tom')) continue;
      const changed = await post('/me/password', { current: adminPassword, password }, { cookie });
      expect([changed.status, changed.body.errors?.[0].code]).toEqual([400, 'weak']);
    }
  });
});

describe.each(engines)('setting up over real HTTP on %s', async (engine) => {
  const world = await emptyWorld(engine);
  const { url } = await listenFor(world);
  const body = {
    name: 'Ada Admin',
    email,
    password: adminPassword,
    organisation: 'Nordwind IT',
    timeZone: 'Europe/Berlin',
  };

  it('P3, security 1, 6: before the set-up no sign-in opens, guessing at the token is slowed down, and the right one opens once', async () => {
    const browser = newBrowser(url);
    for (const guess of [email, 'admin', 'root'])
      expect((await browser.call('POST', '/session', { email: guess, password: 'admin' })).status).toBe(503);
    const token = await makeSetupToken(world.app);
    const statuses: number[] = [];
    for (let guess = 0; guess < 52; guess += 1)
      statuses.push((await browser.call('POST', '/setup', { ...body, token: `x${guess}` })).status);
    expect([...new Set(statuses.slice(0, 50))]).toEqual([403]);
    expect(statuses.slice(50)).toEqual([429, 429]);
    expect((await browser.call('POST', '/setup', { ...body, token })).status).toBe(429);
    wait(world, 3);
    expect((await browser.call('POST', '/setup', { ...body, token })).status).toBe(201);
    expect((await browser.call('GET', '/me')).body.email).toBe(email);
    expect((await browser.call('POST', '/setup', { ...body, token })).body.code).toBe('setup_done');
  });
});

describe('over TLS', async () => {
  const world = await newWorld('sqlite', { BASE_URL: 'https://keys.example.org' });
  const signIn = (headers: Record<string, string> = {}) =>
    world.as(undefined)('POST', '/session', { email, password: adminPassword }, headers);

  it('security 34, 38: the cookie is bound to this host and to TLS, and browsers are told to use nothing else', async () => {
    const { headers } = await signIn();
    expect(headers.get('set-cookie')).toMatch(/^__Host-keybook=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{8}/);
  });

  it('security 35: another site cannot send unsafe requests, with or without a session', async () => {
    expect((await signIn({ origin: 'https://keys.example.org' })).status).toBe(201);
    for (const foreign of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await signIn(foreign)).status).toBe(403);
    const text = { 'content-type': 'text/plain' };
    expect((await world.as(undefined)('POST', '/session', '{}', text)).status).toBe(415);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:DB8::', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('security 6: %s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));
});
