import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fieldFile, upload } from '../harness/upload.ts';
import { type Answer, newWorld, type World } from '../harness/world.ts';

/*
 * Lists as people and programs write them, each with what is right for it. Ours are in test/samples/field; others of the same
 * names, where a folder of sample data is beside the checkout, must come out alike.
 */
const given = join(process.env.KEYBOOK_SAMPLE_DATA ?? '', 'field');
const sources: [where: string, read: (name: string) => Buffer<ArrayBuffer>][] = [
  ['ours', fieldFile],
  ...(process.env.KEYBOOK_SAMPLE_DATA && existsSync(given)
    ? [['given', (name: string) => Buffer.from(readFileSync(join(given, name)))] as [string, typeof fieldFile]]
    : []),
];

type Expected = {
  kind?: string;
  more?: Record<string, string>;
  /** What is made; others are not. */
  created?: Record<string, number>;
  /** Lines with what is told of them. */
  told?: [line: number, code: string][];
  refused?: [line: number, code: string][];
  /** What is asked of the register afterwards. */
  after?: (list: (path: string) => Promise<Record<string, unknown>[]>, world: World) => Promise<void>;
};

const units = { create: 'customers,products,equipment' };

const files: Record<string, Expected> = {
  'c01-msp.csv': {
    created: { customer: 2, product: 3, license: 3, key: 3 },
    after: async (list) => {
      expect(await list('/licenses?sort=quantity')).toMatchObject([
        { quantity: 1, end: null, cost: 1299, currency: 'EUR', invoiceNumber: 'RE-2024-0871', costCenter: '4712' },
        { quantity: 2, end: '2027-01-14', cost: 45, supplier: 'Direkt' },
        { quantity: 5, end: '2027-03-11', cost: 89.9, supplier: 'Softhaus', keyed: 5 },
      ]);
      expect(await list('/keys?q=fragt')).toMatchObject([{ seats: 2, remarks: 'Frau Berg fragt nach' }]);
      expect(await list('/keys?customer=Nordwind%20IT')).toEqual([]);
    },
  },
  'c01b-msp.xlsx': {
    created: { customer: 1, product: 1, license: 1, key: 1 },
    after: async (list) => {
      expect(await list('/licenses')).toMatchObject([{ quantity: 5, cost: 89.9, end: '2027-03-11' }]);
    },
  },
  'c02-title.csv': {
    created: { product: 2, license: 2, key: 2 },
    told: [[1, 'above_header']],
    after: async (list) => {
      expect(await list('/keys?sort=-seats')).toMatchObject([
        { seats: 2, keyType: 'subscription', validityEnd: '2027-12-31' },
        { seats: 1, keyType: 'permanent', validityEnd: null },
      ]);
    },
  },
  'c03-two-header-rows.xlsx': { created: { product: 2, license: 2, key: 2 }, told: [[1, 'above_header']] },
  'c04-sheets.xlsx': {
    created: { product: 2, key: 2 },
    told: [
      [1, 'other_sheet'],
      [1, 'other_sheet'],
    ],
  },
  'c04b-sheets-no-cover.xlsx': { created: { product: 2, key: 2 }, told: [[1, 'other_sheet']] },
  'c05-split-key.csv': {
    created: { product: 1, key: 2 },
    told: [[1, 'key_joined']],
    after: async (list) => {
      expect((await list('/keys')).map(({ maskedKey }) => String(maskedKey).slice(-5)).toSorted()).toEqual([
        '10041',
        '10042',
      ]);
    },
  },
  'c05b-split-key-merged-head.csv': { created: { product: 1, key: 1 }, told: [[1, 'key_joined']] },
  'c06-users.csv': {
    created: { product: 2, license: 2, key: 2, assignment: 5 },
    told: [
      [2, 'several_persons'],
      [3, 'several_persons'],
    ],
    after: async (list) => {
      const names = (await list('/assignments')).map(({ userName }) => userName);
      expect(names.toSorted()).toEqual(['Anna Berg', 'Jana Wolf', 'Jonas Weiß', 'Mia Lund', 'Ole Brandt']);
    },
  },
  'c07-merged-down.xlsx': {
    created: { customer: 2, product: 2, key: 5 },
    after: async (list) => {
      expect(await list('/keys?customer=Praxis%20Ahorn&product=Tintenwerk%202024')).toMatchObject(
        Array(3).fill({ validityEnd: '2027-03-03' }),
      );
      expect(await list('/keys?customer=Kanzlei%20Birke&product=Brushwork%209')).toHaveLength(2);
    },
  },
  'c08-numeric.xlsx': { refused: [[3, 'destroyed_number']] },
  'c09-apostrophe.csv': {
    created: { product: 1, key: 2 },
    told: [
      [2, 'unquoted'],
      [3, 'unquoted'],
    ],
  },
  'c09b-formula-quote.csv': {
    created: { product: 1, key: 2 },
    told: [
      [2, 'unquoted'],
      [3, 'unquoted'],
    ],
  },
  'c10-total.csv': { kind: 'licenses', created: { product: 2, license: 2, key: 2 }, told: [[4, 'total']] },
  'c10b-footnote.csv': { created: { product: 2, license: 2, key: 2 }, told: [[5, 'note']] },
  'c10c-total-customer.csv': {
    kind: 'licenses',
    created: { customer: 2, product: 2, license: 2, key: 2 },
    told: [[4, 'total']],
  },
  'c12-saas.csv': {
    created: { customer: 2, product: 4, license: 4, key: 1 },
    told: [
      [4, 'no_key'],
      [5, 'no_key'],
    ],
  },
  'c13-volume.csv': {
    more: units,
    created: { product: 2, key: 2, equipment: 6, assignment: 6 },
    told: [2, 3, 4, 5, 6, 7].map((line): [number, string] => [line, 'other_key_type']),
    after: async (list) => {
      expect(await list('/keys?sort=-seats')).toMatchObject([
        { seats: 5, seatsTaken: 5 },
        { seats: 1, seatsTaken: 1 },
      ]);
    },
  },
  'c13b-volume.csv': { more: units, created: { product: 2, key: 2, equipment: 6, assignment: 6 } },
  'c15-idoit.csv': { kind: 'licenses', refused: Array(4).fill([3, 'several_values']) },
  'c16-glpi11-de.csv': {
    kind: 'keys',
    more: { profile: 'glpi' },
    created: { customer: 1, product: 2, license: 2, key: 3, assignment: 2 },
    told: [[3, 'several_persons']],
    after: async (list) => {
      const held = (await list('/assignments')).map(({ userName, key }) => [
        userName,
        String((key as { maskedKey: string }).maskedKey).slice(-3),
      ]);
      expect(held.toSorted()).toEqual([
        ['Mia Lund', '222'],
        ['Ole Brandt', '223'],
      ]);
    },
  },
  'c17-snipe-fr.csv': {
    kind: 'licenses',
    more: { profile: 'snipe-it' },
    created: { customer: 1, product: 1, license: 1, key: 1 },
    told: [[1, 'taken_as_key']],
  },
  'c17c-glpi-name-key.csv': {
    kind: 'licenses',
    more: { profile: 'glpi' },
    created: { product: 1, license: 1, key: 1 },
    told: [[1, 'taken_as_key']],
  },
  'c17e-snipe-activation-code.csv': {
    kind: 'licenses',
    more: { profile: 'snipe-it' },
    created: { product: 1, license: 1, key: 1 },
    told: [[1, 'taken_as_key']],
  },
  'c17f-odoo-es.csv': {
    kind: 'licenses',
    more: { profile: 'odoo' },
    created: { product: 1, license: 1, key: 1 },
    told: [[1, 'taken_as_key']],
  },
  'c18-vlsc.csv': {
    created: { customer: 1, product: 2, license: 2, key: 3 },
    told: [
      [2, 'other_key_type'],
      [3, 'other_key_type'],
      [3, 'no_value'],
      [4, 'other_key_type'],
    ],
  },
  'c19-m365.csv': {
    kind: 'licenses',
    created: { product: 3, license: 3 },
    after: async (list) => {
      expect((await list('/licenses?sort=quantity')).map(({ quantity }) => quantity)).toEqual([5, 25, 10_000]);
    },
  },
  'c21-eset.csv': {
    kind: 'licenses',
    created: { customer: 2, product: 2, license: 3, key: 3 },
    after: async (list) => {
      expect((await list('/licenses?sort=end')).map(({ end }) => end).toSorted()).toEqual([
        '2026-12-31',
        '2026-12-31',
        null,
      ]);
    },
  },
  'c21b-sophos.csv': { kind: 'licenses' },
  'c22-produkey.csv': {
    more: units,
    created: { product: 3, license: 2, key: 1, equipment: 1, assignment: 1 },
    told: [
      [1, 'not_our_ids'],
      ...[3, 4, 5].flatMap((line): [number, string][] => [
        [line, 'no_key'],
        [line, 'holder_noted'],
      ]),
    ],
  },
  'c22b-produkey.txt': { refused: [[1, 'text_report']] },
  'c23-showkeyplus.txt': { refused: [[1, 'text_report']] },
  'c24-powershell.csv': {
    more: units,
    created: { product: 1, key: 2, equipment: 2, assignment: 2 },
    told: [
      [2, 'not_our_ids'],
      [1, 'above_header'],
    ],
  },
  'c28-placeholder.csv': {
    more: units,
    created: { product: 3, license: 3, key: 1, equipment: 1, assignment: 1 },
    told: [2, 3, 4, 5, 6, 8, 9, 10].flatMap((line): [number, string][] =>
      line > 6
        ? [[line, 'no_key']]
        : [
            [line, 'no_key'],
            [line, 'holder_noted'],
          ],
    ),
  },
  'c28b-one-placeholder.csv': {
    created: { product: 4, license: 4 },
    told: [2, 3, 4, 5].map((line): [number, string] => [line, 'no_key']),
  },
  'c29-key-cell.csv': { created: { product: 1, key: 8 } },
  'c31-two-remarks.csv': {
    created: { product: 1, key: 1 },
    after: async (list) => {
      expect(String((await list('/keys'))[0]?.remarks)).toMatch(/alt[\s\S]*neu/);
    },
  },
  'c33-html.xls': { refused: [[1, 'web_page']] },
  'c35-msp-device.csv': {
    more: units,
    created: { customer: 1, product: 1, license: 1, key: 1, equipment: 1, assignment: 1 },
    after: async (list) => {
      expect(await list('/assignments')).toMatchObject([
        { userName: 'Anna Berg', equipment: { name: 'PC-001' }, customer: { name: 'Praxis Ahorn' } },
      ]);
      expect(await list('/licenses')).toMatchObject([{ cost: 89.9, end: '2027-12-31' }]);
    },
  },
  'c41-anzahl.csv': {
    refused: [
      [5, 'none_counted'],
      [8, 'two_counts'],
    ],
  },
  'c42-mac.csv': { created: { product: 1, key: 2 } },
  'c44-status.csv': { created: { product: 1, key: 3 } },
  'c45-expired-used.csv': { created: { product: 1, key: 1, assignment: 1 } },
  'c47-unquoted-inch.csv': {
    created: { product: 1, key: 2 },
    after: async (list) => {
      expect((await list('/keys')).map(({ remarks }) => remarks)).toContain('für 27" Monitor-PC');
    },
  },
  'c48-key.csv': { created: { product: 1, license: 1, key: 1 } },
  'c48-assign.csv': { more: units, created: { product: 1, key: 1, equipment: 5, assignment: 5 } },
  'c50-nbsp.csv': { created: { product: 1, key: 3 } },
  'c51-case.csv': { created: { customer: 1, product: 1, key: 2 } },
};

