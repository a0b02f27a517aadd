import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ImportKind } from '../../src/domain/import-fields.ts';
import { assignColumns } from '../../src/server/imports/columns/columns.ts';
import { profiles } from '../../src/server/imports/columns/profiles/profiles.ts';
import { RefusedFile } from '../../src/server/imports/plan/row-error.ts';
import { faultsOf, valuesOf } from '../harness/import-file.ts';
import { fieldFile } from '../harness/upload.ts';

const key = (end: number): string => `QK7TR-4MDX2-9HWPC-6VJNB-${end}`;

describe('columns are judged by their cells', () => {
  it.each([
    ['c17-snipe-fr.csv', 'snipe-it', 'licenses', 'Clé de produit'],
    ['c17c-glpi-name-key.csv', 'glpi', 'licenses', 'Aktivierungscode'],
    ['c17e-snipe-activation-code.csv', 'snipe-it', 'licenses', 'Activation Code'],
    ['c17f-odoo-es.csv', 'odoo', 'licenses', 'Clave de producto'],
    ['c17f-odoo-es.csv', 'odoo', 'keys', 'Clave de producto'],
  ] as const)(
    'F1: the license key of %s, %s, %s, is one, and nothing readable has it',
    async (name, profile, kind, column) => {
      const [row] = await valuesOf(fieldFile(name), { profile, kind });
      expect(row?.licenseKeys).toHaveLength(1);
      expect(row?.columnOf('/licenseKey')).toBe(column);
      expect(JSON.stringify(row?.fields)).not.toContain('4MDX2');
    },
  );

  it('F1: without a profile as well; a column that is called a license key stays it', async () => {
    const [row] = await valuesOf(`Produkt;Geheim\nP;${key(1)}\n`);
    expect(row).toMatchObject({ licenseKeys: [key(1)], fields: { productName: 'P' } });
    const file = `Item name,Product Key,Activation Code,Notes\nP,${key(1)},${key(2)},x\n`;
    expect(await faultsOf(valuesOf(file, { profile: 'snipe-it' }))).toMatchObject([
      { line: 1, column: '3', code: 'looks_like_keys' },
    ]);
    const mapping = { 'Activation Code': null };
    expect((await valuesOf(file, { profile: 'snipe-it', mapping }))[0]?.fields.remarks).toBe('x');
  });

  it('F1: numbers are asked about only where most of them look like license keys; units and persons have none', async () => {
    const file = (cells: string[]) =>
      `Product,License Key,Order Number\n${cells.map((c, i) => `P,${key(i)},${c}`).join('\n')}\n`;
    const few = await valuesOf(file(['RE-1', key(70), 'RE-2']), { kind: 'licenses' });
    expect(few[0]?.fields.orderNumber).toBe('RE-1');
    const faults = await faultsOf(valuesOf(file([key(71), key(72), 'RE-2']), { kind: 'licenses' }));
    expect(faults).toMatchObject([{ column: '3', code: 'looks_like_keys' }]);
    const units = await faultsOf(valuesOf(`Hostname,Serial\nPC-1,${key(1)}\n`, { kind: 'equipment' }));
    expect(units).toMatchObject([{ column: '2', code: 'looks_like_keys' }]);
  });

  const sampleOf = (header: string[], ...rows: string[][]) => {
    const sample = rows.map((cells, i) => ({ line: i + 2, cells }));
    const named = (kind: ImportKind, profile?: keyof typeof profiles, mapping: Record<string, string | null> = {}) =>
      assignColumns(header, {
        kind,
        profile: profile && profiles[profile],
        mapping: new Map(Object.entries(mapping)),
        attributes: [],
        sample,
      });
    return named;
  };
  const fieldsOf = ({ columns }: ReturnType<typeof assignColumns>) => columns.map(({ index, field }) => [index, field]);

  it.each([
    ['a product', 'WIN11-Enterprise-LTSC-2021'],
    ['the product ID of Windows', '00330-80000-00000-AA123'],
    ['an id', '0198c0de-1234-7abc-89ab-0123456789ab'],
    ['an address', 'https://example.org/activate/12345678901234'],
    ['a MAC address', 'AA-BB-CC-11-22-33'],
    ['an e-mail address', 'anna.berg-2024-extern@ahorn.example'],
  ])('F1: %s is no license key', (_, text) => {
    const assigned = sampleOf(['Produkt', 'Etwas'], ['P', text])('software');
    expect(assigned).toMatchObject({ told: [] });
    expect(fieldsOf(assigned)).toEqual([
      [0, 'productName'],
      [1, 'remarks'],
    ]);
  });

  it('F9: "Product ID" is ours only where its cells are ours, or where it is called as the API calls it', () => {
    const id = '0198c0de-1234-7abc-89ab-0123456789ab';
    const header = ['Key', 'Product', 'Product ID'];
    expect(fieldsOf(sampleOf(header, [key(1), 'P', id])('keys'))[2]).toEqual([2, 'productId']);
    const foreign = sampleOf(header, [key(1), 'P', '00330-80000-00000-AA123'])('keys');
    expect(foreign.columns[2]).toMatchObject({ field: 'remarks', labelled: true });
    expect(foreign.told).toMatchObject([{ column: 'Product ID', code: 'not_our_ids' }]);
    expect(fieldsOf(sampleOf(['key', 'productId'], [key(1), 'x'])('keys'))[1]).toEqual([1, 'productId']);
  });

  it('F1: a file without a header is not read as one with a license key for a name', () => {
    expect(() => sampleOf(['P', key(1)], ['P', key(2)])('keys')).toThrow('refused');
  });

  it.each(['c05-split-key.csv', 'c05b-split-key-merged-head.csv'])(
    'X9: a license key in several columns, %s',
    async (name) => {
      const rows = await valuesOf(fieldFile(name));
      expect(rows[0]?.licenseKeys).toEqual(['QK7TR-4MDX2-9HWPC-6VJNB-10041']);
      expect(rows[0]?.fields).toEqual({ productName: 'Tintenwerk 2024', validityEnd: '2027-12-31' });
    },
  );

  it('X9: numbered columns that are no key together stay what they are', () => {
    const assigned = sampleOf(['Produkt', 'Key1', 'Key2'], ['P', key(1), ''])('keys', undefined, { Key2: null });
    expect(fieldsOf(assigned)).toEqual([
      [0, 'productName'],
      [1, 'licenseKey'],
    ]);
  });
});

