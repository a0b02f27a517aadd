import { headingColumn } from '../../../domain/import-fields.ts';
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
 * above the rows that it is about, as the `sample` shows. `says` are the words of headings that are understood; one that a
 * column of the table gives is none. Where just "Praxis" stands there, again and again, the column is the headings'.
 */
export function withHeadings(table: Table, sample: readonly TableRow[], says: IsKnown): Table {
  const { header, rows } = table;
  if (header.length < leastColumns) return table;
  const worded = (row: TableRow): Heading | undefined => headingOf(row, says);
  const words = sample.flatMap((row) => worded(row)?.word ?? []);
  const own = [...new Set(words)].filter((word) => !header.some((name) => isSame(name, word)));
  const isBare = own.length === 0 && hasBareHeadings(sample);
  if (own.length === 0 && !isBare) return table;
  const reading = isBare
    ? { width: header.length, own: [headingColumn], ofRow: bareHeading }
    : { width: header.length, own, ofRow: worded };
  return {
    ...table,
    header: [...header, ...reading.own],
    rows: (tell = () => undefined) => filled(rows(tell), reading, tell),
  };
}

/** What each row below it repeats is no longer than this. */
const longest = 250;

/** The only cell of a row, where it is its first. */
function bareHeading({ cells: [first = '', ...others] }: TableRow): Heading | undefined {
  const text = first.trim();
  const isAlone = text !== '' && text.length <= longest && others.every((cell) => cell.trim() === '');
  return isAlone ? { word: headingColumn, text } : undefined;
}

const leastHeadings = 2;

/** Whether a list begins with one, and has more, all different, and each with rows of its own below it. */
function hasBareHeadings(sample: readonly TableRow[]): boolean {
  const texts = sample.map((row) => bareHeading(row)?.text);
  const headings = texts.filter((text) => text !== undefined);
  if (texts[0] === undefined || headings.length < leastHeadings || new Set(headings).size < headings.length)
    return false;
  return texts.every((text, i) => text === undefined || (i + 1 < texts.length && texts[i + 1] === undefined));
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
  const [, word = '', said = ''] = (more.length === 0 && text.length <= longest && alone.exec(text)) || [];
  return word !== '' && says(word) ? { word, text: said } : undefined;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
