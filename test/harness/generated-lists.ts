import { beforeAll, describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { isGroupable, type ListField, type ListSpec, rangeKinds } from '../../src/contract/list.ts';
import { foldText } from '../../src/domain/fold.ts';
import { routes } from '../../src/server/routes.ts';
import { bytes, type Cell, groupsOf, isAmong, isWithin, orderOf } from './plain-list.ts';
import { cellOf, type PlainList, plainLists } from './plain-rows.ts';
import { attributeFields, populate } from './populated.ts';
import { seededRandom } from './random.ts';
import { type Answer, type Call, type EngineName, engines, newWorld } from './world.ts';

type Item = Answer['body'];
type Term = { name: string; descending: boolean };

/** One list: how it is asked, what a plain loop knows of it, and all its rows. */
type Subject = {
  fields: Map<string, ListField>;
  defaultSort: Term[];
  plain: PlainList;
  get: (query: Record<string, string>) => Promise<Answer['body']>;
  rows: Item[];
  cells: Map<string, Cell[]>;
  orders: Map<string, (string | number)[]>;
  /** The places of all rows, sorted, by the terms they are sorted by. */
  sorted: Map<string, number[]>;
};

const timeZone = 'Europe/Berlin';

/** So few that every list has pages in its middle; each row asked for costs its share. */
const pageSize = 15;

/** Every list of the contract that has a route; a file of a list is the same list. */
const lists = allEndpoints.flatMap(({ method, path, list }) =>
  list && !list.isWhole && routes.some(({ endpoint }) => endpoint.path === path && endpoint.method === method)
    ? [{ path, spec: list, names: [...fieldsOf(list).keys()] }]
    : [],
);

function fieldsOf(spec: ListSpec): Map<string, ListField> {
  return new Map([...Object.entries(spec.fields), ...(spec.attributes ? attributeFields : [])]);
}

function termsOf(sort: string): Term[] {
  return sort.split(',').map((term) => ({ name: term.replace(/^-/, ''), descending: term.startsWith('-') }));
}

function subjectOf(call: Call, path: string, spec: ListSpec, plain: PlainList | undefined): Subject {
  if (!plain) throw new Error(`the test must learn how ${path} is searched: see plainLists`);
  const get = async (query: Record<string, string>) => {
    const { status, body } = await call('GET', `${path}?${new URLSearchParams({ ...plain.everything, ...query })}`);
    if (status !== 200) throw new Error(`${path} ${JSON.stringify(query)}: ${JSON.stringify(body)}`);
    return body;
  };
  return {
    fields: fieldsOf(spec),
    defaultSort: termsOf(spec.defaultSort),
    plain,
    get,
    rows: [],
    cells: new Map(),
    orders: new Map(),
    sorted: new Map(),
  };
}

function idOf({ plain }: Subject, item: Item): string | number {
  return plain.idOf ? plain.idOf(item) : item.id;
}

function fieldNamed({ fields }: Subject, name: string): ListField {
  const field = fields.get(name);
  if (!field) throw new Error(`there is no field ${name}`);
  return field;
}

/** The field's cells of all rows, in the order of the rows. */
function cellsOf(subject: Subject, name: string): Cell[] {
  const known = subject.cells.get(name);
  if (known) return known;
  const cells = subject.rows.map((item) => cellOf(subject.plain, name, fieldNamed(subject, name), item));
  subject.cells.set(name, cells);
  return cells;
}

/** What each row is sorted by in a field, or by its id where none is named. */
function ordersOf(subject: Subject, name: string): (string | number)[] {
  const known = subject.orders.get(name);
  if (known) return known;
  const orders =
    name === ''
      ? subject.rows.map((item) => idOf(subject, item)).map((id) => (typeof id === 'number' ? id : bytes(id)))
      : cellsOf(subject, name).map((cell) => orderOf(fieldNamed(subject, name), cell));
  subject.orders.set(name, orders);
  return orders;
}

/** The places of all rows in the order of the terms: a plain sort, once for the same terms. */
function sortedPlaces(subject: Subject, terms: Term[]): number[] {
  const key = JSON.stringify(terms);
  const known = subject.sorted.get(key);
  if (known) return known;
  const columns = [...terms.map(({ name }) => name), ''].map((name) => ordersOf(subject, name));
  const signs = [...terms, terms.at(-1)].map((term) => (term?.descending ? -1 : 1));
  const places = [...subject.rows.keys()];
  places.sort((a, b) => {
    for (const [term, orders] of columns.entries()) {
      const [x = '', y = ''] = [orders[a], orders[b]];
      if (x !== y) return (x < y ? -1 : 1) * (signs[term] ?? 1);
    }
    return 0;
  });
  subject.sorted.set(key, places);
  return places;
}

/** The ids of the rows for which `holds`, in the order of the terms: a plain loop. */
function plainIds(subject: Subject, terms: Term[], holds: (item: Item, i: number) => boolean): (string | number)[] {
  const places = sortedPlaces(subject, terms).filter((i) => holds(subject.rows[i], i));
  return places.map((i) => idOf(subject, subject.rows[i]));
}

/** Asks for a page and compares it, and the count, with the plain loop's ids; answers where the page ends. */
async function expectPage(
  subject: Subject,
  query: Record<string, string>,
  ids: (string | number)[],
): Promise<string | null> {
  const { items, total, nextCursor } = await subject.get({ limit: String(pageSize), ...query });
  const offset = Number(query.offset ?? 0);
  const page = items.map((item: Item) => idOf(subject, item));
  const expected = ids.slice(offset, offset + pageSize);
  expect({ query, total, page }).toEqual({ query, total: ids.length, page: expected });
  return nextCursor;
}

async function readAll(subject: Subject, next: (items: Item[], cursor: string) => Record<string, string>) {
  const items: Item[] = [];
  for (let query: Record<string, string> = {}; ; ) {
    const page = await subject.get({ limit: '200', ...query });
    items.push(...page.items);
    if (page.nextCursor === null) return { items, total: page.total };
    query = next(items, page.nextCursor);
  }
}

const randomFor = (text: string) => seededRandom([...text].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7));