describe('every list of test/samples/field', () => {
  const folder = new URL('../samples/field/', import.meta.url);
  const readings = [
    ...(['snipe-it', 'glpi', 'odoo'] as const).map((profile) => ({ kind: 'licenses', profile }) as const),
    ...(['software', 'keys', 'equipment'] as const).map((kind) => ({ kind })),
  ];

  it.each(readdirSync(folder))(
    'F1: %s: a license key is readable nowhere, whatever the list is read as',
    async (name) => {
      for (const reading of readings) {
        const rows = await valuesOf(fieldFile(name), reading).catch((error) => {
          if (error instanceof RefusedFile) return [];
          throw error;
        });
        const taken = rows.filter(({ errors }) => errors.length === 0);
        const readable = JSON.stringify(taken.map(({ fields, attributes }) => [fields, attributes]));
        expect([reading, /4MDX2|3AA-B7C/.exec(readable)?.[0]]).toEqual([reading, undefined]);
      }
    },
  );
});

describe('columns by their place', () => {
  it('X9: two columns of one name go to the remarks, each with its place', async () => {
    const [row] = await valuesOf(fieldFile('c31-two-remarks.csv'));
    expect(row?.fields.remarks).toBe('Bemerkung #3: alt\nBemerkung #4: neu');
  });

  it('X9: other columns of one name are told apart by a mapping of their place', async () => {
    const file = 'Produkt;Key;Datum;Datum\nP;K-1;01.02.2026;01.02.2027\n';
    expect(await faultsOf(valuesOf(file))).toMatchObject([
      { code: 'unknown_column', column: '3' },
      { code: 'unknown_column', column: '4' },
    ]);
    const [row] = await valuesOf(file, { mapping: { '#3': 'validityStart', '4': 'validityEnd' } });
    expect(row?.fields).toMatchObject({ validityStart: '2026-02-01', validityEnd: '2027-02-01' });
    expect(await faultsOf(valuesOf('Key;Key;Produkt\nK-1;K-2;P\n'))).toMatchObject([
      { code: 'duplicate_column', column: '2' },
    ]);
    expect(await valuesOf('Key;Key;Produkt\nK-1;K-2;P\n', { mapping: { '#2': null } })).toMatchObject([
      { licenseKeys: ['K-1'] },
    ]);
  });

  it('X9: "*" is all other columns, with a name or without; one that sounds of keys is still asked about', async () => {
    const file = 'Produkt;Key;Abteilung;;Etage\nP;K-1;IT;links;2\n';
    const [kept] = await valuesOf(file, { mapping: { '*': 'remarks' } });
    expect(kept?.fields.remarks).toBe('Abteilung: IT\n#4: links\nEtage: 2');
    const [left] = await valuesOf(file, { mapping: { '*': null } });
    expect(left?.fields).toEqual({ productName: 'P' });
    const asked = await faultsOf(
      valuesOf(file.replace('Etage', 'Master Key').replace(';2', ';ABCDE-12345-F'), { mapping: { '*': 'remarks' } }),
    );
    expect(asked).toMatchObject([{ code: 'unknown_column', column: '5' }]);
    expect(await faultsOf(valuesOf(file, { mapping: { '#9': null, '*': null } }))).toMatchObject([{ code: 'mapping' }]);
  });

  it('X9: a list of software takes unknown columns as remarks under their names', async () => {
    const [row] = await valuesOf(fieldFile('c22-produkey.csv'), { kind: 'software' });
    expect(row).toMatchObject({ licenseKeys: [key(10241)], errors: [] });
    expect(row?.fields.remarks).toBe(
      'Product ID: 00330-80000-00000-AA123\nInstallation Folder: C:\\Windows\nModified Time: 2025-03-04 08:11:12',
    );
  });
});
