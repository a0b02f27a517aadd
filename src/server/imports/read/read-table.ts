import { othersTurn } from '../../../db/others-turn.ts';
import { columnAt, refused } from '../plan/refused.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import { csvRows } from './read-csv.ts';
import { charactersOf, maxCell } from './read-sheet.ts';
import { workbookRows } from './read-xlsx.ts';

/** A row of a file; `line` is where it begins, the header's included, counted from 1. Line ends inside a cell are `\n`. */
export type TableRow = { line: number; cells: string[] };

/** A file as rows of text. Every call of `rows` reads it from the start; what is broken is refused where it is reached. */
export type Table = { header: string[]; rows: () => AsyncIterable<TableRow> };

const maxRows = 200_000;
const maxColumns = 500;
const maxName = 200;
const rowsAtOnce = 100;
/** What a row costs beside its characters. */
const charactersOfRow = 5000;

/**
 * Opens a CSV file or an XLSX workbook (its first visible sheet that has a value). Rows without a value are passed over,
 * and so are rows that repeat the header, as Snipe-IT's export has them. Refuses (`RefusedFile`) what cannot be read.
 */
export async function openTable(bytes: Buffer): Promise<Table> {
  const read = isWorkbook(bytes) ? await workbookRows(bytes) : csvRows(bytes);
  let header: string[] | undefined;
  for await (const { cells } of read()) {
    header = cells.map((name) => name.trim());
    break;
  }
  if (!header) throw refused(1, 'empty', 'The file is empty.');
  judgeHeader(header);
  const table: Table = { header, rows: () => rowsBelow(read(), header) };
  for await (const _ of table.rows()) return table;
  throw refused(1, 'empty', 'The file has a header and no rows.');
}

/** A zip archive, or the container of encrypted and of old workbooks. */
function isWorkbook(bytes: Buffer): boolean {
  return /^(PK\x03\x04|PK\x05\x06|\xd0\xcf\x11\xe0)/.test(bytes.subarray(0, 4).toString('latin1'));
}

async function* rowsBelow(rows: AsyncIterable<TableRow>, header: readonly string[]): AsyncGenerator<TableRow> {
  let count = 0;
  // The reader runs ahead of the network and of timers, and whoever takes a row works on it before the next.
  const turn = othersTurn(rowsAtOnce * charactersOfRow);
  for await (const row of rows) {
    await turn(charactersOfRow + charactersOf(row));
    // The header itself, or the same words again.
    if (row.cells.length === header.length && row.cells.every((cell, i) => cell.trim() === header[i])) continue;
    count += 1;
    if (count > maxRows)
      throw refused(row.line, 'too_many_rows', `A file may have ${maxRows} rows. Split it, and import the parts.`);
    yield row;
  }
}

function judgeHeader(header: string[]): void {
  if (header.length > maxColumns)
    throw refused(1, 'too_many_columns', `A file may have ${maxColumns} columns; this one has ${header.length}.`);
  const errors = header.flatMap((name, i): RowError[] => {
    if (name.length <= maxName) return [];
    const detail = `The name of a column may have ${maxName} characters.`;
    return [{ line: 1, column: columnAt(i), code: 'too_long', detail }];
  });
  if (errors.length > 0) throw new RefusedFile(errors);
}

/** What is wrong with the shape of a row: cells beside the header, and cells that no spreadsheet holds. */
export function shapeFaults({ line, cells }: TableRow, header: readonly string[]): RowError[] {
  if (cells.length !== header.length) {
    const detail = `This row has ${cells.length} cells, the header has ${header.length}.`;
    return [{ line, column: null, code: 'ragged', detail }];
  }
  return cells.flatMap((cell, i): RowError[] => {
    if (header[i] === '' && cell.trim() !== '') {
      const detail = 'There is a value, but the column has no name in the header.';
      return [{ line, column: columnAt(i), code: 'unnamed_column', detail }];
    }
    if (cell.length <= maxCell) return [];
    const detail = `The cell has more than ${maxCell} characters, which are the most.`;
    return [{ line, column: columnAt(i), code: 'too_long', detail }];
  });
}
