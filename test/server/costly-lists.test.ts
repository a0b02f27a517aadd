import { sql } from 'kysely';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { listEquipment } from '../../src/contract/equipment.ts';
import type { ListSpec } from '../../src/contract/list.ts';
import { addPeriod } from '../../src/domain/day.ts';
import { newId } from '../../src/server/ids.ts';
import { takePlace } from '../../src/server/limits/request-limits.ts';
import { afterCursor, writeCursor } from '../../src/server/list/order.ts';
import { parseList } from '../../src/server/list/parse-list.ts';
import { addUnit } from '../harness/arrange.ts';
import { insertRows, unitRow } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

/** One sign of an address that is four letters when it is searched for. */
const fourfold = '\u2057';
const daysFrom = (day: string, count: number): string =>
  Array.from({ length: count }, (_, i) => addPeriod(day, `P${i + 1}D`)).join(',');

describe.each(engines)('what a list is asked that costs, on %s', async (engine) => {
  const world = await newWorld(engine);
  const ask = (path: string) => world.admin('GET', path);
  const lists = allEndpoints.filter(({ method, list, path }) => method === 'GET' && list && !path.includes('{'));
  afterEach(() => vi.restoreAllMocks());

  it('S2: a search has two hundred letters at most, as they are compared', async () => {
    for (const [q, status] of [
      ['x'.repeat(200), 200],
      [fourfold.repeat(50), 200],
      ['x'.repeat(201), 400],
      [fourfold.repeat(51), 400],
      ['ß'.repeat(101), 400],
    ] as const) {
      const answer = await ask(`/equipment?q=${encodeURIComponent(q)}`);
      expect([q, answer.status]).toEqual([q, status]);
      if (status === 400)
        expect(answer.body.errors).toMatchObject([{ pointer: '?q', code: 'too_long', params: { max: 200 } }]);
    }
  });

  it('K8: a search is found as it stands, whatever its letters mean elsewhere, short or long', async () => {
    const texts = [
      'axbxc',
      'a%b_c',
      'a.b+c*(d)[e]{f}|g^h$i?',
      '***=begins like an instruction',
      '***:(?i)another one of them',
      'C:\\temp\\a folder of a long name',
      '50 % of a very long name that goes on',
    ];
    for (const text of texts) await addUnit(world, text);
    for (const text of texts)
      for (const q of [text, text.slice(0, 20), text.slice(0, 21), text.slice(2), text.slice(0, 2)]) {
        const { body } = await ask(`/equipment?q=${encodeURIComponent(q)}&sort=createdAt`);
        const found = body.items.map(({ name }: { name: string }) => name);
        const begins = q.length < 3 ? (name: string) => name.startsWith(q) : (name: string) => name.includes(q.trim());
        expect([q, found.sort()]).toEqual([q, texts.filter(begins).sort()]);
      }
  });

  it('S2: a long search through long texts takes a moment', async () => {
    const unit = unitRow(world, { name: 'Long', remarks: fourfold.repeat(10_000) });
    const units = Array.from({ length: 60 }, () => ({ ...unit, id: newId(world.app) }));
    await insertRows(world, 'equipment', units);
    for (const q of [
      `${fourfold.repeat(49)}x`,
      `x${fourfold.repeat(49)}`,
      `${fourfold.repeat(25)}x${fourfold.repeat(24)}`,
    ]) {
      const before = process.cpuUsage();
      const { status, body } = await ask(`/equipment?limit=1&q=${encodeURIComponent(q)}`);
      expect([status, body.total]).toEqual([200, 0]);
      // Of SQLite, which works in this process; PostgreSQL ends what takes five seconds.
      expect(process.cpuUsage(before).user / 1e6).toBeLessThan(3);
    }
  });

  it('S2: a person has four pages of lists at a time, searched or sorted, and they wait for no export', async () => {
    const asked = ['', 'q=office', 'sort=userName', 'status=available'];
    const place = (query = '') =>
      takePlace(world.app, 'somebody', listEquipment, new Request(`http://127.0.0.1/?${query}`));
    const held = await Promise.all(asked.map(place));
    let isFifth = false;
    const fifth = place('sort=product').then((release) => {
      isFifth = true;
      return release;
    });
    // Somebody else has places of their own.
    (await takePlace(world.app, 'another', listEquipment, new Request('http://127.0.0.1/')))?.();
    expect(isFifth).toBe(false);
    held[0]?.();
    (await fifth)?.();
    for (const release of held.slice(1)) release?.();
    const reads = [await place('groupBy=customer'), await place('groupBy=customer')];
    for (const release of [...reads, await place()]) release?.();
  });

  it('S2: of pages that may go through all rows a person has one at a time, and others beside it', async () => {
    const place = (query = '') =>
      takePlace(world.app, 'sorting', listEquipment, new Request(`http://127.0.0.1/?${query}`));
    const long = ['sort=userName,product', 'offset=90000', `ids=${'x,'.repeat(1500)}`];
    const first = await place(long[0]);
    let done = 0;
    const further = long.map(async (query) => {
      const release = await place(query);
      done += 1;
      release?.();
    });
    (await place('sort=userName'))?.();
    expect(done).toBe(0);
    first?.();
    await Promise.all(further);
    expect(done).toBe(3);
  });

  it('S2: all filters of a list together have ten thousand characters at most', async () => {
    const [one, two] = [`ids=${'x'.repeat(6000)}`, `name=${'x'.repeat(6000)}`];
    expect((await ask(`/equipment?${one}`)).status).toBe(200);
    expect((await ask(`/equipment?${one}&${two}`)).body).toMatchObject({
      errors: [{ pointer: '?name', code: 'too_long', params: { max: 10_000 } }],
    });
  });

  it('S2: a filter has fifty days at most, in every list', async () => {
    let asked = 0;
    for (const { path, list } of lists)
      for (const [name, { kind }] of Object.entries(list?.fields ?? {})) {
        if (kind !== 'day' && kind !== 'moment') continue;
        asked += 1;
        const { status, body } = await ask(`${path}?${name}=${daysFrom('2026-01-01', 51)}`);
        expect([path, name, status, body.errors]).toMatchObject([
          path,
          name,
          400,
          [{ pointer: `?${name}`, code: 'too_many_values', params: { max: 50 } }],
        ]);
      }
    expect(asked).toBeGreaterThan(10);
  });

  it('S2: a value of a filter is asked once, however often it is given', async () => {
    const many = (value: string, times: number) => Array.from({ length: times }, () => value).join(',');
    const { status, body } = await ask(`/keys?limit=1&status=${many('revoked', 990)}`);
    expect([status, body.total]).toEqual([200, 0]);
    expect((await ask(`/keys?limit=1&status=${many('', 2000)}`)).status).toBe(200);
    const query = new URLSearchParams({ name: many('one,two', 900) });
    expect(parseList(listEquipment.list as ListSpec, query, new Map()).filters.get('name')).toEqual(['one', 'two']);
  });

  it('S2: a list is sorted by four fields at most', async () => {
    for (const { path, list } of lists) {
      const names = Object.keys(list?.fields ?? {});
      const refused = async (sort: string) => (await ask(`${path}?sort=${sort}`)).body.errors;
      expect(await refused(names.slice(0, 5).join(','))).toMatchObject([{ pointer: '?sort', code: 'too_long' }]);
    }
  });

  it('S2: where a page begins is asked of each field to sort by twice, and not once for each that comes behind it', () => {
    const terms = ['a', 'b', 'c', 'd'].map((name) => ({
      sql: sql`${sql.ref(name)}`,
      descending: false,
      is: 'text' as const,
    }));
    const sort = terms.map((_, i) => ({ field: `f${i}`, descending: false }));
    const cursor = writeCursor(sort, ['', '', '', '']);
    const query = world.database.read
      .selectFrom('settings')
      .select('id')
      .where(
        afterCursor(
          { ...parseList(listEquipment.list as ListSpec, new URLSearchParams(), new Map()), sort, cursor },
          terms,
        ),
      );
    const { sql: text } = query.compile();
    expect(['a', 'b', 'c', 'd'].map((name) => text.split(`"${name}"`).length - 1)).toEqual([2, 2, 2, 1]);
  });

  it('S2: the days of a filter are worked out once for page and count, and not anew for the next request', async () => {
    const looks = vi.spyOn(Intl.DateTimeFormat.prototype, 'formatToParts');
    const path = `/equipment?createdAt=${daysFrom('1995-01-01', 50)}`;
    expect((await ask(path)).status).toBe(200);
    expect(looks.mock.calls.length).toBeLessThan(600);
    looks.mockClear();
    expect((await ask(path)).status).toBe(200);
    expect(looks.mock.calls.length).toBeLessThan(10);
  });

  it('S2: a group of actions that is named a thousand times is asked for once', async () => {
    const often = Array.from({ length: 1300 }, () => 'other').join(',');
    const answers = [await ask('/audit?limit=1&action=other'), await ask(`/audit?limit=1&action=${often}`)];
    const [once, again] = answers.map(({ status, body }) => [status, body.total]);
    expect(again).toEqual(once);
  });
});
