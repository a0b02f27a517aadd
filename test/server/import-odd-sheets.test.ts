import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import type { ImportKind } from '../../src/domain/import-fields.ts';
import { keySpans } from '../../src/server/imports/plan/key-shapes.ts';
import { shownText } from '../../src/server/imports/plan/shown-text.ts';
import { unitsIn } from '../../src/server/imports/plan/units-in.ts';
import { holdsKey } from '../../src/server/imports/plan/whole-key.ts';
import { openTable } from '../../src/server/imports/read/read-table.ts';
import { placeOfLine } from '../../src/server/imports/read/sheet-line.ts';
import { shownFileName } from '../../src/server/shown-file-name.ts';
import { faultsOf, valuesOf } from '../harness/import-file.ts';

const csv = (...lines: string[]): string => `${lines.join('\n')}\n`;
const key = (end: number): string => `QK7TR-4MDX2-9HWPC-6VJNB-${end}`;

describe('license keys of other shapes', () => {
  it.each([
    ['Lizenz tvk-88pl-23mm-99zz-x1 (MAK)', ['tvk-88pl-23mm-99zz-x1']],
    ['Sitze ABCD1 EFGH2 IJKL3, neu', ['ABCD1 EFGH2 IJKL3']],
    ['a1b2-c3d4-e5f6-g7h8', ['a1b2-c3d4-e5f6-g7h8']],
    ['war A1B2-C3D4-E5F6-G7H8/2', ['A1B2-C3D4-E5F6-G7H8']],
    ['1234-5678-9012-3456', ['1234-5678-9012-3456']],
    ['key=AB12.CD34.EF56', ['AB12.CD34.EF56']],
    ['A1B2 C3D4 E5F6 G7H8', ['A1B2 C3D4 E5F6 G7H8']],
    ['MAK1 ABCD-EFG1-HIJ2', ['ABCD-EFG1-HIJ2']],
    ['abcd12ef-gh34ijkl', ['abcd12ef-gh34ijkl']],
  ])('F1: %s has one', (text, found) => {
    expect(keySpans(text).map(({ from, to }) => text.slice(from, to))).toEqual(found);
    expect(found.filter((one) => shownText(text).includes(one))).toEqual([]);
  });

  const grouped = ['QK7TR', '4MDX2', '9HWPC', '6VJNB', '7NB2V'];
  const parting = [
    ...'-\u2010\u2012\u2013\u2014\u2212.\u00B7/:|#\u2192_~+=',
    ' - ',
    ' \u2013 ',
    '\u2009',
    '\u00A0',
    ' ',
    '-\n',
  ];
  const others = [
    'q0x9A/EFAAOCAQ8A+MIIBIjANBgkqhkiG9w0B==',
    'eyJhbGciOiJFUzI1NiJ9.eyJsaWMiOiJRSzdUUiJ9.Qk3v0-sd_9aXw7',
    'K8X2PL9QWE-eyJsaWNlbnNlSWQiOiJLOFgyUEw5UVdFIn0=-MIIETDCC+AbC',
    '1118 1234 5678 9012 3456 7890',
    'a1b2c3d4\nb2c3d4e5\nc3d4e5f6\nd4e5f6a7',
    'H1bJTd2SauPv5Garuaq0Ig43',
    'KEY=ABCDEF123456GHIJKL7890',
    'ABCDE-\u200bFGHIJ-KLMNO-PQRST-UVWXY',
    'A1B2C\u200b3D4E5\u2060F6G7H8J9K0L1M2',
  ];
  it.each([...parting.map((sign) => grouped.join(sign)), ...others])(
    'F1: %j is masked, and refused where it can be read, alone and among words',
    (text) => {
      for (const cell of [text, `Adobe ${text} Anna`, `(${text})`, `siehe ${text}, alt`, `neu: key:${text}`]) {
        expect(holdsKey(cell)).toBe(true);
        const shown = shownText(cell);
        for (const part of text
          .split(/[^A-Za-z\d]+/)
          .slice(0, -1)
          .filter(({ length }) => length > 3))
          expect(shown).not.toContain(part);
      }
    },
  );

  it.each([
    ...[
      'https://portal.example.com/account/4711/licenses?tenant=a1b2c3d4e5',
      'anna.beispiel.2019@kanzlei-linde.example',
    ],
    ...['\\\\srv01\\Ablage\\Lizenzen2019\\Rechnung4711', 'Ablage/Lizenzen2019/Kunde/Rechnung/4711/Anlage2'],
    ...[
      'srv-backup-2019.frankfurt.kanzlei-linde.example',
      '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
      '2019/2020/2021/2022/2023/2024',
    ],
    ...['3F:A2:11:0C:9B:44:51:6E:77:80:9A:BC:DE:F0:12:34:56:78:9A:BC', 'setup_2019.1.2_x64_Enterprise_Deutsch.exe'],
    ...['KUNDE HEUTE NICHT DA 12345', '2019 - 2020 - 2021 - 2022', 'Rechnung 4711 vom 12.03.2020, bezahlt 13.04.2020'],
  ])('F1: %s can be read', (text) => {
    expect([holdsKey(text), shownText(text)]).toEqual([false, text]);
  });

  it('S2: what hangs together is one, and masked whole, however long it is', () => {
    const text = 'ABC1-DEF2-GHI3-x-'.repeat(6000);
    expect(keySpans(`${text}y z`)).toEqual([{ from: 0, to: text.length + 1 }]);
    expect(shownText('ABC1-DEF2-GHI3-x-JKL4-MNO5-PQR6 bleibt')).toMatch(/^[•-]+[A-Z0-9-]{1,6} bleibt$/);
  });

  it.each([
    ...['win11-pro-23h2-x64', 'user-guide-for-version-2024-final.pdf', 'DESKTOP-7F3K9QL', 'NUE-SRV-FILE-01'],
    ...['PC001 PC002 PC003', 'Raum1 Raum2 Raum3', '16GB 32GB 64GB', 'RE-2025-0113', '2027-03-12', '4500-1234'],
    ...['0198c0de-1234-7abc-89ab-0123456789ab', '00330-80000-00000-AA123', 'AA-BB-CC-11-22-33', '192.168.100.200'],
    ...['DE89 3704 0044 0532 0130 00', 'Telefon 0911 1234 5678', 'MS-O365-E3-P1Y', 'i7-1165G7 16GB 512GB SSD'],
  ])('F1: %s has none', (text) => {
    expect(keySpans(text)).toEqual([]);
  });

  const unknown = ['a1b2-c3d4-e5f6-g7h8', 'h9i8-j7k6-l5m4-n3o2', 'p1q2-r3s4-t5u6-v7w8'];

  it('F1: under a name that nobody knows they are the license key, or are asked about', async () => {
    const rows = await valuesOf(csv('Produkt;Ablage', ...unknown.map((cell) => `P;${cell}`)), { kind: 'software' });
    expect(rows.map(({ licenseKeys }) => licenseKeys)).toEqual(unknown.map((cell) => [cell]));
    const beside = csv('Produkt;Key;Ablage', ...unknown.map((cell, i) => `P;${key(i)};${cell}`));
    expect(await faultsOf(valuesOf(beside, { kind: 'software' }))).toMatchObject([
      { column: '3', code: 'looks_like_keys', params: { name: 'Ablage' } },
    ]);
    const words = csv('Produkt;Info', 'P;Lizenz tvk-88pl-23mm-99zz-x1 (MAK)', 'P;Product Key ABCD1 EFGH2 IJKL3');
    expect(await valuesOf(words, { kind: 'software' })).toMatchObject([
      { licenseKeys: ['tvk-88pl-23mm-99zz-x1'], fields: { remarks: 'Info: MAK' } },
      { licenseKeys: ['ABCD1 EFGH2 IJKL3'] },
    ]);
  });

  it('F1: groups parted by a minus sign or a slash are license keys as well', async () => {
    for (const sign of ['\u2212', '/']) {
      const keys = [1, 2, 3].map((end) => `${grouped.slice(0, 4).join(sign)}${sign}7NB${end}V`);
      const rows = await valuesOf(csv('Produkt;Aktivierung', ...keys.map((cell) => `P;${cell}`)), { kind: 'software' });
      expect(rows.map(({ licenseKeys, fields }) => [licenseKeys, fields.remarks])).toEqual(
        keys.map((cell) => [[cell], undefined]),
      );
    }
  });

  it('F1: a number of a thing that is a license key by its groups is refused in its row, and other long ones are taken', async () => {
    const numbers = [
      '4XK2L72',
      '8YH3M81',
      '5ZZ2K11',
      'CN-0W4MW2-QDC00-83H-0ABC-A03',
      '0123456789ABCDEF01234567',
      key(12345),
    ];
    const units = csv('Name;Serial Number;Asset Tag', ...numbers.map((number, i) => `U${i};${number};T${i}`));
    const rows = await valuesOf(units, { kind: 'equipment' });
    expect(rows.map(({ errors }) => errors.map(({ code }) => code))).toEqual([[], [], [], [], [], ['key_in_clear']]);
    const tags = await valuesOf(csv('Name;Asset Tag', `U;${key(12345)}`, 'V;1', 'W;2'), { kind: 'equipment' });
    expect(tags.map(({ errors }) => errors.length)).toEqual([1, 0, 0]);
  });

  it.each([
    ['Office VK7JG NPHTM C97JM 9MPGT 3V66T.csv', 'import.csv'],
    ['Adobe 1118 1234 5678 9012 3456 7890.xlsx', 'import.xlsx'],
    ['AB12-CD34-EF56-GH78.csv', 'import.csv'],
    ['A1B2C3-D4E5F6-G7H8I9.csv', 'import.csv'],
    ['Lizenzen Kanzlei Linde 2026-11-30.csv', 'Lizenzen Kanzlei Linde 2026-11-30.csv'],
  ])('F1: the name of the file %s is told as %s', (name, shown) => {
    expect(shownFileName(name, 'import')).toBe(shown);
  });

  it('F1: a file without a header, and the name of a sheet, tell none', async () => {
    const secret = 'a1b2-c3d4-e5f6-g7h8';
    const faults = await faultsOf(valuesOf(csv(`Produkt;Key;${secret}`, 'P;K-1;x'), { kind: 'software' }));
    expect(faults).toMatchObject([{ column: '3', code: 'unknown_column' }]);
    const sheets = [
      {
        name: 'S',
        rows: [
          ['Produkt', 'Key'],
          ['P', 'K-1'],
        ],
      },
      { name: secret, rows: [['x']] },
    ];
    const { sheets: told } = await openTable(Buffer.from(await writeXlsx({ sheets })), {
      isKnown: (name) => name === 'Key',
    });
    expect(JSON.stringify([faults, told])).not.toContain('c3d4');
  });

  it('F1: one among words stands in no readable field, whatever column it is in', async () => {
    const attributes = [{ name: 'note', kind: 'text' as const, labelEn: 'Note', labelDe: 'Notiz' }];
    const secret = 'war tvk-88pl-23mm-99zz-x1';
    const faults = async (header: string, mapping: Record<string, string> = {}) =>
      (
        await valuesOf(csv(`Produkt;Key;${header}`, `P;${key(1)};${secret}`, `P;${key(2)};nichts`, `P;${key(3)};`), {
          kind: 'software',
          mapping,
          attributes: attributes as never,
        })
      ).flatMap(({ errors }) => errors.map(({ line, code }) => [line, code]));
    const names = ['Notizen', 'Etage', 'Lieferant', 'Kunde', 'Benutzer', 'Lizenzart', 'Hersteller'];
    for (const name of names) expect([name, await faults(name)]).toEqual([name, [[2, 'key_in_clear']]]);
    expect(await faults('Etage', { '*': 'attributes.note' })).toEqual([[2, 'key_in_clear']]);
    expect(await faults('Key 2')).toEqual([[2, 'key_in_clear']]);
  });
});

