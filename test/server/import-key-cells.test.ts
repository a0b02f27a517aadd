import { describe, expect, it } from 'vitest';
import { readKeyCell } from '../../src/server/imports/plan/key-cell.ts';
import { isPlaceholder } from '../../src/server/imports/plan/placeholder.ts';
import { valuesOf } from '../harness/import-file.ts';
import { fieldFile } from '../harness/upload.ts';

const key = (end: number): string => `QK7TR-4MDX2-9HWPC-6VJNB-${end}`;

describe('a cell of license keys', () => {
  it.each([
    [`${key(10301)}, ${key(10302)}`],
    [`${key(10301)},${key(10302)}`],
    [`${key(10301)}; ${key(10302)};`],
    [`${key(10301)} / ${key(10302)}`],
    [`${key(10301)}/${key(10302)}`],
    [`${key(10301)} | ${key(10302)}`],
    [`Key: ${key(10301)}, Key: ${key(10302)}`],
    ['3AA-B7C-9KD, 3AA-B7C-9KE'],
  ])('F5: several keys are parted, and that is told: %s', (cell) => {
    const { keys, told } = readKeyCell(cell);
    expect(keys).toHaveLength(2);
    expect(told.map(({ code }) => code)).toContain('keys_parted');
    expect(keys.every((text) => /^[A-Z0-9-]+$/.test(text))).toBe(true);
  });

  it.each([
    'AbCd1EfGh2IjKl3/MnOp4QrSt5UvWx6YzAb7Cd+8',
    'user,Name-12345',
    'QK7TR-4MDX2-9HWPC',
    'lowercase-key-without-digits',
    "D'Arc-12345-67890",
  ])('F5: what is one key stays one, whatever signs it has: %s', (cell) => {
    expect(readKeyCell(cell)).toEqual({ keys: [cell], notes: [], told: [] });
  });

  it.each([
    [`Key: ${key(10305)}`, []],
    [`Lizenzschlüssel: ${key(10305)}`, []],
    [`S/N: ${key(10305)}`, []],
    [`${key(10305)} (MAK)`, ['MAK']],
    [`${key(10305)} [OEM, Etage 2]`, ['OEM, Etage 2']],
  ])('F5: a word before and brackets behind are taken off, and what they say is kept: %s', (cell, notes) => {
    const read = readKeyCell(cell);
    expect(read).toMatchObject({ keys: [key(10305)], notes, told: [{ code: 'key_unwrapped' }] });
  });

  it.each([["'0012345678901"], ['="0012345678901"']])('F5: %s is a number kept as text', (cell) => {
    expect(readKeyCell(cell)).toMatchObject({ keys: ['0012345678901'], told: [{ code: 'unquoted' }] });
  });

  const placeholders = [
    ...[
      'OEM',
      'n/a',
      'N/A',
      'k.A.',
      'none',
      'keine',
      'keiner (Online)',
      'siehe Tresor',
      'siehe Aufkleber',
      '?',
      '-',
      '--',
    ],
    ...[
      'see invoice 4711',
      'XXXXX-XXXXX-XXXXX-XXXXX-XXXXX',
      'BBBBB-BBBBB-BBBBB-BBBBB-BBBBB',
      'unbekannt',
      'tbd',
      '(OEM)',
    ],
    ...['Product key was not found', 'To be filled by O.E.M.', 'Default string', '00000000'],
  ];
  it.each(placeholders)('F5: no key and no number: %s', (text) => {
    expect(isPlaceholder(text)).toBe(true);
    expect(readKeyCell(text)).toMatchObject({ keys: [], told: [{ code: 'no_key' }] });
  });

  it.each(['4711', 'AAAA', 'PC-001', 'NONE-OF-12345', '•••••-12345', 'XXXXX-XXXXX-XXXXX-12345', 'Anna'])(
    'F5: a number, a name or a mask is no word for nothing: %s',
    (text) => expect(isPlaceholder(text)).toBe(false),
  );

  it('F5: plain words are no key, a key in groups of capitals is one', () => {
    expect(readKeyCell('liegt im Schrank bei Anna')).toMatchObject({ keys: [], told: [{ code: 'no_key' }] });
    expect(readKeyCell('ABCDE FGHIJ KLMNO PQRST UVWXY').keys).toHaveLength(1);
    expect(readKeyCell(`${key(10302)} für den Empfang`).fault).toMatchObject({ code: 'beside_key' });
  });

  it('F5: a license text of several lines is one license file, keys on lines are keys', () => {
    const block = '----- BEGIN LICENSE -----\nPraxis Ahorn\nEA7E-12345\n------ END LICENSE ------';
    expect(readKeyCell(block)).toEqual({ keys: [], block, notes: [], told: [] });
    expect(readKeyCell(`${key(1)}\n${key(2)}`)).toMatchObject({ keys: [key(1), key(2)], told: [] });
    expect(readKeyCell(`${key(1)}\nn/a`)).toMatchObject({ keys: [key(1)], told: [{ code: 'no_key' }] });
  });
});

