import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/server/app.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { totpOf } from '../../src/server/people/second-factor-code.ts';
import { routes } from '../../src/server/routes.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { type Browser, listenFor, newBrowser } from '../harness/real-http.ts';
import { totp } from '../harness/totp.ts';
import { answersTo } from '../harness/unfinished.ts';
import { adminPassword, engines, newWorld, type World } from '../harness/world.ts';

const email = 'ada@nordwind.example';
const password = 'a long enough password';

function turn({ clock }: World, seconds: number): void {
  clock.set(new Date(clock.now().getTime() + seconds * 1000).toISOString());
}

async function recorded({ database }: World, userId: string): Promise<string[]> {
  const rows = await database.read
    .selectFrom('audit_entry')
    .select('action')
    .where('subject', '=', `user:${userId}`)
    .orderBy('idx')
    .execute();
  return rows.map(({ action }) => action);
}

/** Signs in, and sets up a second factor. */
async function enrol(world: World, browser: Browser, as = email, secret = password) {
  expect((await browser.call('POST', '/session', { email: as, password: secret })).status).toBe(201);
  return setUpFactor(world, browser);
}

async function setUpFactor(world: World, { call }: Browser): Promise<{ secret: string; codes: string[] }> {
  const started = await call('POST', '/me/second-factor');
  expect(started.status).toBe(201);
  const code = totp(started.body.secret, world.clock.now());
  const confirmed = await call('POST', '/me/second-factor/confirmation', { code });
  expect(confirmed.status).toBe(200);
  return { secret: started.body.secret, codes: confirmed.body.recoveryCodes };
}

describe('the code of a moment', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1234567890, '005924'],
    [2000000000, '279037'],
  ])('P4: is that of RFC 6238 at %d', (second, expected) => {
    const made = totpOf(Buffer.from('12345678901234567890'), { issuer: 'x', label: 'y' });
    expect(made.generate({ timestamp: second * 1000 })).toBe(expected);
    expect(totp(made.secret.base32, new Date(second * 1000))).toBe(expected);
  });
});