describe('names of columns in two rows', () => {
  it('X9: groups above what they have are joined, and told', async () => {
    const file = csv('Produkt;Key;Laufzeit;;Bemerkung', ';;von;bis;', `P;${key(1)};01.02.2026;31.01.2027;x`);
    expect(await valuesOf(file, { kind: 'software' })).toMatchObject([
      { fields: { productName: 'P', start: '2026-02-01', end: '2027-01-31', remarks: 'x' } },
    ]);
    const twice = csv(
      'Lizenz;Lizenz;Gerät;Gerät;Support;Support',
      'Name;Schlüssel;Name;Seriennummer;von;bis',
      `P;${key(1)};PC-1;5CD1;01.02.2026;31.01.2027`,
    );
    const [row] = await valuesOf(twice, { kind: 'software' });
    expect(row).toMatchObject({
      licenseKeys: [key(1)],
      fields: { productName: 'P', equipment: 'PC-1', serialNumber: '5CD1', end: '2027-01-31' },
    });
  });

  it('X9: names that are merged downwards, or sideways, in a workbook', async () => {
    const rows = [
      ['Liste 2026'],
      ['Produkt', 'Key', 'Laufzeit', null],
      [null, null, 'von', 'bis'],
      ['P', key(1), '01.02.2026', '31.01.2027'],
    ];
    const merges = [
      { startRow: 1, startCol: 0, endRow: 2, endCol: 0 },
      { startRow: 1, startCol: 1, endRow: 2, endCol: 1 },
      { startRow: 1, startCol: 2, endRow: 1, endCol: 3 },
    ];
    const book = async (merged: typeof merges) =>
      valuesOf(Buffer.from(await writeXlsx({ sheets: [{ name: 'S', rows, merges: merged }] })), { kind: 'software' });
    const wanted = [{ line: 4, licenseKeys: [key(1)], fields: { start: '2026-02-01', end: '2027-01-31' } }];
    expect(await book(merges)).toMatchObject(wanted);
    expect(await book([])).toMatchObject(wanted);
  });

  it('X9: in all sheets of a workbook', async () => {
    const rows = [
      ['Produkt', 'Key', 'Laufzeit', null],
      [null, null, 'von', 'bis'],
      ['P', key(1), '01.02.2026', '31.01.2027'],
    ];
    const sheets = ['A', 'B'].map((name) => ({ name, rows }));
    const isKnown = (name: string): boolean => /Produkt|Key|von|bis/.test(name);
    const table = await openTable(Buffer.from(await writeXlsx({ sheets })), { isKnown, sheet: '*' });
    expect(table.header).toEqual(['Produkt', 'Key', 'Laufzeit: von', 'Laufzeit: bis']);
    const lines: number[] = [];
    for await (const { line } of table.rows()) lines.push(placeOfLine(line).line);
    expect(lines).toEqual([3, 3]);
  });

  it('X9: a first row of words is a row, and a title is none of the names', async () => {
    expect(await valuesOf(csv('Produkt;Key;Notiz', 'Word;abc-def;gut'))).toHaveLength(1);
    expect(await valuesOf(csv('Liste;;', 'Produkt;Key;Anzahl', 'P;K-1;2'))).toMatchObject([
      { fields: { productName: 'P', seats: 2 } },
    ]);
  });
});

