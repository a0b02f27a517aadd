import { refused } from '../plan/refused.ts';
import type { TableRow } from './read-table.ts';

/** What a file that is no table begins with, whatever its name ends in. */
const otherFiles: readonly { begins: RegExp; code: string; detail: string }[] = [
  {
    begins: /^<\?xml[^>]*>\s*<\?mso-application|^<\?xml[^>]*>\s*<(?:\w+:)?Workbook\b/,
    code: 'xml_workbook',
    detail: 'This is a workbook written as XML. Open it in a spreadsheet program and save it as .xlsx or CSV.',
  },
  {
    begins: /^<(?:!doctype html|html|head|body|meta|table|style)\b/i,
    code: 'web_page',
    detail: 'This is a web page saved as .xls. Open it in a spreadsheet program and save it as .xlsx or CSV.',
  },
  {
    begins: /^<\?xml\b/,
    code: 'xml',
    detail: 'This is an XML file. Save its table as CSV.',
  },
  {
    begins: /^[[{]\s*(?:["{[\]}]|$)/,
    code: 'json',
    detail: 'This is JSON. Save its table as CSV.',
  },
  {
    begins: /^%PDF-/,
    code: 'pdf',
    detail: 'This is a PDF document. Save its table as CSV.',
  },
];

/** Refuses, by what it is, a text that is no table. `start` is its beginning. */
export function refuseOtherFiles(start: string): void {
  const text = start.slice(0, 1000).trimStart();
  for (const { begins, code, detail } of otherFiles) if (begins.test(text)) throw refused(1, code, detail);
}

const rule = /^[=\-_*#~]{4,}$/;
const said = /^\p{L}[^:;\t|]{1,40}:\s*\S/u;

/** Refuses a report that says one thing a line, as finders of keys write it; to be asked where no column has a name we know. */
export function refuseReport(rows: readonly TableRow[]): void {
  const lines = rows.map(({ cells }) => beginningOf(cells.join(' ')));
  const alike = lines.filter((line) => rule.test(line) || said.test(line));
  if (alike.length < 3 || alike.length < lines.length * 0.6) return;
  throw refused(
    1,
    'text_report',
    'This is a report with one thing a line, not a table. Save the list as CSV in the program that wrote it.',
  );
}

/** Of a line, what says that it is one of a report. */
function beginningOf(line: string): string {
  return line.trim().slice(0, 200).trim();
}

const byBlanks = /\S {2,}\S/g;

/** Refuses a table whose cells nothing parts but blanks, as it is copied out of a document; to be asked where no column has a name we know. */
export function refuseBlanks(rows: readonly TableRow[]): void {
  const lines = rows.map(({ cells }) => beginningOf(cells.join(' ')));
  const isParted = (line: string): boolean => (line.match(byBlanks)?.length ?? 0) > 1;
  const alike = lines.filter(isParted);
  if (rows.some(({ cells }) => cells.length > 1) || alike.length < 2 || alike.length < lines.length * 0.6) return;
  throw refused(
    1,
    'parted_by_blanks',
    'Only blanks part the columns of this list, as in a document it is copied from. Bring it into a spreadsheet with a column each, and save that as CSV.',
  );
}

const anySign = /[\s:/~^]+/;

/** Refuses a text of one column whose first line has several names of columns; to be asked where no column has a name we know. */
export function refuseOneColumn(rows: readonly TableRow[], isKnown: (name: string) => boolean): void {
  const [names = [], ...lines] = rows.map(({ cells: [cell = ''] }) => beginningOf(cell).split(anySign));
  if (rows.some(({ cells }) => cells.length > 1) || new Set(names.filter(isKnown)).size < 2) return;
  // Below a name of several words, such as "software license key", stands one.
  if (lines.filter((parts) => parts.length >= names.length).length < Math.max(1, lines.length * 0.6)) return;
  throw refused(
    1,
    'one_column',
    'This text is one column: no comma, semicolon, tab or bar parts it. Bring it into a spreadsheet with a column each, and save that as CSV.',
  );
}

/** Refuses a table that stands on its side: the names of columns are in its first column, and the header has next to none. */
export function refuseTransposed(
  rows: readonly TableRow[],
  header: TableRow,
  isKnown: (name: string) => boolean,
): void {
  const below = rows.filter(({ line }) => line > header.line).map(({ cells }) => cells[0]?.trim() ?? '');
  const names = new Set(below.filter((name) => name !== '' && isKnown(name)));
  const isHeader = header.cells.filter((name) => name.trim() !== '' && isKnown(name)).length > 1;
  if (isHeader || names.size < 3 || names.size < below.length * 0.6) return;
  throw refused(
    header.line,
    'transposed',
    'This table stands on its side: its first column has the names of columns. Turn it round (copy it, and paste it transposed), and import that.',
  );
}