/** Some values that occur in a field, as texts of a query; other spellings that fold alike among them. */
function sampled(subject: Subject, name: string, count: number): string[] {
  const random = randomFor(name);
  const { kind } = fieldNamed(subject, name);
  const values = cellsOf(subject, name).flatMap(({ value, among }) => among ?? [value]);
  const texts = [...new Set(values.filter((value) => value !== null && value !== '').map(String))];
  const isExact = cellsOf(subject, name).some((cell) => cell.isExact);
  return Array.from({ length: Math.min(count, texts.length) }, () => {
    const text = random.pick(texts);
    const upper = text.toUpperCase();
    return kind === 'text' && !isExact && foldText(upper) === foldText(text) ? upper : text;
  });
}

const listed = (values: string[]): string => values.map((value) => value.replaceAll(/[\\,]/g, '\\$&')).join(',');

/** Parts of texts that occur in items, one to four characters long, and what is special to a search. */
function sampledSearches(subject: Subject, seed: string): string[] {
  const random = randomFor(seed);
  const parts = Array.from({ length: 12 }, (_, i) => {
    const texts = Object.values(random.pick(subject.rows)).filter((text) => typeof text === 'string');
    const text = [...foldText(random.pick(texts.length > 0 ? texts : ['x']))];
    const from = i % 2 === 0 ? 0 : random.below(Math.max(1, text.length - 2));
    return text.slice(from, from + 1 + (i % 4)).join('');
  });
  const masks = [1, 2, 3].flatMap(() => {
    const item = random.pick(subject.rows);
    const tail = [...String(item.maskedKey ?? item.key?.maskedKey ?? '').matchAll(/[\p{L}\p{N}]/gu)].join('');
    return [tail, tail.slice(1), tail.toLowerCase()];
  });
  const special = ['%', '_', '50%', 'r_s', 'berg, a', '\\', 'ck\\s', "'", 'ß', 'SS', 'ÄRZ', '中', '😀', 'zz top'];
  return [...new Set([...parts, ...masks, ...special])].filter((q) => foldText(q) !== '');
}