describe('former and newer license keys', () => {
  it.each([
    ['Key alt;Key neu'],
    ['Alter Schlüssel;Neuer Schlüssel'],
    ['Old key;New key'],
    ['Bisheriger Lizenzschlüssel;Lizenzschlüssel'],
  ])('F1: of %s the newer is the license key, the former only where there is no newer', async (names) => {
    const [one, other] = names.split(';');
    for (const header of [`${one};${other}`, `${other};${one}`]) {
      const cells = (former: string, newer: string): string =>
        header.startsWith(`${one}`) ? `${former};${newer}` : `${newer};${former}`;
      const file = csv(`Produkt;${header}`, `P;${cells('AB12-old', 'CD34-new')}`, `Q;${cells('EF56-old', '')}`);
      const rows = await valuesOf(file, { kind: 'software' });
      expect(rows.map(({ licenseKeys }) => licenseKeys)).toEqual([['CD34-new'], ['EF56-old']]);
      expect(rows.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
        'former_key',
        'former_key_taken',
      ]);
      expect(JSON.stringify(rows.map(({ fields }) => fields))).not.toContain('AB12');
    }
  });
});

describe('the manufacturer and the model of a unit', () => {
  it.each([
    ['Gerät;Hersteller;Modell;Seriennummer;Produkt;Key', 'PC;Dell;7420;5CD1;P;K', { manufacturer: undefined }],
    ['Produkt;Hersteller;Key;Gerät;Modell', 'P;Tinte;K;PC;7420', { manufacturer: 'Tinte' }],
    ['Hersteller;Produkt;Key;Hostname;Hersteller;Modell', 'Tinte;P;K;PC;Dell;7420', { manufacturer: 'Tinte' }],
    ['Kunde;Gerät;Benutzer;Hersteller;Produkt;Key', 'X;PC;A B;Tinte;P;K', { manufacturer: 'Tinte' }],
  ])('X9: %s', async (header, row, wanted) => {
    const [values] = await valuesOf(csv(header, row), { kind: 'software' });
    const isOfUnit = row.includes('Dell') ? { equipmentManufacturer: 'Dell' } : {};
    const hasModel = row.includes('7420') ? { equipmentModel: '7420' } : {};
    expect(values?.fields.manufacturer).toBe(wanted.manufacturer);
    expect(values?.fields).toMatchObject({ ...isOfUnit, ...hasModel });
  });
});

