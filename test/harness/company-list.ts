import { book, sheet } from './book.ts';

const customers = ['Praxis Eibe', 'Kanzlei Linde', 'Bäckerei Ulm', 'Autohaus Esche', 'Tischlerei Erle'];
const rowsEach = 8;
const head = [
  ...['Kunde', 'Produkt', 'Hersteller', 'Lizenzschlüssel', 'Anzahl', 'Gültig bis', 'Kaufdatum', 'Preis netto'],
  ...['Preis brutto', 'Lieferant', 'Rechnungsnummer', 'Benutzer', 'Ablage'],
];
/** The line of the header: two lines of titles and a blank one stand above it. */
export const headerLine = 4;

/** Rows that are wrong, by their lines: a day that is none, a key that became a number, one that a row above has with other facts. */
export const wrongLines = [9, 20, 40];

/**
 * The key list of an IT service company, as it is kept in Germany: a workbook of forty rows and thirteen columns, below titles,
 * the customer in cells merged over its rows, two prices, a total and a note. The keys begin with `mark`.
 */
export function companyList(mark: string): { content: Buffer<ArrayBuffer>; keyOf: (line: number) => string } {
  const keyOf = (line: number): string => `${mark}TR-4MDX2-9HWPC-6VJNB-${String(55_000 + line)}`;
  const rows = customers.flatMap((customer, i) =>
    Array.from({ length: rowsEach }, (_, j) => {
      const line = headerLine + 1 + i * rowsEach + j;
      return rowOf(line, j === 0 ? customer : '', keyOf);
    }),
  );
  const merges = customers.map((_, i) => {
    const from = headerLine + 1 + i * rowsEach;
    return `A${from}:A${from + rowsEach - 1}`;
  });
  const foot = [
    ['Summe', '', '', '', '', '', '', '1.996,00 €'],
    [],
    ['Alle Preise ohne Gewähr, Stand der Liste November 2026'],
  ];
  const cells = [['Lizenzübersicht 2026'], ['Musterhaus IT-Dienstleistungen, intern'], [], head, ...rows, ...foot];
  const notes = sheet([['Zugang zum Portal des Lieferanten: Frau Kurz fragen']]);
  const content = book([
    ['Lizenzen', sheet(cells, merges)],
    ['Notizen', notes],
  ]);
  return { content, keyOf };
}

function rowOf(line: number, customer: string, keyOf: (line: number) => string): string[] {
  const [badDay, badKey, badRepeat] = wrongLines;
  const key = line === badKey ? '1.23457E+15' : keyOf(line === badRepeat ? line - 1 : line);
  const until = line === badDay ? '31.02.2028' : '31.12.2028';
  const product = `Tintenwerk ${line % 3}`;
  const paid = ['01.02.2026', '49,90 €', '59,38 €', 'Softhaus', `RE-2026-${line}`];
  return [customer, product, 'Farbwerk AG', key, '1', until, ...paid, `Mia Lund ${line}`, 'Schrank 2'];
}
