import type { IsKnown } from './find-header.ts';
import type { Tell } from './no-rows.ts';
import type { Table, TableRow } from './read-table.ts';
import { placeOfLine } from './sheet-line.ts';

/** A line of a group: whose, or of what, the rows below it are. */
type Heading = { word: string; text: string };

const alone = /^(\p{L}[\p{L} .-]{1,30}?)\s*: *(\S.{0,200})$/u;
/** In a table of fewer columns a row of one cell is a row. */
const leastColumns = 3;

/**
 * A table with what its headings say in columns of their own: in a list in blocks, "Kunde: Praxis" stands alone on the line
 * above the rows that it is about, as the `sample` shows. `says` are the words of headings that are understood; one that a column of the table gives is none.
 */
export function withHeadings(table: Table, sample: readonly TableRow[], says: IsKnown): Table {
  const { header, rows } = table;
  if (header.length < leastColumns) return table;
  const ofRow = (row: TableRow): Heading | undefined => headingOf(row, says);
  const words = sample.flatMap((row) => ofRow(row)?.word ?? []);
  const own = [...new Set(words)].filter((word) => !header.some((name) => isSame(name, word)));
  if (own.length === 0) return table;
  const read = (tell: Tell = () => undefined) => filled(rows(tell), { width: header.length, own, ofRow }, tell);
  return { ...table, header: [...header, ...own], rows: read };
}

type Reading = { width: number; own: readonly string[]; ofRow: (row: TableRow) => Heading | undefined };

async function* filled(
  rows: AsyncIterable<TableRow>,
  { width, own, ofRow }: Reading,
  tell: Tell,
): AsyncGenerator<TableRow> {
  const said = own.map(() => '');
  let sheet = 0;
  for await (const row of rows) {
    const of = placeOfLine(row.line).sheet;
    if (of !== sheet) said.fill('');
    sheet = of;
    const heading = ofRow(row);
    const place = heading ? own.findIndex((word) => isSame(word, heading.word)) : -1;
    if (heading && place >= 0) {
      said[place] = heading.text;
      tell({ line: row.line, column: null, ...taken });
    } else yield { ...row, cells: [...row.cells.slice(0, width), ...said, ...row.cells.slice(width)] };
  }
}

const taken = { code: 'heading_taken', detail: 'This line is a heading: what it says is true of the rows below it.' };

function headingOf({ cells }: TableRow, says: IsKnown): Heading | undefined {
  const [text = '', ...more] = cells.map((cell) => cell.trim()).filter(Boolean);
  const [, word = '', said = ''] = (more.length === 0 && text.length <= 250 && alone.exec(text)) || [];
  return word !== '' && says(word) ? { word, text: said } : undefined;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