/** Asks every list of the contract, on both engines, for every filter, order and group, and compares with a plain loop. */
export function testLists(keyCount: number): void {
  describe.each(engines)(`lists of ${keyCount} rows on %s`, (engine) => testListsOn(engine, keyCount));
}

async function testListsOn(engine: EngineName, keyCount: number): Promise<void> {
  const world = await newWorld(engine);
  const populated = await populate(world, keyCount);
  await world.admin('POST', '/expiry-runs');
  const known = plainLists(world, populated);

  describe.each(lists)('$path', ({ path, spec, names }) => {
    const subject = subjectOf(world.admin, path, spec, known[path]);

    beforeAll(async () => {
      const { items } = await readAll(subject, (_, cursor) => ({ cursor }));
      subject.rows = items;
    });

    it('K7: is read whole by cursor, and the same by offset', async () => {
      const byOffset = await readAll(subject, (items) => ({ offset: String(items.length) }));
      expect(byOffset.items).toEqual(subject.rows);
      expect(byOffset.total).toBe(subject.rows.length);
      expect(new Set(subject.rows.map((item) => idOf(subject, item))).size).toBe(subject.rows.length);
      expect(subject.rows.length).toBe(subject.plain.size(subject.rows.length));
    });

    it.each(names)('K8: filters by %s, by one value, by several and by none', async (name) => {
      const [one, ...more] = sampled(subject, name, 4);
      const given = one === undefined ? [['']] : [[one], [one, ...more], [''], [one, '']];
      if (one && fieldNamed(subject, name).kind === 'moment') given.push([one.slice(0, 10), ...more]);
      for (const values of given) {
        const cells = cellsOf(subject, name);
        const ids = plainIds(subject, subject.defaultSort, (_, i) =>
          isAmong(fieldNamed(subject, name), cells[i] ?? { value: null }, timeZone, values),
        );
        await expectPage(subject, { [name]: listed(values) }, ids);
      }
    });

    it.each(names.filter((name) => rangeKinds.includes(fieldsOf(spec).get(name)?.kind ?? '')))(
      'K8: takes a range of %s',
      async (name) => {
        const field = fieldNamed(subject, name);
        const sort = field.kind === 'int' || field.kind === 'number' ? (a: string, b: string) => +a - +b : undefined;
        const [from, to = from] = sampled(subject, name, 2).sort(sort);
        if (from === undefined || to === undefined) return;
        const bounds: { from?: string; to?: string }[] = [{ from }, { to }, { from, to }, { from: to, to: from }];
        if (field.kind === 'moment')
          bounds.push({ from: from.slice(0, 10), to: to.slice(0, 10) }, { to: to.slice(0, 10) });
        for (const bound of bounds) {
          const cells = cellsOf(subject, name);
          const ids = plainIds(subject, subject.defaultSort, (_, i) =>
            isWithin(field, cells[i] ?? { value: null }, timeZone, bound.from, bound.to),
          );
          const query = {
            ...(bound.from !== undefined && { [`${name}From`]: bound.from }),
            ...(bound.to !== undefined && { [`${name}To`]: bound.to }),
          };
          await expectPage(subject, query, ids);
        }
      },
    );

    it.each(names.flatMap((name) => [name, `-${name}`]))('K7: sorts by %s', async (sort) => {
      const random = randomFor(sort);
      const anywhere = () => random.below(subject.rows.length);
      const theOtherEnd = sort.startsWith('-') ? 0 : Math.max(0, subject.rows.length - pageSize - 3);
      const second = `${random.chance(0.5) ? '-' : ''}${random.pick(names)}`;
      const pages = [
        { sort, offset: theOtherEnd },
        { sort: `${sort},${second}`, offset: anywhere() },
      ];
      for (const { sort, offset } of pages) {
        const ids = plainIds(subject, termsOf(sort), () => true);
        const query = { sort, limit: String(pageSize) };
        const cursor = await expectPage(subject, { ...query, offset: String(offset) }, ids);
        if (cursor === null) continue;
        const { items } = await subject.get({ ...query, cursor });
        const after = items.map((item: Item) => idOf(subject, item));
        expect(after).toEqual(ids.slice(offset + pageSize, offset + 2 * pageSize));
      }
    });

    it.each(names.filter((name) => isGroupable(fieldNamed(subject, name))))(
      'K8: groups by %s, with counts',
      async (name) => {
        const field = fieldNamed(subject, name);
        const { groups, total, moreGroups = false } = await subject.get({ groupBy: name });
        const expected = [...groupsOf(field, cellsOf(subject, name)).values()];
        const byValue = (a: { value: unknown }, b: { value: unknown }) =>
          bytes(String(a.value)) < bytes(String(b.value)) ? -1 : 1;
        const answered = new Set(groups.map(({ value }: { value: unknown }) => String(value)));
        const isAnswered = ({ value }: { value: unknown }) => answered.has(String(value));
        // Of more than a thousand the largest are answered, and that there are more (S12).
        expect(groups.toSorted(byValue)).toEqual(expected.filter(isAnswered).toSorted(byValue));
        const leftOut = expected.filter((group) => !isAnswered(group));
        expect(moreGroups).toBe(leftOut.length > 0);
        if (moreGroups) expect(groups.length).toBe(1000);
        const smallest = Math.min(...groups.map(({ count }: { count: number }) => count));
        for (const { count } of leftOut) expect(count).toBeLessThanOrEqual(smallest);
        expect(total).toBe(subject.rows.length);
        const ranks = groups.map((group: { value: Cell['value']; label: string }) =>
          orderOf(field.kind === 'id' ? { kind: 'text', says: '' } : field, {
            value:
              field.kind === 'id'
                ? group.label
                : field.kind === 'boolean' && group.value !== null
                  ? group.value === 'true'
                  : group.value,
          }),
        );
        for (const [i, rank] of ranks.entries()) if (i > 0) expect(rank >= ranks[i - 1]).toBe(true);
      },
    );

    it('K8: searches by any part of the texts, under three letters by how they begin', async () => {
      for (const q of sampledSearches(subject, path)) {
        const ids = plainIds(subject, subject.defaultSort, (item) => subject.plain.isFound(item, q));
        await expectPage(subject, { q }, ids);
      }
    });

    it('K8: combines filters, a search, a sort and groups', async () => {
      const random = randomFor(path);
      for (let round = 0; round < 8; round += 1) {
        const [a, b] = [random.pick(names), random.pick(names)];
        if (a === b) continue;
        const given = new Map([a, b].map((name) => [name, [...sampled(subject, name, 3), '']]));
        const q = random.chance(0.5) ? random.pick(sampledSearches(subject, path)) : '';
        const sort = `-${random.pick(names)}`;
        const holds = (item: Item, i: number): boolean =>
          [...given].every(([name, values]) =>
            isAmong(fieldNamed(subject, name), cellsOf(subject, name)[i] ?? { value: null }, timeZone, values),
          ) &&
          (q === '' || subject.plain.isFound(item, q));
        const filters = Object.fromEntries([...given].map(([name, values]) => [name, listed(values)]));
        await expectPage(subject, { ...filters, q, sort }, plainIds(subject, termsOf(sort), holds));
        if (!isGroupable(fieldNamed(subject, a))) continue;
        const { groups } = await subject.get({ ...filters, q, groupBy: a });
        const cells = cellsOf(subject, a).filter((_, i) => holds(subject.rows[i], i));
        expect(groups).toHaveLength(groupsOf(fieldNamed(subject, a), cells).size);
      }
    });
  });
}
