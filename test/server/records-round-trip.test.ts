import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../src/domain/every-language.ts';
import { labelOf } from '../../src/domain/labels.ts';
import { customerFields } from '../../src/domain/records/customer.ts';
import { equipmentFields } from '../../src/domain/records/equipment.ts';
import { keyFields } from '../../src/domain/records/key.ts';
import { licenseFields } from '../../src/domain/records/license.ts';
import { longestOf, type PlainField, type PlainFields } from '../../src/domain/records/plain-field.ts';
import { productFields } from '../../src/domain/records/product.ts';
import { freshLicenseKey } from '../harness/arrange.ts';
import { edited, exported, sendBack } from '../harness/edit-file.ts';
import { recordedOf } from '../harness/recorded.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

const german = wordsIn('de');

type Values = Record<string, string>;
type Subject = {
  list: 'keys' | 'licenses' | 'equipment' | 'products' | 'customers';
  record: 'key' | 'license' | 'equipment' | 'product' | 'customer';
  fields: PlainFields;
  /** A body of a new record without them; each is another record. */
  body: (n: number) => Record<string, unknown>;
};

const subjects: Subject[] = [
  {
    list: 'keys',
    record: 'key',
    fields: keyFields,
    body: () => ({ licenseKey: freshLicenseKey(), keyType: 'permanent', productName: 'Round Trip' }),
  },
  { list: 'licenses', record: 'license', fields: licenseFields, body: () => ({ productName: 'Round Trip' }) },
  { list: 'equipment', record: 'equipment', fields: equipmentFields, body: (n) => ({ name: `Unit ${n}` }) },
  { list: 'products', record: 'product', fields: productFields, body: (n) => ({ name: `Product ${n}` }) },
  { list: 'customers', record: 'customer', fields: customerFields, body: (n) => ({ name: `Customer ${n}` }) },
];

/** Two values of fields that are judged by more than their kind. */
const judged: Record<string, [string, string]> = {
  currency: ['CHF', 'EUR'],
  website: ['https://a.example/1', 'https://b.example/2'],
  // Neither begins before the start.
  end: ['2027-03-01', '2027-04-01'],
};

/** Two different values of a field, in their order. */
function twoOf(name: string, { kind, ...field }: PlainField): [string, string] {
  if (judged[name]) return judged[name];
  if (kind === 'day') return ['2026-01-31', '2026-02-28'];
  const room = longestOf({ kind, ...field });
  const values: [string, string] = [`Ärmel-${name}`, `Zebra-${name}`];
  if (kind === 'lines') return [`${values[0]}\nzwei`, `${values[1]}\nzwei`];
  return [values[0].slice(0, room), values[1].slice(0, room)];
}

const valuesOf = (fields: PlainFields, which: 0 | 1): Values =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, twoOf(name, field)[which]]));

const shown = (answer: Answer['body'], fields: PlainFields): Values =>
  Object.fromEntries(Object.keys(fields).map((name) => [name, answer[name]]));

async function add(world: World, { list, body }: Subject, values: Values, n: number): Promise<Answer['body']> {
  const made = await world.admin('POST', `/${list}`, { ...body(n), ...values });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
}

