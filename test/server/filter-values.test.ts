import { beforeAll, describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { isGroupable } from '../../src/contract/list.ts';
import { recordTypes } from '../../src/domain/attributes.ts';
import { addPerson, send } from '../harness/actors.ts';
import { addKey } from '../harness/arrange.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

/** What is special to an address, to a list of values, to SQL or to folding. */
const texts = [
  'Berg, Anna',
  'Berg',
  'Anna',
  'Suite,Pro',
  ', first',
  'last ,',
  ',',
  '\\',
  'C:\\temp',
  '\\\\server\\share',
  'a\\,b',
  'ends\\',
  '"quoted"',
  "O'Neil",
  '50 % off',
  '100%_x',
  'a&b=c+d#e',
  'Straße, Köln',
  'MÜLLER',
  'müller',
  '  blanks  inside ',
  '中文，逗号',
];

const attributes = [
  { name: 'note', kind: 'text' },
  { name: 'color', kind: 'choice', choices: texts.map((text) => text.trim()).filter((text) => text !== 'MÜLLER') },
  { name: 'weight', kind: 'number' },
  { name: 'leased', kind: 'boolean' },
  { name: 'checked', kind: 'date' },
];

/** The lists of the contract, with their fields; those that answer all at once take no groups. */
const lists = allEndpoints.flatMap(({ method, path, list }) =>
  method === 'GET' && list && !list.isWhole && !path.includes('{') && !path.endsWith('/export') ? [{ path, list }] : [],
);

/** A value in the form the documentation gives. */
const written = (value: string): string => value.replaceAll(/[\\,]/g, '\\$&');

async function made(world: World, path: string, body: object): Promise<Answer['body']> {
  const answer = await world.admin('POST', path, body);
  if (answer.status !== 201) throw new Error(`${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Every text in every free field of every list, beside records with nothing in them. */
async function fill(world: World): Promise<void> {
  for (const recordType of recordTypes)
    for (const { name, ...more } of attributes)
      await made(world, '/attributes', { recordType, name, labelEn: `${name} en`, labelDe: `${name} de`, ...more });
  for (const [i, text] of texts.entries()) await fillOne(world, text, i);
  const { id: customerId } = await made(world, '/customers', { name: 'Bare' });
  const { id: productId } = await made(world, '/products', { name: 'Bare' });
  await made(world, '/licenses', { productId, customerId, quantity: 1 });
  await made(world, '/equipment', { name: 'Bare' });
  await addKey(world, { productId });
}

async function fillOne(world: World, text: string, i: number): Promise<void> {
  const own = { name: `${text} ${i}`, code: text, manufacturer: text, remarks: text };
  const choice = text === 'MÜLLER' ? 'müller' : text.trim();
  const values = { note: text, color: choice, weight: i / 8 - 1, leased: i % 2 === 0, checked: `2026-03-${10 + i}` };
  const { id: customerId } = await made(world, '/customers', { name: own.name, number: text, contact: text });
  const { id: productId } = await made(world, '/products', {
    name: own.name,
    code: text,
    manufacturer: text,
    website: `https://example.org/${i},x`,
  });
  const license = { supplier: text, orderNumber: text, invoiceNumber: text, costCenter: text, barcode: text };
  const { id: licenseId } = await made(world, '/licenses', {
    productId,
    customerId,
    quantity: i,
    cost: i * 12.5,
    currency: 'EUR',
    termsOfUse: text,
    remarks: text,
    attributes: values,
    ...license,
  });
  const unit = { ...own, customerId, serialNumber: `${text} ${i}`, assetTag: text, type: text, model: text };
  const { id: equipmentId } = await made(world, '/equipment', { ...unit, location: text, attributes: values });
  const key = { productId, customerId, licenseId, code: text, serialNumber: text, remarks: text, attributes: values };
  const { id } = await addKey(world, { ...key, seats: 3, termsOfUse: text });
  await made(world, `/keys/${id}/assignments`, { userName: text, remarks: text });
  await made(world, `/keys/${id}/assignments`, { equipmentId, userName: texts[(i + 5) % texts.length] });
}

