import { othersTurn } from '../../../db/others-turn.ts';
import { refused } from '../plan/refused.ts';
import { type Budget, spend } from './budget.ts';
import { ownRows, type Tell } from './no-rows.ts';
import { charactersOf } from './read-sheet.ts';
import type { TableRow } from './read-table.ts';
import { failedIn, lineInSheet } from './sheet-line.ts';

/** The only table of a file, or that of one of several sheets which are one list. */
export type TablePart = {
  rows: (budget: Budget) => AsyncIterable<TableRow>;
  /** The rows among which its header stands. */
  first: readonly TableRow[];
  header: TableRow;
  /** Where its header begins, should it stand in two rows. */
  from: number;
  sheet?: SheetPart;
};

/** A sheet of several: its number from 1, and where in its rows the cells of the list's columns are, unless in their order. */
type SheetPart = { name: string; number: number; places: readonly number[] | undefined };

const maxRows = 200_000;
const rowsAtOnce = 100;
/** What a row costs beside its characters. */
const charactersOfRow = 5000;

/** The rows of all parts, one after another, with as many cells as the list has columns. One budget is for all of them. */
export async function* rowsOfParts(
  parts: readonly TablePart[],
  { columns, budget }: { columns: number; budget: Budget },
  tell: Tell,
): AsyncGenerator<TableRow> {
  const reading = { budget, columns, count: 0 };
  for (const part of parts) {
    try {
      tellAbove(part, tell);
      yield* ownRows(rowsBelow(part, reading), columns, tell);
    } catch (error) {
      throw part.sheet ? failedIn(part.sheet.name, error) : error;
    }
  }
}

function tellAbove({ first, header, from, sheet }: TablePart, tell: Tell): void {
  const lineOf = (line: number): number => (sheet ? lineInSheet(sheet.number, line) : line);
  const above = first.filter(({ line }) => line < from);
  if (above[0]) {
    const detail = `The header stands on line ${from}. What stands above it is left out.`;
    const params = { header: from, rows: above.length };
    tell({ line: lineOf(above[0].line), column: null, code: 'above_header', detail, params });
  }
  if (from === header.line) return;
  const detail = `The names of columns stand on lines ${from} and ${header.line}, and are joined: a group, and what it has.`;
  tell({ line: lineOf(from), column: null, code: 'joined_header', detail, params: { from, to: header.line } });
}

async function* rowsBelow(
  { rows, header, sheet }: TablePart,
  reading: { budget: Budget; columns: number; count: number },
): AsyncGenerator<TableRow> {
  const names = header.cells.map((name) => name.trim());
  // The reader runs ahead of the network and of timers, and whoever takes a row works on it before the next.
  const turn = othersTurn(rowsAtOnce * charactersOfRow);
  for await (const row of rows(reading.budget)) {
    await turn(charactersOfRow + charactersOf(row));
    if (row.line <= header.line) continue;
    // The words of the header again.
    if (row.cells.length === names.length && row.cells.every((cell, i) => cell.trim() === names[i])) continue;
    reading.count += 1;
    if (reading.count > maxRows)
      throw refused(row.line, 'too_many_rows', `A file may have ${maxRows} rows. Split it, and import the parts.`);
    spend(reading.budget, 'rows', 1);
    spendBlank(row, reading);
    yield sheet ? asOfList(row, sheet) : row;
  }
}

/** A row that is too short has blank cells instead: in a wide table, very many that are not in the file. */
function spendBlank({ line, cells }: TableRow, { budget, columns }: { budget: Budget; columns: number }): void {
  budget.cells -= Math.max(0, columns - cells.length);
  if (budget.cells < 0)
    throw refused(
      line,
      'too_many_blank',
      'Very many rows have far fewer cells than the header has columns. Take the columns out in which nothing stands.',
    );
}

function asOfList({ line, cells }: TableRow, { number, places }: SheetPart): TableRow {
  const own = places ? [...places.map((place) => cells[place] ?? ''), ...cells.slice(places.length)] : cells;
  return { line: lineInSheet(number, line), cells: own };
}
