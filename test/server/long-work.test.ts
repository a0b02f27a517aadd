import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { basePath } from '../../src/contract/endpoint.ts';
import { addPerson, type Credentials, type Person, send } from '../harness/actors.ts';
import { seedKeys } from '../harness/seed.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

// Hundreds of rows, many times, on a machine that may do other work.
vi.setConfig({ testTimeout: 300_000 });

/** What takes somebody's rights away in the middle of long work, and whether it ends what a session or a token began. */
type Blow = {
  what: string;
  as: 'session' | 'token';
  strike: (world: World, boss: Person, tom: Person) => Promise<unknown>;
};

const act = async (world: World, boss: Person, method: string, path: string, body?: unknown) => {
  const answer = await send(world, boss.session, { method, path, body, headers: { 'if-match': '*' } });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
};

const blows: Blow[] = [
  {
    what: 'the person is disabled',
    as: 'session',
    strike: (w, boss, { id }) => act(w, boss, 'PATCH', `/users/${id}`, { disabled: true }),
  },
  {
    what: 'the owner of the token is disabled',
    as: 'token',
    strike: (w, boss, { id }) => act(w, boss, 'PATCH', `/users/${id}`, { disabled: true }),
  },
  {
    what: 'the role is lowered',
    as: 'session',
    strike: (w, boss, { id }) => act(w, boss, 'PATCH', `/users/${id}`, { role: 'auditor' }),
  },
  {
    what: 'the customers are limited',
    as: 'token',
    strike: (w, boss, { id }) => act(w, boss, 'PATCH', `/users/${id}`, { customerIds: [w.houseId] }),
  },
  {
    what: 'the session is ended',
    as: 'session',
    strike: (w, boss, { id }) => act(w, boss, 'DELETE', `/users/${id}/sessions`),
  },
  { what: 'the token is revoked', as: 'token', strike: revoke },
];

async function revoke(world: World, boss: Person, tom: Person): Promise<void> {
  const { items } = JSON.parse((await act(world, boss, 'GET', '/tokens')).text);
  const mine = items.find(({ owner }: { owner: { id: string } }) => owner.id === tom.id);
  await act(world, boss, 'DELETE', `/tokens/${mine.id}`);
}

function keysFile(count: number, mark: string): string {
  const rows = Array.from(
    { length: count },
    (_, i) => `${mark}-${String(i).padStart(5, '0')}-QWERT-YUIOP,Product ${mark}`,
  );
  return `key,product\n${rows.join('\n')}\n`;
}

describe.each(engines)('an import that goes on after its request on %s', async (engine) => {
  const world = await newWorld(engine, {}, { importSizes: { atOnce: 500, part: 100 } });
  const boss = await addPerson(world, { role: 'administrator', scope: 'all' });
  const start = async (credentials: Credentials, content: string): Promise<string> => {
    const body = new FormData();
    body.set('file', new File([content], 'keys.csv'));
    body.set('kind', 'keys');
    const headers = { prefer: 'respond-async' };
    return JSON.parse((await send(world, credentials, { method: 'POST', path: '/imports', body, headers })).text).id;
  };
  // biome-ignore lint/suspicious/noExplicitAny: what the import says of itself; a wrong guess fails the assertion
  const until = async (id: string, isThere: (body: any) => boolean): Promise<any> => {
    for (;;) {
      await setImmediate();
      const { body } = await world.admin('GET', `/imports/${id}`);
      if (isThere(body)) return body;
    }
  };

  it.each(blows)('S9: stops between two parts when $what, and says why', async ({ what, as, strike }) => {
    const tom = await addPerson(world, { role: 'administrator', scope: 'all' });
    const mark = `P${blows.findIndex((blow) => blow.what === what)}`;
    const id = await start(tom[as], keysFile(1000, mark));
    await until(id, ({ done }) => done > 0);
    await strike(world, boss, tom);
    const ended = await until(id, ({ status }) => status !== 'running');
    expect(ended.done).toBeLessThan(1000);
    expect(ended.done % 100).toBe(0);
    expect(ended).toMatchObject({ status: 'stopped', rows: 1000, cause: { code: 'no_longer_allowed' } });
    expect(ended.detail).toContain('may not do it any more');
    const { body } = await world.admin('GET', '/audit?action=import.completed&sort=-idx&limit=1');
    expect(body.items[0].details).toMatchObject({ status: 'stopped', done: ended.done });
  });

  it('S9: goes on when nothing is taken away', async () => {
    const tom = await addPerson(world, { role: 'administrator', scope: 'all' });
    const id = await start(tom.session, keysFile(600, 'WELL'));
    await until(id, ({ done }) => done > 0);
    await act(world, boss, 'PATCH', `/users/${tom.id}`, { name: 'Tom Renamed' });
    expect(await until(id, ({ status }) => status !== 'running')).toMatchObject({ status: 'done', done: 600 });
  });
});

describe.each(engines)('a file that is being sent on %s', async (engine) => {
  const world = await newWorld(engine);
  const boss = await addPerson(world, { role: 'administrator', scope: 'all' });
  beforeAll(() => seedKeys(world, 2500, (i) => ({ remarks: `Order ${i}` })));

  /** Reads a file up to its first piece, then `strike`, then as far as it comes; answers whether it came whole. */
  const isWhole = async (
    request: { method: string; path: string; body?: string },
    credentials: Credentials,
    strike: () => Promise<unknown>,
  ) => {
    const { method, path, body } = request;
    const response = await world.http.request(basePath + path, {
      method,
      headers: { ...credentials, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body }),
    });
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    await reader?.read();
    await strike();
    for (;;) {
      const next = await reader?.read().catch(() => undefined);
      if (next === undefined) return false;
      if (next.done) return true;
    }
  };
  const list = { method: 'GET', path: '/keys/export' };
  const texts = { method: 'POST', path: '/keys/export', body: JSON.stringify({ reason: 'Move' }) };

  it.each(blows)('S9: breaks off when $what', async ({ as, strike }) => {
    const tom = await addPerson(world, { role: 'administrator', scope: 'all' });
    expect(await isWhole(list, tom[as], () => strike(world, boss, tom))).toBe(false);
  });

  it('S9: with license keys breaks off when the session is ended; nothing taken away, it comes whole', async () => {
    const tom = await addPerson(world, { role: 'administrator', scope: 'all' });
    expect(await isWhole(texts, tom.session, async () => undefined)).toBe(true);
    const end = () => act(world, boss, 'DELETE', `/users/${tom.id}/sessions`);
    expect(await isWhole(texts, tom.session, end)).toBe(false);
  });
});