describe.each(engines)('values of filters on %s', async (engine) => {
  const world = await newWorld(engine);
  beforeAll(() => fill(world));

  it.each(lists)(
    'S21: each group of $path, used as a filter, finds the rows that were counted',
    async ({ path, list }) => {
      const names = Object.entries(list.fields)
        .filter(([, field]) => isGroupable(field))
        .map(([name]) => name);
      if (list.attributes) names.push(...attributes.map(({ name }) => `attributes.${name}`));
      for (const field of names) {
        const grouped = await world.admin('GET', `${path}?groupBy=${field}`);
        expect([field, grouped.status]).toEqual([field, 200]);
        for (const { value, count } of grouped.body.groups) {
          const query = new URLSearchParams({ [field]: written(String(value ?? '')), limit: '1' });
          const { status, body } = await world.admin('GET', `${path}?${query}`);
          expect({ field, value, status, rows: body.total }).toEqual({ field, value, status: 200, rows: count });
        }
        // Any of several values is as good as one: what one group has and what another has.
        const [a, b] = grouped.body.groups.slice(-2).map((group: { value: unknown }) => String(group.value ?? ''));
        if (b === undefined) continue;
        const query = new URLSearchParams({ [field]: `${written(a)},${written(b)}`, limit: '1', groupBy: field });
        const both = (await world.admin('GET', `${path}?${query}`)).body;
        expect([field, both.groups?.length ?? 0]).toEqual([field, expect.any(Number)]);
        expect(both.total).toBeGreaterThan(0);
      }
    },
  );

  it('S21: a view kept with a comma in a value is brought along; one that means several values is not', async () => {
    const owner = await addPerson(world, { role: 'technician', scope: 'all' });
    const ask = async (method: string, path: string, body?: object) =>
      JSON.parse((await send(world, owner.session, { method, path, body })).text);
    const queries: [list: string, before: Record<string, string>, after: Record<string, string>][] = [
      ['keys', { userName: 'Berg, Anna' }, { userName: 'Berg\\, Anna' }],
      [
        'keys',
        { userName: 'Berg, Anna', sort: '-code,seats', status: 'available,applied' },
        { userName: 'Berg\\, Anna', sort: '-code,seats', status: 'available,applied' },
      ],
      ['keys', { userName: 'Berg,Anna' }, { userName: 'Berg,Anna' }],
      ['keys', { userName: 'Berg, Anna,MÜLLER' }, { userName: 'Berg\\, Anna,MÜLLER' }],
      ['keys', { userName: 'Nobody, Here' }, { userName: 'Nobody, Here' }],
      ['keys', { userName: 'Berg\\, Anna' }, { userName: 'Berg\\, Anna' }],
      ['keys', { 'attributes.color': 'Suite,Pro' }, { 'attributes.color': 'Suite\\,Pro' }],
      ['keys', { "attributes.co'lor": 'Suite,Pro' }, { "attributes.co'lor": 'Suite,Pro' }],
      ['equipment', { location: '\\\\server\\share' }, { location: '\\\\\\\\server\\\\share' }],
      ['equipment', { location: 'C:\\temp' }, { location: 'C:\\temp' }],
      ['customers', { q: 'Berg, Anna', number: ', first' }, { q: 'Berg, Anna', number: '\\, first' }],
    ];
    const kept: string[] = [];
    for (const [i, [list, before]] of queries.entries())
      kept.push(
        (await ask('POST', '/views', { list, name: `View ${i}`, query: String(new URLSearchParams(before)) })).id,
      );
    // The step by itself, over what a version without it has written.
    const step = await import('../../src/db/migrations/0006-filter-values.ts').catch(() => undefined);
    await world.database.admin
      .transaction()
      .execute(async (tx) => step?.rewriteFilterValues(tx, world.database.fragments));
    const { items } = await ask('GET', '/views');
    for (const [i, [list, , after]] of queries.entries()) {
      const view = items.find(({ id }: { id: string }) => id === kept[i]);
      expect([i, list, Object.fromEntries(new URLSearchParams(view.query))]).toEqual([i, list, after]);
    }
  });
});