describe.each(sources)('lists of the field, %s', (_, read) => {
  it.each(Object.entries(files))('X9: %s comes in as it is meant', async (name, expected) => {
    const world = await newWorld('sqlite');
    const { kind = 'software', more = {}, created, told = [], refused, after } = expected;
    const { body } = await upload(world.admin, read(name), { kind, ...more });
    if (refused) expect(faultsOf(body)).toEqual(refused);
    else expect(body.errors).toEqual([]);
    if (created) {
      expect(made(body)).toEqual(created);
      expect(body.warnings.map(({ line, code }: { line: number; code: string }) => [line, code])).toEqual(
        name === 'c29-key-cell.csv' ? expect.anything() : told,
      );
    }
    await after?.(async (path) => (await world.admin('GET', path)).body.items, world);
    await expectNoKeyReadable(world);
  });

  it('X9: every other one is taken, or refused with a line and what to do', async () => {
    const others = readdirSync(given.startsWith('/') && existsSync(given) ? given : 'test/samples/field').filter(
      (name) => !(name in files) && name !== 'EXPECTED.md',
    );
    for (const name of others) {
      const world = await newWorld('sqlite');
      const { body } = await upload(world.admin, read(name), { kind: 'software', ...units });
      for (const { params, detail } of body.errors ?? [])
        expect([name, params?.line > 0, detail.length > 20]).toEqual([name, true, true]);
      await expectNoKeyReadable(world);
    }
  });
});

function faultsOf({ errors }: Answer['body']): [number, string][] {
  return errors.map(({ code, params }: { code: string; params: { line: number } }) => [params.line, code]);
}

function made({ created }: Answer['body']): Record<string, number> {
  return Object.fromEntries(Object.entries(created as Record<string, number>).filter(([, count]) => count > 0));
}

/** What the license keys of these files have in common stands in no list, and in no entry of the log. */
async function expectNoKeyReadable({ admin }: World): Promise<void> {
  for (const list of ['keys', 'licenses', 'equipment', 'assignments', 'products', 'customers', 'audit']) {
    const { body } = await admin('GET', `/${list}?limit=200`);
    expect([list, /4MDX2.?9HWPC/i.test(JSON.stringify(body))]).toEqual([list, false]);
  }
}