describe.each(engines)('the second factor over real HTTP on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const ada = newBrowser(url);
  expect((await ada.call('POST', '/session', { email, password: adminPassword })).status).toBe(201);
  let made = 0;
  const add = async (role = 'technician'): Promise<{ id: string; as: string }> => {
    made += 1;
    turn(world, 300);
    await ada.call('POST', '/session', { email, password: adminPassword });
    const as = `person${made}@x.example`;
    const { status, body } = await ada.call('POST', '/users', { name: `Person ${made}`, email: as, role, password });
    expect(status).toBe(201);
    return { id: body.id, as };
  };
  const signIn = (as: string, more: object = {}) =>
    newBrowser(url).call('POST', '/session', { email: as, password, ...more });

  it('P4: is set up with a secret shown once and a first code, kept encrypted, and asked for from then on', async () => {
    const { id, as } = await add();
    const browser = newBrowser(url);
    await browser.call('POST', '/session', { email: as, password });
    const started = await browser.call('POST', '/me/second-factor');
    expect(started.body.secret).toMatch(/^[A-Z2-7]{32}$/);
    const uri = new URL(started.body.uri);
    expect([uri.protocol, uri.host, uri.searchParams.get('secret')]).toEqual(['otpauth:', 'totp', started.body.secret]);
    expect(decodeURIComponent(uri.pathname)).toBe(`/Keybook (Nordwind IT):${as}`);
    expect((await signIn(as)).status).toBe(201);
    const wrong = await browser.call('POST', '/me/second-factor/confirmation', { code: '000000' });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'wrong_code']);
    const code = totp(started.body.secret, world.clock.now());
    const confirmed = await browser.call('POST', '/me/second-factor/confirmation', { code });
    expect(confirmed.status).toBe(200);
    const status = await browser.call('GET', '/me/second-factor');
    expect(status.body).toEqual({
      enrolledAt: world.clock.now().toISOString(),
      recoveryCodesLeft: 10,
      required: false,
    });
    const again = await browser.call('POST', '/me/second-factor');
    expect([again.status, again.body.code]).toEqual([409, 'second_factor_known']);
    const [row] = await world.database.read.selectFrom('second_factor').selectAll().where('user_id', '=', id).execute();
    expect(row?.secret).toMatch(/^v2\./);
    expect(JSON.stringify(row)).not.toContain(started.body.secret);
    expect(await recorded(world, id)).toContain('user.secondFactorAdded');
  });

  it('P4: signs in in two steps or in one request; without the right password nobody learns that there is one', async () => {
    const { as } = await add();
    const { secret } = await enrol(world, newBrowser(url), as);
    turn(world, 60);
    const first = await signIn(as);
    expect([first.status, first.body.code, first.headers.get('set-cookie')]).toEqual([
      401,
      'second_factor_needed',
      null,
    ]);
    const code = totp(secret, world.clock.now());
    expect((await signIn(as, { password: 'wrong password', code })).body.code).toBe('wrong_credentials');
    expect((await signIn(as, { code: `${code.slice(0, 3)} ${code.slice(3)}` })).status).toBe(201);
  });

  it('security 8: a code is good once, one step early or late, by the clock of the server', async () => {
    const { as } = await add();
    const { secret } = await enrol(world, newBrowser(url), as);
    turn(world, 300);
    const at = (seconds: number) => totp(secret, new Date(world.clock.now().getTime() + seconds * 1000));
    for (const far of [-60, 60, 3600])
      expect((await signIn(as, { code: at(far) })).body.code, `${far}`).toBe('wrong_code');
    const early = at(-30);
    const now = at(0);
    const late = at(30);
    expect((await signIn(as, { code: early })).status).toBe(201);
    expect((await signIn(as, { code: early })).body.code).toBe('wrong_code');
    expect((await signIn(as, { code: now })).status).toBe(201);
    expect((await signIn(as, { code: late })).status).toBe(201);
    for (const old of [early, now, late]) expect((await signIn(as, { code: old })).body.code).toBe('wrong_code');
  });

  it('security 8: the same code sent many times at once opens one session', async () => {
    const { as } = await add();
    const { secret } = await enrol(world, newBrowser(url), as);
    turn(world, 60);
    const code = totp(secret, world.clock.now());
    const answers = await Promise.all(Array.from({ length: 4 }, () => signIn(as, { code })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401]);
  });

  it('security 6: guessing at codes is slowed down like guessing at passwords', async () => {
    const { id, as } = await add();
    const { secret } = await enrol(world, newBrowser(url), as);
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess += 1) statuses.push((await signIn(as, { code: `00000${guess}` })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await recorded(world, id)).filter((action) => action === 'session.refused')).toHaveLength(1);
    turn(world, 60);
    expect((await signIn(as, { code: totp(secret, world.clock.now()) })).status).toBe(201);
  });

  it('P4, security 8: ten recovery codes, each good once, kept as hashes, made anew after a confirmation', async () => {
    const { id, as } = await add();
    const browser = newBrowser(url);
    const { secret, codes } = await enrol(world, browser, as);
    expect(codes).toHaveLength(10);
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}$/);
    const rows = await world.database.read.selectFrom('recovery_code').selectAll().where('user_id', '=', id).execute();
    expect(rows).toHaveLength(10);
    expect(JSON.stringify(rows)).not.toContain(codes[0]?.slice(0, 9));
    const [first = '', second = ''] = codes;
    expect((await signIn(as, { recoveryCode: first })).status).toBe(201);
    expect((await signIn(as, { recoveryCode: first })).body.code).toBe('wrong_code');
    const typed = second.toLowerCase().replaceAll('-', ' ');
    expect((await signIn(as, { recoveryCode: typed })).status).toBe(201);
    expect((await browser.call('GET', '/me/second-factor')).body.recoveryCodesLeft).toBe(8);

    turn(world, 660);
    expect((await browser.call('POST', '/me/recovery-codes')).body.code).toBe('confirmation_needed');
    const onlyPassword = await browser.call('POST', '/session/confirmation', { password });
    expect([onlyPassword.status, onlyPassword.body.code]).toEqual([401, 'second_factor_needed']);
    const code = totp(secret, world.clock.now());
    expect((await browser.call('POST', '/session/confirmation', { code })).body.code).toBe('wrong_credentials');
    expect((await browser.call('POST', '/session/confirmation', { password, code })).status).toBe(204);
    const renewed = await browser.call('POST', '/me/recovery-codes');
    expect(renewed.status).toBe(201);
    expect((await signIn(as, { recoveryCode: codes[2] })).body.code).toBe('wrong_code');
    expect((await signIn(as, { recoveryCode: renewed.body.recoveryCodes[2] })).status).toBe(201);
    expect(await recorded(world, id)).toContain('user.recoveryCodesMade');
  });

  it('security 14, 17: setting it up or removing it ends the other sessions and gives this one a new token', async () => {
    const { as } = await add();
    const [here, there] = [newBrowser(url), newBrowser(url)];
    await there.call('POST', '/session', { email: as, password });
    await here.call('POST', '/session', { email: as, password });
    const before = here.cookie();
    const { secret } = await setUpFactor(world, here);
    expect(here.cookie()).not.toBe(before);
    expect((await newBrowser(url).call('GET', '/me', undefined, { cookie: before })).status).toBe(401);
    expect([(await here.call('GET', '/me')).status, (await there.call('GET', '/me')).status]).toEqual([200, 401]);
    turn(world, 60);
    await there.call('POST', '/session', { email: as, password, code: totp(secret, world.clock.now()) });
    expect((await here.call('DELETE', '/me/second-factor')).status).toBe(204);
    expect([(await here.call('GET', '/me')).status, (await there.call('GET', '/me')).status]).toEqual([200, 401]);
    expect((await signIn(as)).status).toBe(201);
    expect((await here.call('DELETE', '/me/second-factor')).body.code).toBe('no_second_factor');
  });

  it('P4: an administrator takes the lost second factor of somebody else away; it is recorded and ends the sessions', async () => {
    const { id, as } = await add();
    const browser = newBrowser(url);
    await enrol(world, browser, as);
    expect((await ada.call('DELETE', `/users/${id}/second-factor`)).status).toBe(204);
    expect((await browser.call('GET', '/me')).status).toBe(401);
    expect((await signIn(as)).status).toBe(201);
    expect((await recorded(world, id)).filter((action) => action === 'user.secondFactorRemoved')).toHaveLength(1);
    expect((await ada.call('DELETE', `/users/${id}/second-factor`)).body.code).toBe('no_second_factor');
    expect((await ada.call('DELETE', `/users/${world.adminId}/second-factor`)).status).toBe(403);
    const technician = newBrowser(url);
    await technician.call('POST', '/session', { email: as, password });
    expect((await technician.call('DELETE', `/users/${world.adminId}/second-factor`)).status).toBe(403);
  });

  it('security 29: a token neither sets up nor removes a second factor', async () => {
    for (const [method, path] of [
      ['POST', '/me/second-factor'],
      ['DELETE', '/me/second-factor'],
      ['POST', '/me/recovery-codes'],
    ] as const)
      expect((await world.admin(method, path)).status).toBe(403);
  });
});