describe('values that people write', () => {
  it('X9: a cell without a heading behind a whole license key is no part of it', async () => {
    const [row] = await valuesOf(csv('Produkt;Key;;Etage', `P;${key(1)};lager7;2`), { kind: 'software' });
    expect(row).toMatchObject({ licenseKeys: [key(1)], fields: { remarks: '#3: lager7\nEtage: 2' } });
  });

  it('X9: the list of a distributor says whose its rows are, and what they cost', async () => {
    const list = csv(
      'Bezeichnung;Menge;EK netto;Lizenzschlüssel;Endkunde',
      `Tintenwerk;2;129,90;${key(1)};Praxis Eibe`,
    );
    const [row] = await valuesOf(list, { kind: 'software' });
    expect(row?.fields).toMatchObject({ productName: 'Tintenwerk', customer: 'Praxis Eibe' });
    expect(JSON.stringify(row?.fields.cost)).toContain('129.9');
    expect(row?.fields.remarks).toBe(undefined);
  });

  it('X9: a number under a day is the day that a spreadsheet counts so, and that is told', async () => {
    const [row] = await valuesOf(csv('Produkt;Key;Kaufdatum;Gültig bis', `P;${key(1)};45291;46387,5`), {
      kind: 'software',
    });
    expect(row?.fields).toMatchObject({ purchaseDate: '2023-12-31', end: '2026-12-31' });
    expect(row?.warnings.map(({ code }) => code)).toEqual(['serial_day', 'serial_day']);
  });

  it.each([
    ...[
      ['Q3 2027', '2027-09-30'],
      ['3. Quartal 2027', '2027-09-30'],
      ['2027-Q3', '2027-09-30'],
      ['T1/2028', '2028-03-31'],
      ['1. Halbjahr 2027', '2027-06-30'],
      ['H2 2027', '2027-12-31'],
      ['2027', '2027-12-31'],
    ],
    ...[
      ['Ende März 2027', '2027-03-31'],
      ['Ende 2027', '2027-12-31'],
      ['end of Q2 2027', '2027-06-30'],
      ['bis 31.12.2027', '2027-12-31'],
      ['gültig bis 02/2028', '2028-02-29'],
      ['until 12 May 2027', '2027-05-12'],
    ],
  ])('X9: the end %s is %s', async (text, end) => {
    const [row] = await valuesOf(csv('Produkt;Gültig bis', `P;${text}`), { kind: 'software' });
    expect(row).toMatchObject({ errors: [], fields: { end } });
  });

  it.each([
    ['Gültig bis', 'KW 12/2027', 'calendar_week'],
    ['Gültig bis', '2027-W12', 'calendar_week'],
    ['Gültig bis', 'Mitte 2027', 'vague_day'],
    ['Gültig bis', 'ca. 12/2027', 'vague_day'],
    ['Gültig bis', '3 Jahre', 'duration'],
    ['Gültig bis', '36 months', 'duration'],
    ['Kaufdatum', 'Q3 2027', 'not_one_day'],
    ['Kaufdatum', 'Ende März 2027', 'not_one_day'],
    ['Kaufdatum', '2027', 'not_one_day'],
    ['Gültig bis', 'ab 01.01.2027', 'not_a_day'],
  ])('X9: in %s %s is refused by what it is: %s', async (column, text, code) => {
    const [row] = await valuesOf(csv(`Produkt;${column}`, `P;${text}`), { kind: 'software' });
    expect(row?.errors).toMatchObject([{ line: 2, column, code }]);
  });

  it('X9: words for nothing at the place of a day, a number or an amount are told', async () => {
    const [row] = await valuesOf(csv('Produkt;Kaufdatum;Anzahl;Preis', 'P;unbekannt;?;tbd'), { kind: 'software' });
    expect(row).toMatchObject({ errors: [], fields: { productName: 'P' } });
    expect(row?.warnings.map(({ code }) => code)).toEqual(['no_value', 'no_value', 'no_value']);
  });

  it.each([
    ['15 szt.', 15, undefined],
    ['2x', 2, undefined],
    ['x 3', 3, undefined],
    ['4×', 4, undefined],
    ['je 2', 4, 'Menge: je 2'],
    ['5 Stück', 5, undefined],
  ])('X9: %s says how many, for both keys of its row', async (text, quantity, remarks) => {
    const [row] = await valuesOf(csv('Produkt;Key;Menge', `P;"${key(1)}\n${key(2)}";${text}`), { kind: 'software' });
    expect([row?.fields.quantity, row?.fields.remarks]).toEqual([quantity, remarks]);
  });

  it('X9: under a name that nobody knows counts are the quantity, where all cells say so', async () => {
    const quantities = async (...cells: string[]) =>
      (await valuesOf(csv('Produkt;Umfang', ...cells.map((cell) => `P;${cell}`)), { kind: 'software' })).map(
        ({ fields }) => fields.quantity ?? fields.remarks,
      );
    expect(await quantities('15 szt.', '2x', '')).toEqual([15, 2, undefined]);
    expect(await quantities('15 szt.', '16 GB')).toEqual(['Umfang: 15 szt.', 'Umfang: 16 GB']);
  });
});

