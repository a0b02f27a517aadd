import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { basePath } from '../../src/contract/endpoint.ts';
import { startImport } from '../../src/contract/imports.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { operations } from '../../src/server/http/operations.ts';
import { webPages } from '../../src/server/http/web-pages.ts';
import { countAnonymous, lookingUp, takePlace } from '../../src/server/limits/request-limits.ts';
import { routes } from '../../src/server/routes.ts';
import { addPerson, send } from '../harness/actors.ts';
import { listenFor } from '../harness/real-http.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('how much one may ask on %s', async (engine) => {
  const world = await newWorld(engine, { REQUESTS_PER_MINUTE: '60', TRUSTED_PROXIES: '127.0.0.1' });
  const { url } = await listenFor(world);

  it('S19: a person who sends too many requests waits, by session and token alike, and nobody else (security 31)', async () => {
    const [busy, other] = [
      await addPerson(world, { role: 'auditor', scope: 'all' }),
      await addPerson(world, { role: 'auditor', scope: 'all' }),
    ];
    const ask = (headers: Record<string, string>) => send(world, headers, { method: 'GET', path: '/me' });
    for (let i = 0; i < 30; i += 1)
      for (const headers of [busy.session, busy.token]) expect((await ask(headers)).status).toBe(200);
    const refused = await ask(busy.token);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await ask(other.session)).status).toBe(200);
    world.clock.set(new Date(world.clock.now().getTime() + 1000).toISOString());
    expect((await ask(busy.session)).status).toBe(200);
    expect((await ask(busy.session)).status).toBe(429);
  });

  it('S19: an address without a sign-in may ask a quarter of that, wrong tokens included (security 31)', async () => {
    world.clock.addDays(1);
    const statuses: number[] = [];
    for (let i = 0; i < 16; i += 1) {
      const isPublic = i % 2 === 0;
      const headers = isPublic ? {} : { authorization: 'Bearer keybook_wrong' };
      const answer = await fetch(`${url}${basePath}/${isPublic ? 'setup' : 'keys'}`, { headers });
      statuses.push(answer.status);
      await answer.text();
    }
    expect(new Set(statuses.slice(0, 15))).toEqual(new Set([200, 401]));
    expect(statuses[15]).toBe(429);
  });

  it('S2: whose requests are is looked up for twenty of one network at a time, and nobody of another waits', async () => {
    const request = new Request('http://127.0.0.1/');
    const open: (() => void)[] = [];
    const begin = (address: string, credential: string, found?: string) =>
      lookingUp(
        world.app,
        { address, request, credential },
        () => new Promise<string | undefined>((resolve) => open.push(() => resolve(found))),
      );
    // Of somebody of our network, who was looked up before.
    const before = begin('203.0.113.9', 'good', 'Ada');
    await expect.poll(() => open.length).toBe(1);
    open[0]?.();
    await before;
    const ours = Array.from({ length: 30 }, (_, i) => begin('203.0.113.9', `made up ${i}`));
    await expect.poll(() => open.length).toBe(21);
    const others = [begin('198.51.100.9', 'of another network'), begin('203.0.113.9', 'good', 'Ada')];
    await expect.poll(() => open.length).toBe(23);
    for (const end of open.slice(-2)) end();
    await Promise.all(others);
    for (let ended = 0; ended <= 32; ended += 1) {
      await expect.poll(() => open.length > ended).toBe(true);
      open[ended]?.();
    }
    await Promise.all(ours);
  });

  it('S19: cookies of pages and tokens for the figures that open nothing are counted with those (security 31)', async () => {
    world.clock.addDays(1);
    const http = new Hono();
    operations(world.app, http);
    webPages(http, world.app);
    httpApi(world.app, routes, http);
    const whole = await listenFor({ http });
    const ask = async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(whole.url + path, { headers });
      await answer.text();
      return answer.status;
    };
    const wrong = [
      () => ask('/keys', { cookie: 'keybook=wrong' }),
      () => ask('/metrics', { authorization: 'Bearer keybook_wrong' }),
    ];
    const statuses: number[] = [];
    for (let i = 0; i < 17; i += 1) statuses.push((await wrong[i % 2]?.()) ?? 0);
    expect(statuses.slice(0, 15)).toEqual(Array.from({ length: 15 }, (_, i) => (i % 2 === 0 ? 200 : 401)));
    expect(statuses.slice(15)).toEqual([429, 429]);
    expect(await ask('/keys')).toBe(200);
  });

  /** Asks without a sign-in as another address, which a proxy that is believed names. */
  const askFrom = (address: string) =>
    world.http.request(
      `${basePath}/setup`,
      { headers: { 'x-forwarded-for': address } },
      { incoming: { socket: { remoteAddress: '127.0.0.1' } } },
    );

  it('S19: all addresses of one IPv6 network are one client (security 31)', async () => {
    world.clock.addDays(1);
    const statuses: number[] = [];
    for (let i = 0; i < 16; i += 1) statuses.push((await askFrom(`2001:db8:0:1::${i.toString(16)}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 15 }, () => 200), 429]);
    expect((await askFrom('2001:db8:0:2::1')).status).toBe(200);
  });

  it('S19: however many addresses ask, who was told to wait is not forgotten (security 31)', async () => {
    world.clock.addDays(1);
    const { session } = await addPerson(world, { role: 'auditor', scope: 'all' });
    const ask = async () => (await send(world, session, { method: 'GET', path: '/me' })).status;
    for (let i = 0; i < 60; i += 1) expect(await ask()).toBe(200);
    for (let i = 0; i < 10_001; i += 1) countAnonymous(world.app, `2001:db8:1:${i.toString(16)}::1`);
    expect(await ask()).toBe(429);
  });

  it('S19: four imports and rehearsals of all people run at once, one of each of them (security 31)', async () => {
    const taken: string[] = [];
    const asking = new Request(url);
    const take = async (person: string): Promise<() => void> => {
      const leave = await takePlace(world.app, person, startImport, asking);
      taken.push(person);
      return leave ?? (() => undefined);
    };
    const [first, ...others] = await Promise.all(['a', 'b', 'c', 'd'].map(take));
    const [again, late] = [take('a'), take('e')];
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toEqual(['a', 'b', 'c', 'd']);
    first?.();
    const leaveLate = await late;
    expect(taken.at(-1)).toBe('e');
    leaveLate();
    for (const leave of [await again, ...others]) leave();
  });

  it('S19: two exports of a person run at once, twenty wait their turn, more are refused (security 31)', async () => {
    world.clock.addDays(1);
    const { session } = await addPerson(world, { role: 'administrator', scope: 'all' });
    const start = async () => world.http.request(`${basePath}/products/export`, { headers: session });
    const held = [await start(), await start()];
    const settled: number[] = [];
    const further = Array.from({ length: 21 }, async () => {
      const answer = await start();
      settled.push(answer.status);
      await answer.text();
      return answer;
    });
    // One came last, whichever it was.
    const refused = await Promise.race(further);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    // Others of theirs are answered meanwhile.
    expect((await send(world, session, { method: 'GET', path: '/products' })).status).toBe(200);
    expect(settled).toEqual([429]);
    await held[0]?.body?.cancel();
    await held[1]?.text();
    await Promise.all(further);
    expect(settled).toEqual([429, ...Array.from({ length: 20 }, () => 200)]);
    expect((await start()).status).toBe(200);
  });

  it('S19: who asks for the head of an export alone takes no place (security 31)', async () => {
    world.clock.addDays(1);
    const { session } = await addPerson(world, { role: 'administrator', scope: 'all' });
    const ask = async (method: string) =>
      (await world.http.request(`${basePath}/products/export`, { method, headers: session })).status;
    expect([await ask('HEAD'), await ask('HEAD'), await ask('GET')]).toEqual([200, 200, 200]);
  });
});
