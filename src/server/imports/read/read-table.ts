import { othersTurn } from '../../../db/others-turn.ts';
import { columnAt, refused } from '../plan/refused.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import { chosenSheet } from './chosen-sheet.ts';
import { headerAmong, headerWithin, type IsKnown, knownIn } from './find-header.ts';
import { ownRows, type Tell } from './no-rows.ts';
import { refuseReport } from './not-a-table.ts';
import { csvRows } from './read-csv.ts';
import { charactersOf, maxCell } from './read-sheet.ts';
import { workbookSheets } from './read-xlsx.ts';

/** A row of a file; `line` is where it begins, the header's included, counted from 1. Line ends inside a cell are `\n`. */
export type TableRow = { line: number; cells: string[] };

/** A file as rows of text. Every call of `rows` reads it from the start; what is broken is refused where it is reached. */
export type Table = {
  header: string[];
  /** Where the header stands. */
  headerLine: number;
  /** The sheets of a workbook that have a value. */
  sheets: SheetRead[];
  rows: (tell?: Tell) => AsyncIterable<TableRow>;
};

/** What is told of a sheet: its rows with a value, up to a limit, and whether it is the one that is read. */
export type SheetRead = { name: string; rows: number; isRead: boolean };

export type TableRules = {
  isKnown?: IsKnown;
  /** The line of the header, where it is given. */
  headerRow?: number | undefined;
  /** The name of the sheet to be read, or its number among those with a value. */
  sheet?: string | undefined;
};

const maxRows = 200_000;
const maxColumns = 500;
const maxName = 200;
const rowsAtOnce = 100;
/** What a row costs beside its characters. */
const charactersOfRow = 5000;

/**
 * Opens a CSV file or an XLSX workbook, and finds its table: the sheet, and the header, above which titles may stand. Rows
 * without a value are passed over, and so are rows that repeat the header, as Snipe-IT's export has them. Refuses
 * (`RefusedFile`) what cannot be read.
 */
export async function openTable(bytes: Buffer, rules: TableRules = {}): Promise<Table> {
  const { isKnown = () => false, headerRow } = rules;
  const { read, sheets } = await sourceOf(bytes, { ...rules, isKnown });
  const first = await firstRows(read(), headerRow ?? 0);
  const found = headerRow === undefined ? headerAmong(first, isKnown) : first.find(({ line }) => line === headerRow);
  if (!found && first.length > 0)
    throw refused(
      headerRow ?? 1,
      'header_row',
      'No row with a value stands on this line. Give the line of the header.',
    );
  if (!found) throw refused(1, 'empty', 'The file is empty.');
  if (headerRow === undefined && knownIn(found, isKnown) === 0) refuseReport(first);
  const { line: headerLine } = found;
  const header = found.cells.map((name) => name.trim());
  judgeHeader(header, headerLine);
  const rows = (tell: Tell = () => undefined): AsyncIterable<TableRow> => {
    tellAbove(first, headerLine, tell);
    tellSheets(sheets, tell);
    return ownRows(rowsBelow(read(), header, headerLine), header.length, sheets.length > 0 ? notShort(tell) : tell);
  };
  for await (const _ of rows()) return { header, headerLine, sheets, rows };
  throw refused(headerLine, 'empty', 'The file has a header and no rows.');
}

type Source = { read: () => AsyncIterable<TableRow>; sheets: SheetRead[] };

async function sourceOf(bytes: Buffer, rules: TableRules & { isKnown: IsKnown }): Promise<Source> {
  if (!isWorkbook(bytes)) return { read: csvRows(bytes), sheets: [] };
  const { rows, sheets } = await chosenSheet(await workbookSheets(bytes), rules);
  return { read: rows, sheets };
}

/** The rows among which the header is looked for, or the one where it is said to stand. */
async function firstRows(rows: AsyncIterable<TableRow>, upTo: number): Promise<TableRow[]> {
  const first: TableRow[] = [];
  for await (const row of rows) {
    first.push(row);
    if (upTo > 0 ? row.line >= upTo : first.length === headerWithin) break;
    if (upTo > 0 && first.length > headerWithin) first.shift();
  }
  return first;
}

function tellAbove(first: readonly TableRow[], headerLine: number, tell: Tell): void {
  const [top] = first;
  if (!top || top.line >= headerLine) return;
  const detail = `The header stands on line ${headerLine}. What stands above it is left out.`;
  tell({ line: top.line, column: null, code: 'above_header', detail, params: { header: headerLine } });
}

function tellSheets(sheets: readonly SheetRead[], tell: Tell): void {
  for (const { name, rows, isRead } of sheets) {
    if (isRead) continue;
    const detail = `The sheet "${name}" is not read; ${rows} of its rows have a value. Import the file once more for it.`;
    tell({ line: 1, column: null, code: 'other_sheet', detail, params: { sheet: name, rows } });
  }
}

/** A workbook has no cells where nothing stands: a row without the last ones is whole. */
function notShort(tell: Tell): Tell {
  return (noRow) => noRow.code !== 'short_row' && tell(noRow);
}

/** A zip archive, or the container of encrypted and of old workbooks. */
function isWorkbook(bytes: Buffer): boolean {
  return /^(PK\x03\x04|PK\x05\x06|\xd0\xcf\x11\xe0)/.test(bytes.subarray(0, 4).toString('latin1'));
}

async function* rowsBelow(
  rows: AsyncIterable<TableRow>,
  header: readonly string[],
  headerLine: number,
): AsyncGenerator<TableRow> {
  let count = 0;
  // The reader runs ahead of the network and of timers, and whoever takes a row works on it before the next.
  const turn = othersTurn(rowsAtOnce * charactersOfRow);
  for await (const row of rows) {
    await turn(charactersOfRow + charactersOf(row));
    if (row.line <= headerLine) continue;
    // The words of the header again.
    if (row.cells.length === header.length && row.cells.every((cell, i) => cell.trim() === header[i])) continue;
    count += 1;
    if (count > maxRows)
      throw refused(row.line, 'too_many_rows', `A file may have ${maxRows} rows. Split it, and import the parts.`);
    yield row;
  }
}

function judgeHeader(header: string[], line: number): void {
  if (header.length > maxColumns)
    throw refused(line, 'too_many_columns', `A file may have ${maxColumns} columns; this one has ${header.length}.`);
  const errors = header.flatMap((name, i): RowError[] => {
    if (name.length <= maxName) return [];
    const detail = `The name of a column may have ${maxName} characters.`;
    return [{ line, column: columnAt(i), code: 'too_long', detail }];
  });
  if (errors.length > 0) throw new RefusedFile(errors);
}

/**
 * What is wrong with the shape of a row: cells beside the header, and cells that no spreadsheet holds. A column without a
 * name may have values where it is known what they are.
 */
export function shapeFaults(
  { line, cells }: TableRow,
  header: readonly string[],
  known: ReadonlySet<number> = new Set(),
): RowError[] {
  if (cells.length !== header.length) {
    const detail = `This row has ${cells.length} cells, the header has ${header.length}.`;
    return [{ line, column: null, code: 'ragged', detail }];
  }
  return cells.flatMap((cell, i): RowError[] => {
    if (header[i] === '' && cell.trim() !== '' && !known.has(i)) {
      const detail = `There is a value, but the column has no name in the header. Map it by its place: "#${i + 1}".`;
      return [{ line, column: columnAt(i), code: 'unnamed_column', detail }];
    }
    if (cell.length <= maxCell) return [];
    const detail = `The cell has more than ${maxCell} characters, which are the most.`;
    return [{ line, column: columnAt(i), code: 'too_long', detail }];
  });
}
