import { describe, expect, it } from 'vitest';
import { keyList } from '../../src/contract/keys.ts';
import { attributeFields } from '../harness/populated.ts';
import { seedKeys } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

/** A cursor somebody wrote by hand. */
const forged = (sort: string, values: string): string => Buffer.from(`["${sort}",${values}]`).toString('base64url');

describe.each(engines)('what a list is asked on %s', async (engine) => {
  const world = await newWorld(engine);
  await seedKeys(world, 5, (i) => ({ seats: i + 1 }));

  it('K8: a number no column can hold is a number like others', async () => {
    for (const [query, total] of [
      ['seats=999999999999', 0],
      ['seats=-999999999999,2', 1],
      ['seatsFrom=-999999999999', 5],
      ['seatsTo=999999999999', 5],
    ])
      expect([query, (await world.admin('GET', `/keys?${query}`)).body.total]).toEqual([query, total]);
    const audit = await world.admin('GET', '/audit?idx=999999999999');
    expect([audit.status, audit.body.total]).toEqual([200, 0]);
  });

  it.each([
    ['seats', '[2]'],
    ['seats', '["2","x"]'],
    ['seats', '[1e400,"x"]'],
    ['seats', '[1e30,"x"]'],
    ['seats', '[2.5,"x"]'],
    ['seats', '[null,"x"]'],
    ['seats', '[2,7]'],
    ['code', '["\\u0000","x"]'],
    ['code', '[{},"x"]'],
    ['-seats', '[2,"x"]'],
    ['seats', '{}'],
    ['seats', 'not json'],
  ])('K7: refuses a cursor that is not of the list and sort: %s %s', async (sort, values) => {
    const cursor = forged(sort, values);
    const asked = sort === 'code' ? 'code' : 'seats';
    const { status, body } = await world.admin('GET', `/keys?sort=${asked}&cursor=${cursor}`);
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '?cursor']);
  });

  it('K7: takes a cursor of every field and direction it wrote', async () => {
    for (const name of Object.keys(keyList.fields))
      for (const sort of [name, `-${name}`]) {
        const first = await world.admin('GET', `/keys?limit=2&sort=${sort}`);
        const next = await world.admin('GET', `/keys?limit=5&sort=${sort}&cursor=${first.body.nextCursor}`);
        const ids = [...first.body.items, ...next.body.items].map((key: { id: string }) => key.id);
        expect([sort, new Set(ids).size]).toEqual([sort, 5]);
      }
  });

  it('K12: an attribute that nobody defined is no field of the list', async () => {
    for (const [name] of attributeFields) expect((await world.admin('GET', `/keys?${name}=1`)).status).toBe(400);
  });
});