describe('what is said of columns', () => {
  it('X9: faults name columns by their names as well, where those can be no license key', async () => {
    expect(await faultsOf(valuesOf(csv('Key;Produkt;Etage;Raum', 'K;P;2;3')))).toMatchObject([
      { column: '3', code: 'unknown_column', params: { name: 'Etage' } },
      { column: '4', code: 'unknown_column', params: { name: 'Raum' } },
    ]);
    expect(await faultsOf(valuesOf(csv('Key;Lizenzschlüssel;Produkt', 'K;L;P')))).toMatchObject([
      {
        code: 'field_twice',
        detail: 'Columns 1 ("Key") and 2 ("Lizenzschlüssel") both give licenseKey. Map one of them to null.',
      },
    ]);
    const [fault] = await faultsOf(valuesOf(csv(`Produkt;Key;${key(1)}`, 'P;K;x')));
    expect(JSON.stringify(fault)).not.toContain('QK7TR');
  });
});

describe('three further sheets', () => {
  it.each([
    [`1) ${key(1)}\n2) ${key(2)}`, [key(1), key(2)], undefined],
    [`- ${key(1)}`, [key(1)], undefined],
    ['QK7TR-4MDX2-\n9HWPC-6VJNB-10005', ['QK7TR-4MDX2-9HWPC-6VJNB-10005'], undefined],
    [`MAK: ${key(3)}`, [key(3)], 'Key: MAK'],
    [`OEM ${key(3)} (Aufkleber)`, [key(3)], 'Key: OEM, Aufkleber'],
  ])('F5: the license keys of the cell %j', async (cell, keys, remarks) => {
    const [row] = await valuesOf(csv('Produkt;Key', `P;"${cell}"`), { kind: 'software' });
    expect([row?.licenseKeys, row?.fields.remarks]).toEqual([keys, remarks]);
    expect(row?.warnings.map(({ code }) => code)).toContain('key_unwrapped');
  });

  it('X9: abbreviated names of columns, and names with something in brackets behind', async () => {
    const file = csv(
      'Prog.;Liz.-Key;Anz.;gült. bis;RG-Nr.;Lief.;Kd.;Kaufdatum (TT.MM.JJJJ);Preis (EUR)',
      `Tinte;${key(1)};3;31.12.2027;RE-1;Softhaus;Praxis Ahorn;01.02.2026;12,50`,
    );
    const [row] = await valuesOf(file, { kind: 'software' });
    expect(row).toMatchObject({
      licenseKeys: [key(1)],
      fields: {
        ...{ productName: 'Tinte', quantity: 3, end: '2027-12-31', invoiceNumber: 'RE-1', supplier: 'Softhaus' },
        ...{ customer: 'Praxis Ahorn', purchaseDate: '2026-02-01', remarks: 'Preis (EUR): 12,50' },
      },
    });
  });

  it('X9: brackets behind a value, two counts in one cell, and years of two digits behind a month', async () => {
    const file = csv(
      'Produkt;Anzahl;Start;Gültig bis;Automatische Verlängerung',
      'P;7 (davon 2 frei);31-Dec-26;31.12.27 (auto);Auto-renews',
      'Q;10/25;;unbefr. (Kauf);manuell',
    );
    const [first, second] = await valuesOf(file, { kind: 'software' });
    expect(first).toMatchObject({
      errors: [],
      fields: {
        ...{ quantity: 7, start: '2026-12-31', end: '2027-12-31', renewsItself: true },
        remarks: 'Anzahl: 7 (davon 2 frei)\nGültig bis: 31.12.27 (auto)',
      },
    });
    expect(second?.errors).toMatchObject([{ column: 'Anzahl', code: 'two_counts' }]);
    expect(second?.blank).toContain('end');
  });

  it('F7: a table that stands on its side is refused by what it is', async () => {
    const file = csv(
      'Gerät;PC-1;PC-2',
      'Produkt;Office;Tinte',
      `Lizenzschlüssel;${key(1)};${key(2)}`,
      'Gültig bis;;',
      'Benutzer;;',
    );
    expect(await faultsOf(valuesOf(file, { kind: 'software' }))).toMatchObject([{ code: 'transposed' }]);
  });

  it('F7: the sum of a block is a total where its name stands above, and a product may be called so', async () => {
    const file = csv('Kunde;Produkt;Anzahl', 'Praxis Ahorn;P;2', 'Summe Praxis Ahorn;;2', ';Total Commander;3');
    expect((await valuesOf(file, { kind: 'software' })).map(({ line }) => line)).toEqual([2, 4]);
  });

  it('X9: below the name of a group the manufacturer is that of the group', async () => {
    const file = csv(
      'Device;;;Software;;License;',
      'Name;Serial;Vendor;Name;Vendor;Key;Expires',
      `NB-1;5CD1;Dell;Tinte;Tintenwerk;${key(1)};2027-12-31`,
    );
    const [row] = await valuesOf(file, { kind: 'software' });
    expect(row?.fields).toMatchObject({
      manufacturer: 'Tintenwerk',
      equipmentManufacturer: 'Dell',
      productName: 'Tinte',
    });
  });

  it.each([
    ['PC-01, PC-02', ['PC-01', 'PC-02']],
    ['NB1 / NB2 / NB3', ['NB1', 'NB2', 'NB3']],
    ['Empfang\nLabor', ['Empfang', 'Labor']],
    ['Rack 2, oben', ['Rack 2, oben']],
    ['PC-01', ['PC-01']],
  ])('F6: the units of %j', (cell, units) => {
    expect(unitsIn(cell)).toEqual(units);
  });
});

