import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { statementMs } from '../../src/db/patience.ts';
import { insertRows, productRow } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

/** Sorted by what is worked out for each of them. */
const longList = '/products?limit=25&sort=freeKeyCount,licenseCount,keyCount,name';

describe.each(engines)('a list that is long to read, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const waits: { list: number } = statementMs;
  const { list } = waits;
  afterEach(() => {
    waits.list = list;
    vi.restoreAllMocks();
  });
  const product = async (name: string) => (await admin('POST', '/products', { name })).body;
  const rows = Array.from({ length: 60_000 }, (_, i) => productRow(world, { name: `Made ${i}` }));
  beforeAll(() => insertRows(world, 'product', rows), 120_000);

  it('S2: others read and write while it is read', async () => {
    const { id } = await product('Short');
    const done: string[] = [];
    const long = admin('GET', longList).then((answer) => {
      done.push('long');
      return answer;
    });
    for (const name of ['One', 'Two', 'Three']) {
      expect((await admin('GET', `/products/${id}`)).status).toBe(200);
      done.push('read');
      expect((await admin('POST', '/products', { name })).status).toBe(201);
      done.push('written');
    }
    expect(await long).toMatchObject({ status: 200 });
    expect(done.at(-1)).toBe('long');
  });

  it('S2: whoever has written something finds it, in page, count and group', async () => {
    for (const name of ['Zebra 1', 'Zebra 2', 'Zebra 3']) {
      const { id } = await product(name);
      const found = await admin('GET', `/products?q=${encodeURIComponent(name)}&sort=-keyCount`);
      expect([found.body.total, found.body.items[0]?.id]).toEqual([1, id]);
      const { body } = await admin('GET', `/products?name=${encodeURIComponent(name)}&groupBy=archived`);
      expect(body).toMatchObject({ total: 1, groups: [{ value: 'false', count: 1 }] });
    }
  });

  it('S2: what takes too long is ended, and says what to do; the next request is answered', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    for (const path of [longList, '/products?groupBy=keyCount']) {
      waits.list = 20;
      const { status, body } = await admin('GET', path);
      expect([status, body.code]).toEqual([503, 'took_too_long']);
      expect(body.detail).toContain('Sort by one field, take fewer filters');
      waits.list = list;
      expect((await admin('GET', path)).status).toBe(200);
    }
  });

  it('S2: the first page of all that there is, is read at once, whatever else takes long', async () => {
    waits.list = 1;
    for (const path of [
      '/keys',
      '/equipment',
      '/products',
      '/customers',
      '/licenses',
      '/audit',
      '/products?sort=-name',
    ])
      expect([path, (await admin('GET', path)).status]).toEqual([path, 200]);
  });

  it.runIf(engine === 'sqlite')('S2: a client that leaves ends what is read for it', async () => {
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${world.adminToken}` };
    const asked = world.http.request(`/api/v1${longList}`, { headers, signal: leaving.signal });
    const { status } = await admin('GET', '/me');
    leaving.abort();
    expect([status, (await asked).status]).toEqual([200, 400]);
    expect((await admin('GET', longList)).status).toBe(200);
  });
});