describe.each(engines)('a new data key on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);

  it('P4, security 57: the secrets of second factors are encrypted anew, and their codes stay good', async () => {
    const browser = newBrowser(url);
    const { secret } = await enrol(world, browser, email, adminPassword);
    const stored = () => world.database.read.selectFrom('second_factor').select('secret').executeTakeFirstOrThrow();
    const before = (await stored()).secret;
    await rotateKeys(world.app, { index: true, keepMaster: false, progress: () => undefined });
    expect((await stored()).secret.split('.')[1]).not.toBe(before.split('.')[1]);
    const { config, database, log, clock } = world.app;
    const http = new Hono();
    httpApi(await openApp({ config, database, log, clock }), routes, http);
    const again = await listenFor({ http });
    turn(world, 60);
    const code = totp(secret, world.clock.now());
    const answer = await newBrowser(again.url).call('POST', '/session', { email, password: adminPassword, code });
    expect(answer.status).toBe(201);
  });
});

describe.each(engines)('a second factor for everybody on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const ada = newBrowser(url);
  await ada.call('POST', '/session', { email, password: adminPassword });
  const tom = newBrowser(url);
  await ada.call('POST', '/users', { name: 'Tom', email: 'tom@x.example', role: 'technician', password });
  await tom.call('POST', '/session', { email: 'tom@x.example', password });

  it('P4, security 9: is off at first; turned on, it holds at the next request, and nothing but setting one up answers', async () => {
    expect((await ada.call('GET', '/settings')).body.secondFactorRequired).toBe(false);
    expect((await tom.call('GET', '/keys')).status).toBe(200);
    const on = await ada.call('PATCH', '/settings', { secondFactorRequired: true }, { 'if-match': '*' });
    expect([on.status, on.body.secondFactorRequired]).toEqual([200, true]);
    for (const browser of [ada, tom]) {
      const answers = await answersTo(browser.call, 'enrolment');
      expect(answers.size).toBeGreaterThan(70);
      expect(new Set(answers.values())).toEqual(new Set(['enrolment_needed']));
    }
    expect((await tom.call('GET', '/me/second-factor')).body).toMatchObject({ enrolledAt: null, required: true });
    const fresh = newBrowser(url);
    expect((await fresh.call('POST', '/session', { email: 'tom@x.example', password })).status).toBe(201);
    expect((await fresh.call('GET', '/keys')).body.code).toBe('enrolment_needed');
    await setUpFactor(world, tom);
    expect((await tom.call('GET', '/keys')).status).toBe(200);
    expect((await tom.call('DELETE', '/me/second-factor')).status).toBe(204);
    expect((await tom.call('GET', '/keys')).body.code).toBe('enrolment_needed');
    expect((await ada.call('DELETE', '/session')).status).toBe(204);
  });
});