describe('ten more sheets', () => {
  it('X9: a first name and a last name are one person, whatever the other column is called, also by the mapping that tells it', async () => {
    const list = csv('Name;Vorname;Windows-Key;Software', `Berg;Anna;${key(1)};Fenster`, `Weiß;;${key(2)};Fenster`);
    const told = { Name: 'userName', Vorname: 'userName', 'Windows-Key': 'licenseKey', Software: 'productName' };
    for (const mapping of [{}, told])
      expect(
        (await valuesOf(list, { kind: 'software', mapping })).map(({ persons, fields }) => [
          persons,
          fields.productName,
        ]),
      ).toEqual([
        [['Anna Berg'], 'Fenster'],
        [['Weiß'], 'Fenster'],
      ]);
    const alone = await valuesOf(csv('Name;Windows-Key', `Fenster;${key(1)}`), { kind: 'software' });
    expect(alone).toMatchObject([{ persons: [], fields: { productName: 'Fenster' } }]);
  });

  it('X9: words for none do not keep a column from being the license key', async () => {
    const list = csv('Item;Nummer', `P;${key(1)}`, 'Q;n/a', 'R;siehe Mail', 'S;');
    const rows = await valuesOf(list, { kind: 'software' });
    expect(rows.map(({ licenseKeys }) => licenseKeys.length)).toEqual([1, 0, 0, 0]);
  });

  it.each([
    'Volumen',
    'Seats total',
    'Anzahl Plätze',
    'Número de puestos',
    'Nb de postes',
    'Numero postazioni',
    'Aantal gebruikers',
    'Liczba użytkowników',
  ])('X9: %s is how many there are', async (name) => {
    const rows = await valuesOf(csv(`Produkt;Lizenzschlüssel;${name}`, `P;${key(1)};7`), { kind: 'software' });
    expect(rows).toMatchObject([{ fields: { quantity: 7 } }]);
  });

  it('F7: a list whose columns only blanks part is refused by what it is', async () => {
    const list = [
      'Pos Produkt                      Key                              Kunde',
      `1   Fenster 10 Pro              ${key(1)}     Meyer KG`,
      `2   Pinsel 2020                 ${key(2)}     Meyer KG`,
      'Seite 1 von 1',
    ];
    expect(await faultsOf(valuesOf(csv(...list), { kind: 'software' }))).toMatchObject([{ code: 'parted_by_blanks' }]);
    const titles = csv('Liste der Kunden  Stand 2026  intern', 'Produkt;Key', `P;${key(1)}`);
    expect(await valuesOf(titles, { kind: 'software' })).toHaveLength(1);
  });
});