async function idsOf(world: World, list: string, query: Values): Promise<string[]> {
  const { status, body } = await world.admin('GET', `/${list}?${new URLSearchParams(query)}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items.map(({ id }: { id: string }) => id);
}

describe.each(engines)('every plain field of every record on %s', async (engine) => {
  const world = await newWorld(engine);

  describe.each(subjects)('$list', async (subject) => {
    const { list, record, fields } = subject;
    const names = Object.keys(fields);
    const [first, second] = [valuesOf(fields, 0), valuesOf(fields, 1)];
    const a = await add(world, subject, first, 1);
    const b = await add(world, subject, second, 2);
    const among = { ...(list === 'products' || list === 'customers' ? { archived: 'false' } : {}) };
    const both = [a.id, b.id];
    const ours = async (query: Values) =>
      (await idsOf(world, list, { ...among, limit: '200', ...query })).filter((id) => both.includes(id));

    it('house: has two different values each', () => {
      for (const name of names) expect(first[name], name).not.toBe(second[name]);
    });

    it('house: is answered as it was written, by the verb, alone and in the list', async () => {
      expect(shown(a, fields)).toEqual(first);
      for (const [id, values] of [
        [a.id, first],
        [b.id, second],
      ] as const)
        expect(shown((await world.admin('GET', `/${list}/${id}`)).body, fields)).toEqual(values);
      const { body } = await world.admin('GET', `/${list}?${new URLSearchParams({ ...among, limit: '200' })}`);
      expect(
        shown(
          body.items.find(({ id }: { id: string }) => id === b.id),
          fields,
        ),
      ).toEqual(second);
    });

    it.each(names)('house: %s filters, sorts, groups and is found', async (name) => {
      const { kind, isUnsearched } = fields[name] as PlainField;
      const [one = '', two = ''] = [first[name], second[name]];
      const filter = (value: string) => ours({ [name]: value.replaceAll(/[\\,]/g, '\\$&') });
      expect(await filter(one)).toEqual([a.id]);
      expect(await filter(two)).toEqual([b.id]);
      expect(await ours({ sort: name })).toEqual([a.id, b.id]);
      expect(await ours({ sort: `-${name}` })).toEqual([b.id, a.id]);
      if (kind === 'day') {
        expect(await ours({ [`${name}From`]: two })).toEqual([b.id]);
        expect(await ours({ [`${name}To`]: one })).toEqual([a.id]);
      }
      const grouped = await world.admin('GET', `/${list}?${new URLSearchParams({ ...among, groupBy: name })}`);
      const isLong = kind === 'lines' || name === 'website';
      expect(grouped.status).toBe(isLong ? 400 : 200);
      if (!isLong)
        expect(grouped.body.groups.map(({ label }: { label: string }) => label)).toEqual(
          expect.arrayContaining([one, two]),
        );
      if (kind === 'day') return;
      const [word = ''] = one.split('\n');
      expect(await ours({ q: word })).toEqual(isUnsearched ? [] : [a.id]);
    });

    it('house: is changed, cleared and given back, and the log tells both values of each', async () => {
      const entries = async () => recordedOf(world, record === 'key' ? `key:${a.id}` : `${record}:${a.id}`);
      const patch = async (body: Record<string, unknown>) => {
        const answer = await world.admin('PATCH', `/${list}/${a.id}`, body, { 'if-match': '*' });
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
        return shown(answer.body, fields);
      };
      const cleared = Object.fromEntries(names.map((name) => [name, null]));
      const apart: Values = record === 'equipment' ? { serialNumber: 'S-3', assetTag: 'T-3' } : {};
      expect(await patch({ ...second, ...apart })).toEqual({ ...second, ...apart });
      expect(await patch(cleared)).toEqual(cleared);
      expect(await patch(first)).toEqual(first);
      const [created, ...updated] = await entries();
      for (const name of names) expect(created?.details[name], name).toBe(first[name]);
      const changes = updated.map(({ details }) => details.changes as Record<string, unknown>);
      for (const name of names) {
        const other = { ...second, ...apart }[name];
        expect(changes.map((change) => change[name])).toEqual([
          { old: first[name], new: other },
          { old: other, new: null },
          { old: null, new: first[name] },
        ]);
      }
    });

    it('house: stands in a file, which is the same when it comes back, and changes what was changed in it', async () => {
      const rows = (await exported(world, list, 'csv', 'de', among)).filter(
        ([id], i) => i === 0 || both.includes(id ?? ''),
      );
      const header = rows[0] ?? [];
      const labels = names.map((name) => labelOf(name as 'code', record, german));
      expect(header).toEqual(expect.arrayContaining(labels));
      const same = await sendBack(world, list, rows, 'csv');
      expect(same.body).toMatchObject({ status: 'done', rows: 2, same: 2, changed: 0 });
      const swapped = names.map((name): [string, string, string] => [
        a.id,
        labelOf(name as 'code', record, german),
        record === 'equipment' && (name === 'serialNumber' || name === 'assetTag') ? `N-${name}` : (second[name] ?? ''),
      ]);
      const changed = await sendBack(world, list, edited(rows, swapped), 'csv');
      expect(changed.body).toMatchObject({ status: 'done', same: 1, changed: 1 });
      const now = (await world.admin('GET', `/${list}/${a.id}`)).body;
      for (const [i, name] of names.entries()) expect(now[name], name).toBe(swapped[i]?.[2]);
    });
  });
});