describe('keys and numbers of a file', () => {
  it('F5: eight keys of five rows, and the column and line of what was done', async () => {
    const rows = await valuesOf(fieldFile('c29-key-cell.csv'));
    const ends = rows.flatMap(({ licenseKeys }) => licenseKeys.map((text) => text.trim().slice(-3)));
    expect(ends).toEqual(['301', '302', '303', '304', '305', '306', '307', '308']);
    expect(rows.flatMap(({ warnings }) => warnings.map(({ line, column }) => [line, column]))).toEqual(
      [2, 3, 4, 5, 6].map((line) => [line, 'Lizenzschlüssel']),
    );
    expect(rows[3]?.fields.remarks).toBe('Lizenzschlüssel: MAK');
  });

  it.each(['c09-apostrophe.csv', 'c09b-formula-quote.csv'])('F5: zeros are kept, %s', async (name) => {
    const rows = await valuesOf(fieldFile(name));
    expect(rows.flatMap(({ licenseKeys }) => licenseKeys)).toEqual(['0012345678901', '0012345678902']);
    expect(rows.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toEqual(['unquoted', 'unquoted']);
  });

  it('F5: placeholders are told with their line, and one key remains', async () => {
    const rows = await valuesOf(fieldFile('c28-placeholder.csv'));
    expect(rows.flatMap(({ licenseKeys }) => licenseKeys)).toEqual([key(10291)]);
    expect(rows.flatMap(({ warnings }) => warnings.map(({ line }) => line))).toEqual([2, 3, 4, 5, 6, 8, 9, 10]);
  });

  it('F9: a serial number that a machine never got is none, and collides with none', async () => {
    const file = 'Hostname;Seriennummer\nNB-1;5CD1\nNB-2;To be filled by O.E.M.\nNB-3;Default string\n';
    const rows = await valuesOf(file, { kind: 'equipment' });
    expect(rows.map(({ fields }) => fields.serialNumber)).toEqual(['5CD1', undefined, undefined]);
    expect(rows.flatMap(({ warnings }) => warnings.map(({ code }) => code))).toEqual([
      'no_serial_number',
      'no_serial_number',
    ]);
  });

  it('F5: a second column gives the key where the first has a word for none', async () => {
    const file = `Item name,Serial Number,Product Key\nP,n/a,${key(7)}\n`;
    const [row] = await valuesOf(file, { profile: 'snipe-it', kind: 'licenses' });
    expect(row).toMatchObject({ licenseKeys: [key(7)], errors: [], warnings: [{ code: 'no_key' }] });
  });

  it('K18: a license text of several lines is one license file, and that is told', async () => {
    const [row] = await valuesOf('key,product\n"-----BEGIN-----\nab cd\n-----END-----",P\n');
    expect(row).toMatchObject({ licenseKeys: [], errors: [], warnings: [{ code: 'license_file', column: 'key' }] });
    expect(row?.licenseBlock).toContain('ab cd');
  });

  it('F9: GLPI writes signs as entities', async () => {
    const file = 'Software;Seriennummer;Einheit;Herausgeber\nP;K-1;"Wurzel &gt; Praxis Nord";"Nord &amp; S&#252;d"\n';
    const [row] = await valuesOf(file, { profile: 'glpi', kind: 'licenses' });
    expect(row?.fields).toMatchObject({ customer: 'Praxis Nord', manufacturer: 'Nord & Süd' });
  });
});