describe('names of columns that say what the cells are', () => {
  const read = async (lines: string[], kind: ImportKind = 'software') =>
    (await valuesOf(csv(...lines), { kind })).map(
      ({ persons, fields }): Record<string, unknown> => ({ persons, ...fields }),
    );

  it.each([
    ['Name;Vorname', 'Berg;Anna'],
    ['Nom;Prénom', 'Berg;Anna'],
    ['Nombre;Apellidos', 'Anna;Berg'],
    ['Nome;Cognome', 'Anna;Berg'],
    ['Naam;Voornaam', 'Berg;Anna'],
    ['Name;Surname', 'Anna;Berg'],
    ['Imię;Nazwisko', 'Anna;Berg'],
  ])('X9: %s are one person, and no product', async (names, cells) => {
    expect(await read([`${names};Key`, `${cells};${key(1)}`])).toEqual([
      { persons: ['Anna Berg'], userName: 'Anna Berg' },
    ]);
  });

  it('X9: a name that is whole already takes no first name, and beside a user both halves are noted', async () => {
    const whole = await read(['Name;Vorname;Key', `Anna Berg;Anna;${key(1)}`, `"Weiß, Jonas";Jonas;${key(2)}`]);
    expect(whole.map(({ userName, productName }) => [userName, productName])).toEqual([
      ['Anna Berg', undefined],
      ['Weiß, Jonas', undefined],
    ]);
    expect(await read(['Name;Vorname;Benutzer;Key', `Berg;Anna;aberg;${key(1)}`])).toEqual([
      { persons: ['aberg'], userName: 'aberg', remarks: 'Name: Berg\nVorname: Anna' },
    ]);
  });

  it('X9: a list of people with "Name" beside a first name loses neither', async () => {
    const people = await read(['Name;Vorname;E-Mail', 'Berg;Anna;a@example.com'], 'users');
    expect(people).toMatchObject([{ name: 'Anna Berg', email: 'a@example.com' }]);
    expect(await read(['Nom;Prénom', 'Berg;Anna'], 'users')).toMatchObject([{ name: 'Anna Berg' }]);
    expect(await read(['Name;Vorname', 'Anna Berg;Anna'], 'users')).toMatchObject([{ name: 'Anna Berg' }]);
  });

  it.each([
    ...['Anzahl der Lizenzen', 'Lizenzmenge', 'Nutzerzahl', 'Anzahl Installationen', 'Number of devices', '# of seats'],
    ...[
      'Licence count',
      'Nb de postes',
      'Nombre de sièges',
      "Nombre d'utilisateurs",
      'N.º de licencias',
      'Numero utenti',
    ],
    ...['N. licenze', 'Aantal werkplekken', 'Ilość sztuk', 'Liczba użytkowników', 'Users', 'Licencias', 'Bestellmenge'],
  ])('X9: %s is how many there are', async (name) => {
    expect(await read([`Produkt;Key;${name}`, `P;${key(1)};7`])).toMatchObject([{ quantity: 7 }]);
  });

  it('X9: a plain name for what is counted is no count where its cells are none, nor is every number of something', async () => {
    expect(await read(['Produkt;Key;Users', `P;${key(1)};Anna`])).toMatchObject([{ remarks: 'Users: Anna' }]);
    for (const name of ['Anzahl Monate', 'N° de licence', 'Postleitzahl'])
      expect(await read([`Produkt;Key;${name}`, `P;${key(1)};7`])).toMatchObject([{ remarks: `${name}: 7` }]);
  });
});

describe('what stands at the place of a license key and is none', () => {
  const thumbprint = 'a9 09 50 2d d8 2a e4 14 33 e6 f8 38 86 b0 0d 42 77 a3 2a 7b';

  it.each([
    '3F:A2:9C:11:88:02',
    '3F:A2:9C:11:88:02 (TLS)',
    '00:1a:e8:44:55:66',
    'SHA1: 3F:A2:9C:11:88:02:7B:55',
    `${'3F:'.repeat(31)}A2`,
  ])('F5: %s is no license key, and stands in the remarks', async (text) => {
    const [row, other] = await valuesOf(csv('Produkt;Key', `P;${text}`, `Q;${key(1)}`), { kind: 'software' });
    expect(row).toMatchObject({ licenseKeys: [], errors: [], fields: { remarks: `Key: ${text}` } });
    expect(row?.warnings.map(({ code }) => code)).toEqual(['hex_pairs']);
    expect(other?.licenseKeys).toEqual([key(1)]);
  });

  it.each(['3F:A2:9C:11:88:02', thumbprint])('F5: a column such as %s is none of license keys', async (text) => {
    const rows = await valuesOf(csv('Produkt;Fingerabdruck', `P;${text}`, `Q;${text}`), { kind: 'software' });
    expect(rows).toMatchObject([1, 2].map(() => ({ licenseKeys: [], errors: [] })));
    expect(rows[0]?.fields.remarks).toBe(`Fingerabdruck: ${text}`);
  });

  it('F5: digits in pairs are a license key still', async () => {
    const [row] = await valuesOf(csv('Produkt;Key', 'P;12 34 56 78 90 12'), { kind: 'software' });
    expect(row?.licenseKeys).toEqual(['12 34 56 78 90 12']);
  });
});

