import { columnAt, refused } from '../plan/refused.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import { alikeSheets, allSheets } from './alike-sheets.ts';
import { type Budget, maxColumns, newBudget } from './budget.ts';
import { chosenSheet, lookedAt } from './chosen-sheet.ts';
import { headerAmong, headerWithin, type IsKnown, knownIn } from './find-header.ts';
import type { Tell } from './no-rows.ts';
import { refuseBlanks, refuseOneColumn, refuseReport, refuseTransposed } from './not-a-table.ts';
import { csvRows } from './read-csv.ts';
import { maxCell } from './read-sheet.ts';
import { workbookSheets } from './read-xlsx.ts';
import { rowsOfParts, type TablePart } from './table-part.ts';
import { wholeHeader } from './two-headers.ts';

/**
 * A row of a file; `line` is where it begins, the header's included, counted from 1, and in a list of several sheets what
 * `sheet-line.ts` makes of that. Line ends inside a cell are `\n`.
 */
export type TableRow = { line: number; cells: string[] };

/** A file as rows of text. Every call of `rows` reads it from the start; what is broken is refused where it is reached. */
export type Table = {
  header: string[];
  /** Where the header stands, in the first sheet of several. */
  headerLine: number;
  /** The sheets of a workbook that have a value. */
  sheets: SheetRead[];
  /** Their names where the rows may be of several; else none. */
  sheetNames: readonly string[];
  rows: (tell?: Tell) => AsyncIterable<TableRow>;
};

/** What is told of a sheet: its rows with a value, up to a limit, and whether it is read. */
export type SheetRead = { name: string; rows: number; isRead: boolean };

export type TableRules = {
  isKnown?: IsKnown;
  /** The line of the header, where it is given. */
  headerRow?: number | undefined;
  /** The name of the sheet to be read, or its number among those with a value; `*` for all that are alike. */
  sheet?: string | undefined;
};

/** The most characters a name of a column has. */
export const longestColumnName = 200;

/**
 * Opens a CSV file or an XLSX workbook, and finds its table: the sheet, or all that are alike, and the header, above which
 * titles may stand. Rows without a value are passed over, and so are rows that repeat the header, as Snipe-IT's export has
 * them. Refuses (`RefusedFile`) what cannot be read.
 */
export async function openTable(bytes: Buffer, rules: TableRules = {}): Promise<Table> {
  const budget = () => newBudget(bytes.length);
  const { parts, sheets } = await partsOf(bytes, { isKnown: () => false, ...rules, budget });
  const [{ header: found, sheet }] = parts;
  const { line: headerLine } = found;
  const header = found.cells.map((name) => name.trim());
  judgeHeader(header, headerLine);
  const rows = (tell: Tell = () => undefined): AsyncIterable<TableRow> => {
    tellSheets(sheets, sheet !== undefined, tell);
    return rowsOfParts(parts, { columns: header.length, budget: budget() }, sheets.length > 0 ? notShort(tell) : tell);
  };
  const sheetNames = sheet ? sheets.map(({ name }) => name) : [];
  for await (const _ of rows()) return { header, headerLine, sheets, sheetNames, rows };
  throw refused(headerLine, 'empty', 'The file has a header and no rows.');
}

type Parts = { parts: [TablePart, ...TablePart[]]; sheets: SheetRead[] };
type PartRules = TableRules & { isKnown: IsKnown; budget: () => Budget };

async function partsOf(bytes: Buffer, rules: PartRules): Promise<Parts> {
  if (!isWorkbook(bytes)) return { parts: [await onlyPart(csvRows(bytes), rules)], sheets: [] };
  const looked = await lookedAt(await workbookSheets(bytes));
  if (rules.sheet === allSheets) return alikeSheets(looked, rules);
  const { rows, sheets } = chosenSheet(looked, rules);
  return { parts: [await onlyPart(rows, rules)], sheets };
}

async function onlyPart(rows: TablePart['rows'], { isKnown, headerRow, budget }: PartRules): Promise<TablePart> {
  const first = await firstRows(rows(budget()), headerRow ?? 0);
  const header = headerRow === undefined ? headerAmong(first, isKnown) : first.find(({ line }) => line === headerRow);
  if (!header && first.length > 0)
    throw refused(
      headerRow ?? 1,
      'header_row',
      'No row with a value stands on this line. Give the line of the header.',
    );
  if (!header) throw refused(1, 'empty', 'The file is empty.');
  if (headerRow === undefined && knownIn(header, isKnown) === 0) {
    refuseReport(first);
    refuseBlanks(first);
    refuseOneColumn(first, isKnown);
  }
  if (headerRow === undefined) refuseTransposed(first, header, isKnown);
  return { rows, first, ...wholeHeader(header, first, isKnown) };
}

/** The rows among which the header is looked for, or those around the one where it is said to stand. */
async function firstRows(rows: AsyncIterable<TableRow>, upTo: number): Promise<TableRow[]> {
  const first: TableRow[] = [];
  for await (const row of rows) {
    first.push(row);
    if (upTo > 0 ? row.line > upTo : first.length === headerWithin) break;
    if (upTo > 0 && first.length > headerWithin) first.shift();
  }
  return first;
}

function tellSheets(sheets: readonly SheetRead[], isList: boolean, tell: Tell): void {
  for (const { name, rows, isRead } of sheets) {
    if (isRead) continue;
    const rest = `(rows with a value: ${rows}). Import the file once more for it.`;
    const why = isList
      ? { code: 'unlike_sheet', detail: `The sheet "${name}" is not read, as its columns are others ${rest}` }
      : { code: 'other_sheet', detail: `The sheet "${name}" is not read ${rest}` };
    tell({ line: 1, column: null, ...why, params: { sheet: name, rows } });
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

function judgeHeader(header: string[], line: number): void {
  if (header.length > maxColumns)
    throw refused(line, 'too_many_columns', `A file may have ${maxColumns} columns; this one has ${header.length}.`);
  const errors = header.flatMap((name, i): RowError[] => {
    if (name.length <= longestColumnName) return [];
    const detail = `The name of a column may have ${longestColumnName} characters.`;
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
    const detail = `This row has ${cells.length} cells, the header has ${header.length}. Look whether its cells are shifted: a text that has the separator in it stands in quotes.`;
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
