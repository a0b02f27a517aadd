import { describe, expect, it } from 'vitest';
import { mostCounted } from '../../src/contract/list.ts';
import { insertRows, productRow } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('how many rows a list has, on %s', async (engine) => {
  const world = await newWorld(engine);
  const many = Array.from({ length: mostCounted + 5 }, (_, i) =>
    productRow(world, { name: `Counted ${i}`, code: i < 3 ? 'few' : `c${i}` }),
  );
  await insertRows(world, 'product', many);
  const get = async (query: string) => (await world.admin('GET', `/products?${query}`)).body;

  it('house: no more are counted than ten thousand, unless the exact number is asked for', async () => {
    expect(await get('limit=1')).toMatchObject({ total: mostCounted, moreThanTotal: true });
    expect(await get('limit=1&q=counted')).toMatchObject({ total: mostCounted, moreThanTotal: true });
    for (const query of ['limit=1&count=exact', 'limit=1&q=counted&count=exact']) {
      const exact = await get(query);
      expect([exact.total, exact.moreThanTotal]).toEqual([mostCounted + 5, undefined]);
    }
    const few = await get('code=few');
    expect([few.total, few.moreThanTotal, few.items.length]).toEqual([3, undefined, 3]);
    expect((await get('groupBy=code')).total).toBe(mostCounted + 5);
  });

  it('house: what lies behind those that were counted is there page by page, by offset and by cursor', async () => {
    const last = await get(`limit=5&offset=${mostCounted}&sort=createdAt`);
    expect([last.items.length, last.nextCursor]).toEqual([5, null]);
    const before = await get(`limit=5&offset=${mostCounted - 5}&sort=createdAt`);
    expect((await get(`limit=5&sort=createdAt&cursor=${before.nextCursor}`)).items).toEqual(last.items);
  });

  it('house: another word than exact is refused', async () => {
    const { status, body } = await world.admin('GET', '/products?count=all');
    expect([status, body.errors]).toMatchObject([400, [{ pointer: '?count', code: 'invalid' }]]);
  });
});
