import fc from 'fast-check';
import { expect, it } from 'vitest';
import { everythingStored, upload } from '../harness/upload.ts';
import { newWorld } from '../harness/world.ts';

const world = await newWorld('sqlite');

/** Names of columns as people and programs call them, in several languages; some that nobody knows. */
const texts = [
  ...['Produkt', 'Software', 'Product Title', 'Nom du logiciel', 'Feature'],
  ...['Kunde', 'Company', 'Société', 'Cliente', 'Account Name'],
  ...['Benutzer', 'Assigned to', 'Utilisateur', 'Gerät', 'Hostname', 'Computer Name'],
  ...['Hersteller', 'Lieferant', 'Bestellnummer', 'Rechnungsnr.', 'Kostenstelle', 'Barcode', 'Seriennummer'],
  ...['Bemerkung', 'Kommentar', 'Notes', 'Ablage', 'Etage', 'Status', 'Build', 'Bemerkung', '', 'Vertragsart', 'ID'],
];
const words = (function* () {
  for (let count = 1; ; count += 1) yield count.toString(36);
})();
/** A word that stands nowhere else. */
const token = (): string => `zq${words.next().value}x`;
const licenseKey = (): string => `QK7TR-4MDX2-9HWPC-${String(words.next().value).toUpperCase().padStart(5, '0')}-7NB2V`;

/** As what a cell is found again, of those that stand nowhere else. */
const foundAs = new Map<string, string>();
let typedCells = 0;

/** A cell that is read as a value, and as what that is stored. */
function value(write: (n: number) => readonly [cell: string, stored: string]): () => string {
  return () => {
    typedCells += 1;
    const [cell, stored] = write(typedCells);
    foundAs.set(cell, stored);
    return cell;
  };
}

const dayOf = (n: number): string => new Date(Date.UTC(2030, 0, 1 + n)).toISOString().slice(0, 10);
const pointed = (day: string): string => day.split('-').toReversed().join('.');
const pastDayOf = (n: number): string => new Date(Date.UTC(2020, 0, 1 - n)).toISOString().slice(0, 10);
const blank = (): string => '';
const typed: Record<string, readonly (() => string)[]> = {
  Anzahl: [
    value((n) => [`${300_000 + n}`, `${300_000 + n}`]),
    value((n) => [`${400_000 + n} Stk.`, `${400_000 + n}`]),
    blank,
  ],
  'Gültig bis': [
    value((n) => [pointed(dayOf(n)), dayOf(n)]),
    value((n) => [dayOf(n), dayOf(n)]),
    () => 'unbegrenzt',
    blank,
  ],
  Kaufdatum: [
    value((n) => [pointed(pastDayOf(n)), pastDayOf(n)]),
    value((n) => [`${pastDayOf(n)} 08:11:12`, pastDayOf(n)]),
    blank,
  ],
  Preis: [
    value((n) => [`${5000 + n},37 €`, `${5000 + n}.37`]),
    value((n) => [`${5000 + n},53 EUR netto`, `${5000 + n}.53`]),
    () => 'kostenlos',
    blank,
  ],
  Lizenzart: [() => 'MAK', () => 'OEM', () => 'Subscription', blank],
  'Auto renew': [() => 'yes', () => 'nein', blank],
};

const untold = [null, 'licenseKey'];

type Column = { name: string; cell: (pick: number) => string };

const column = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...texts)
      .map((name): Column => ({ name, cell: (pick) => (pick % 4 === 0 ? '' : token()) })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...Object.keys(typed))
      .map((name): Column => ({ name, cell: (pick) => typed[name]?.[pick % (typed[name]?.length ?? 1)]?.() ?? '' })),
  },
);
/** Somebody wrote a license key where the name of the column should be, or behind it. */
const namedByKey = fc
  .constantFrom('', 'Ablage ', 'Raum, alt: ', 'Lizenzschlüssel ', 'Lizenzschlüssel (')
  .map((name): Column => ({ name: `${name}${licenseKey()}${name.endsWith('(') ? ')' : ''}`, cell: () => token() }));