describe('rows whose cells are shifted', () => {
  const told = async (...lines: string[]): Promise<[number, string][]> => {
    const found: [number, string][] = [];
    const { rows } = await openTable(Buffer.from(csv(...lines)));
    for await (const _ of rows(({ line, code }) => found.push([line, code])));
    return found;
  };

  it('F7: a separator too many is told where only blank cells fall off by it', async () => {
    const rows = [`P;${key(1)};2;`, `Q;;${key(2)};3;`, `R;${key(3)};4;;`];
    expect(await told('Produkt;Key;Anzahl;Bemerkung', ...rows)).toEqual([[3, 'long_row']]);
  });

  it('F7: it is told of no row where all end in a separator', async () => {
    expect(await told('Produkt;Key;Anzahl', `P;;${key(1)};`, `Q;${key(2)};;`)).toEqual([]);
  });

  it('F7: a column that looks like license keys because of it is refused together with the rows that are too long', async () => {
    const file = csv('Produkt;Key;Kunde', `1;P;${key(1)};Meyer KG`, `2;Q;${key(2)};Meyer KG`);
    expect(await faultsOf(valuesOf(file, { kind: 'software' }))).toMatchObject([
      { line: 2, code: 'ragged', detail: expect.stringContaining('shifted') },
      { line: 3, code: 'ragged' },
      { line: 1, code: 'looks_like_keys' },
    ]);
  });
});

describe('what comes in as one column', () => {
  it.each([
    ['Produkt Key Kunde', (i: number) => `Fenster 10 Pro ${key(i)} Meyer KG`],
    ['Produkt^Key^Kunde', (i: number) => `Fenster^${key(i)}^Meyer`],
    ['Produkt / Key / Kunde', (i: number) => `Fenster / ${key(i)} / Meyer`],
  ])('F7: %s is refused by what it is', async (header, row) => {
    expect(await faultsOf(valuesOf(csv(header, row(1), row(2)), { kind: 'software' }))).toMatchObject([
      { line: 1, code: 'one_column' },
    ]);
  });

  it('F7: a list of one column may be called by several words', async () => {
    const rows = await valuesOf(csv('Our Software Product Key', key(1), key(2)), { kind: 'software' });
    expect(rows.map(({ licenseKeys }) => licenseKeys)).toEqual([[key(1)], [key(2)]]);
    expect(await valuesOf(csv('Produkt', 'Fenster 10 Pro', 'Pinsel 2'), { kind: 'software' })).toHaveLength(2);
  });

  it('F1: a license key in columns of any names, or in two parts, is joined, or asked about beside another', async () => {
    const groups = ['QK7TR', '4MDX2', '9HWPC', '6VJNB'];
    const cells = [1, 2].map((end) => [...groups, `7NB2${end}`]);
    const joined = cells.map((row) => [row.join('-')]);
    const named = csv(
      'Produkt;Etage;Teil A;Teil B;Teil C;Teil D;Teil E',
      ...cells.map((row) => `P;EG;${row.join(';')}`),
    );
    const rows = await valuesOf(named, { kind: 'software' });
    expect(rows.map(({ licenseKeys, fields }) => [licenseKeys, fields.remarks])).toEqual(
      joined.map((keys) => [keys, 'Etage: EG']),
    );
    const two = csv(
      'Produkt;Lizenzschlüssel;;',
      ...cells.map((row) => `P;${row.slice(0, 3).join('-')};${row.slice(3).join('-')};`),
    );
    expect((await valuesOf(two, { kind: 'software' })).map(({ licenseKeys }) => licenseKeys)).toEqual(joined);
    const beside = csv(
      'Produkt;Key;Teil A;Teil B;Teil C;Teil D',
      ...cells.map((row, i) => `P;${key(i)};${row.slice(0, 4).join(';')}`),
    );
    expect(await faultsOf(valuesOf(beside, { kind: 'software' }))).toMatchObject([
      { column: '3', code: 'looks_like_keys' },
    ]);
    const numbers = csv('Produkt;Key;PLZ;Konto;Filiale;Kasse', `P;${key(1)};12345;67890;11111;22222`);
    expect(await valuesOf(numbers, { kind: 'software' })).toHaveLength(1);
  });

  it('K4: several whole license keys that only blanks part are several', async () => {
    const [row] = await valuesOf(csv('Produkt;Key', `P;${key(11111)} ${key(22222)}`), { kind: 'software' });
    expect(row).toMatchObject({ licenseKeys: [key(11111), key(22222)], warnings: [{ code: 'keys_parted' }] });
    const [spaced] = await valuesOf(csv('Produkt;Key', 'P;QK7TR 4MDX2 9HWPC 6VJNB 7NB2V'), { kind: 'software' });
    expect(spaced).toMatchObject({ licenseKeys: ['QK7TR 4MDX2 9HWPC 6VJNB 7NB2V'] });
  });

  it('X9: an error of a spreadsheet is no blank, and is refused where blank would mean something', async () => {
    const rows = await valuesOf(
      csv('Produkt;Key;Gültig bis;Kunde;Anzahl;Notiz', `P;${key(1)};#N/A;#BEZUG!;#WERT!;#N/A`, 'Q;#N/A;;;;'),
      { kind: 'software' },
    );
    expect(rows.map(({ errors }) => errors.map(({ column, code }) => [column, code]))).toEqual([
      [
        ['Gültig bis', 'destroyed_number'],
        ['Kunde', 'destroyed_number'],
        ['Anzahl', 'destroyed_number'],
      ],
      [],
    ]);
    expect(rows[1]).toMatchObject({ licenseKeys: [], warnings: [{ code: 'no_key' }] });
  });
});
