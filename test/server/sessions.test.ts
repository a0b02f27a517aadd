import { describe, expect, it } from 'vitest';
import { type Browser, listenFor, newBrowser } from '../harness/real-http.ts';
import { insertRows } from '../harness/seed.ts';
import { adminPassword, engines, newWorld } from '../harness/world.ts';

const email = 'ada@nordwind.example';
const password = 'a long enough password';

describe.each(engines)('sessions over real HTTP on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const turn = (minutes: number) =>
    world.clock.set(new Date(world.clock.now().getTime() + minutes * 60_000).toISOString());
  const open = async (as = email, secret = adminPassword): Promise<Browser> => {
    const browser = newBrowser(url);
    expect((await browser.call('POST', '/session', { email: as, password: secret })).status).toBe(201);
    return browser;
  };
  const works = async (...browsers: Browser[]) =>
    Promise.all(browsers.map(async ({ call }) => (await call('GET', '/me')).status));
  let made = 0;
  const add = async (ada: Browser, role = 'technician') => {
    made += 1;
    const as = `person${made}@x.example`;
    const { body } = await ada.call('POST', '/users', { name: `Person ${made}`, email: as, role, password });
    return { id: body.id as string, as };
  };

  it('security 15: a session ends after half an hour without a request, and after twelve hours at the latest', async () => {
    const idle = await open();
    turn(29);
    expect(await works(idle)).toEqual([200]);
    turn(31);
    expect(await works(idle)).toEqual([401]);
    const busy = await open();
    for (let hour = 0; hour < 23; hour += 1) {
      turn(30);
      expect(await works(busy)).toEqual([200]);
    }
    turn(30);
    expect(await works(busy)).toEqual([401]);
  });

  it('security 17: everybody sees the own sessions and ends one, or all; another’s do not exist', async () => {
    const ada = await open();
    const { as } = await add(ada);
    const [first, second] = [await open(as, password), await open(as, password)];
    const { items, total } = (await first.call('GET', '/sessions')).body;
    expect(total).toBe(2);
    expect(items.map(({ current }: { current: boolean }) => current).sort()).toEqual([false, true]);
    expect(items[0]).toMatchObject({ address: '127.0.0.1', createdAt: world.clock.now().toISOString() });
    const other = items.find(({ current }: { current: boolean }) => !current);
    expect((await ada.call('DELETE', `/sessions/${other.id}`)).status).toBe(404);
    expect(await works(first, second)).toEqual([200, 200]);
    expect((await first.call('DELETE', `/sessions/${other.id}`)).status).toBe(204);
    expect(await works(first, second)).toEqual([200, 401]);
    const third = await open(as, password);
    const everywhere = await first.call('DELETE', '/sessions');
    expect([everywhere.status, everywhere.headers.get('clear-site-data')]).toEqual([204, '"cookies", "storage"']);
    expect(await works(third, ada)).toEqual([401, 200]);
    expect(first.cookie()).toBe('');
  });

  it('security 17: nobody has more than fifty sessions; with one more, that ends which was not used for longest', async () => {
    const ada = await open();
    const { id, as } = await add(ada);
    const here = await open(as, password);
    const now = world.clock.now();
    const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
    const others = Array.from({ length: 49 }, (_, i) => ({
      id: `${engine} ${String(i).padStart(2, '0')}`,
      token_mac: `${engine} ${i}`,
      user_id: id,
      created_at: at(-20),
      last_seen_at: at(i === 7 ? -15 : -10),
      confirmed_at: '',
      expires_at: at(600),
    }));
    await insertRows(world, 'session', others);
    const next = await open(as, password);
    expect(await works(here, next)).toEqual([200, 200]);
    const { items, total } = (await next.call('GET', '/sessions')).body;
    expect(total).toBe(50);
    expect(items.map((one: { id: string }) => one.id)).not.toContain(`${engine} 07`);
    const log = (await world.admin('GET', '/audit?action=session.opened&sort=-idx&limit=1')).body.items;
    expect(log[0].details).toMatchObject({ user: expect.any(String), sessionsEnded: 1 });
  });

  it('security 17: an administrator ends the sessions of anyone, and nobody else does', async () => {
    const ada = await open();
    const { id, as } = await add(ada);
    const tom = await open(as, password);
    expect((await tom.call('DELETE', `/users/${world.adminId}/sessions`)).status).toBe(403);
    expect((await ada.call('DELETE', `/users/${id}/sessions`)).status).toBe(204);
    expect(await works(tom, ada)).toEqual([401, 200]);
    expect((await ada.call('DELETE', '/users/nobody/sessions')).status).toBe(404);
    const rows = await world.database.read
      .selectFrom('audit_entry')
      .select('action')
      .where('subject', '=', `user:${id}`)
      .execute();
    expect(rows.map(({ action }) => action)).toContain('session.ended');
  });

  it('security 16: a disabled user’s open session and token get 401, and a role change holds, at the next request', async () => {
    const ada = await open();
    const { id, as } = await add(ada, 'administrator');
    const tom = await open(as, password);
    const token = (await tom.call('POST', '/tokens', { name: 'mine', role: 'administrator' })).body.token;
    const bearer = () => newBrowser(url).call('GET', '/users', undefined, { authorization: `Bearer ${token}` });
    expect([(await tom.call('GET', '/users')).status, (await bearer()).status]).toEqual([200, 200]);
    await ada.call('PATCH', `/users/${id}`, { role: 'technician' }, { 'if-match': '*' });
    expect([(await tom.call('GET', '/users')).status, (await bearer()).status]).toEqual([403, 403]);
    await ada.call('DELETE', `/users/${id}`, undefined, { 'if-match': '*' });
    expect([(await tom.call('GET', '/users')).status, (await bearer()).status]).toEqual([401, 401]);
    await ada.call('PATCH', `/users/${id}`, { disabled: false }, { 'if-match': '*' });
    expect((await tom.call('GET', '/me')).status).toBe(401);
  });

  it('security 4, 14, 17: changing the password takes the present one, ends the other sessions and renews this one', async () => {
    const ada = await open();
    const { id, as } = await add(ada);
    const [here, there] = [await open(as, password), await open(as, password)];
    const next = 'quite another long phrase';
    const wrong = await here.call('POST', '/me/password', { current: 'not mine at all', password: next });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'wrong_credentials']);
    expect((await here.call('POST', '/me/password', { password: next })).status).toBe(401);
    const before = here.cookie();
    expect((await here.call('POST', '/me/password', { current: password, password: next })).status).toBe(204);
    expect(await works(here, there)).toEqual([200, 401]);
    expect((await newBrowser(url).call('GET', '/me', undefined, { cookie: before })).status).toBe(401);
    expect((await newBrowser(url).call('POST', '/session', { email: as, password })).status).toBe(401);
    await open(as, next);
    const entries = await world.database.read
      .selectFrom('audit_entry')
      .select('action')
      .where('subject', '=', `user:${id}`)
      .execute();
    expect(entries.map(({ action }) => action)).toContain('user.passwordChanged');
  });

  it('security 18: a confirmation is good for ten minutes, takes the password, is slowed down, and no token can give one', async () => {
    const ada = await open();
    const { as } = await add(ada, 'administrator');
    const tom = await open(as, password);
    const write = () => tom.call('POST', '/tokens', { name: 'x', role: 'auditor' });
    expect((await write()).status).toBe(201);
    turn(11);
    expect((await write()).body.code).toBe('confirmation_needed');
    expect((await tom.call('POST', '/session/confirmation', { password })).status).toBe(204);
    expect((await write()).status).toBe(201);
    const guesses: number[] = [];
    for (let guess = 0; guess < 6; guess += 1)
      guesses.push((await tom.call('POST', '/session/confirmation', { password: `wrong ${guess}` })).status);
    expect(guesses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await world.admin('POST', '/session/confirmation', { password: adminPassword })).status).toBe(403);
  });
});

describe('limits of a session', async () => {
  const world = await newWorld('sqlite', { SESSION_IDLE_MINUTES: '5', SESSION_HOURS: '1' });

  it('security 15: both are settings', async () => {
    const open = async () => {
      const { headers } = await world.as(undefined)('POST', '/session', { email, password: adminPassword });
      const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
      return async () => (await world.as(undefined)('GET', '/me', undefined, { cookie })).status;
    };
    const start = world.clock.now().getTime();
    const at = (minutes: number) => world.clock.set(new Date(start + minutes * 60_000).toISOString());
    const idle = await open();
    at(6);
    expect(await idle()).toBe(401);
    const busy = await open();
    for (let minute = 10; minute < 66; minute += 4) {
      at(minute);
      expect(await busy()).toBe(200);
    }
    at(66);
    expect(await busy()).toBe(401);
  });
});