const keyColumn = fc
  .constantFrom(
    'Lizenzschlüssel',
    'Product Key',
    'Aktivierungscode',
    'Clé de produit',
    'Clave',
    'Ablage',
    'Notes',
    'Seriennummer',
  )
  .map((name): Column => ({ name, cell: (pick) => (pick % 5 === 0 ? '' : licenseKey()) }));
const sheet = fc.record({
  columns: fc.array(column, { minLength: 1, maxLength: 9 }),
  key: fc.option(keyColumn, { nil: undefined }),
  namedByKey: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: namedByKey }),
  picks: fc.array(fc.nat(100), { minLength: 30, maxLength: 30 }),
  rows: fc.integer({ min: 1, max: 6 }),
  hasTitle: fc.boolean(),
  parting: fc.constantFrom(';', ',', '\t'),
  kind: fc.constantFrom('software', undefined, 'licenses'),
  profile: fc.constantFrom(undefined, undefined, undefined, 'glpi', 'snipe-it', 'odoo'),
});

type Sheet = typeof sheet extends fc.Arbitrary<infer Value> ? Value : never;

function written({ columns, key, namedByKey, picks, rows, hasTitle, parting }: Sheet) {
  const product: Column = { name: 'Produkt', cell: () => token() };
  const all = [
    product,
    ...columns.filter(({ name }) => !/^(?:Produkt|Software|Feature|Product Title|Nom du)/.test(name)),
  ];
  if (key) all.splice((picks[0] ?? 0) % all.length, 0, key);
  if (namedByKey) all.push(namedByKey);
  const quoted = (cell: string): string => (/[",;\t\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const cells = Array.from({ length: rows }, (_, row) =>
    all.map(({ cell }, at) => cell(picks[(row * 7 + at * 3) % picks.length] ?? 1)),
  );
  const lines = [all.map(({ name }) => name), ...cells].map((row) => row.map(quoted).join(parting));
  const names = all.map(({ name }) => name);
  return { file: `${hasTitle ? 'Übersicht\n\n' : ''}${lines.join('\n')}\n`, cells, names };
}

it('X9: no cell of a sheet is lost, and no license key can be read: in a field, in Other, or told', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(sheet, async (given) => {
      const { file, cells, names } = written(given);
      const { kind, profile } = given;
      const mapping = given.namedByKey && JSON.stringify({ [`#${names.length}`]: 'remarks' });
      const fields = {
        ...(kind && { kind }),
        ...(profile && { profile }),
        ...(mapping && { mapping }),
        create: 'customers,products,equipment',
      };
      const rehearsed = await upload(world.admin, file, { ...fields, dryRun: 'true' });
      const { status, body } = await upload(world.admin, file, fields);
      const stored = await everythingStored(world);
      const keys = cells.flat().filter((cell) => cell.startsWith('QK7TR'));
      const inNames = names.flatMap((name) => /QK7TR[\dA-Z-]+/.exec(name) ?? []);
      for (const key of [...keys, ...inNames])
        for (const text of [stored, JSON.stringify(body), JSON.stringify(rehearsed.body)])
          expect(text).not.toContain(key);
      if (status !== 201) {
        for (const { params, detail } of body.errors) expect([params.line > 0, detail !== '']).toEqual([true, true]);
        return;
      }
      taken += 1;
      const told = JSON.stringify([body.leftOut ?? [], body.warnings]);
      const lost = cells.flatMap((row, at) =>
        row
          // What is left out, such as the ids of another program, and what is encrypted, the mapping tells.
          .filter(
            (_, at) =>
              !untold.some((field) => [names[at] ?? '', `#${at + 1}`].some((name) => body.mapping[name] === field)),
          )
          .filter((cell) => {
            const found = foundAs.get(cell) ?? (cell.startsWith('zq') ? cell : '');
            return !stored.includes(found) && !stored.includes(cell) && !told.includes(cell);
          })
          .map((cell) => [at, cell]),
      );
      expect({ file, lost }).toEqual({ file, lost: [] });
      for (const key of keys) {
        const mask = key.slice(-5);
        expect(stored.includes(mask) || told.includes(mask)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
  // Most of them are taken, so that the above says something.
  expect(taken).toBeGreaterThan(20);
});
