import { othersTurn } from '../../../db/others-turn.ts';
import { unNeutralise } from '../../../domain/formula-guard.ts';
import { columnAt, refused } from '../plan/refused.ts';
import { type Budget, lengthen, maxColumns, spend } from './budget.ts';
import { formulaWithoutValue } from './destroyed-numbers.ts';
import { columnOf, fillingMerged, type Merge } from './merged-cells.ts';
import type { TableRow } from './read-table.ts';
import { attribute, readXml, type XmlHandlers } from './read-xml.ts';
import { cellText, dateText, numberText } from './xlsx-values.ts';
import { damaged } from './zip-entries.ts';

export type CellFormat = 'date' | 'text' | 'other';

/** What the cells of a sheet refer to: texts and formats by their number, and from when days count. */
export type SheetValues = { texts: SharedTexts; formats: readonly CellFormat[]; is1904: boolean };

/** A sheet's text, and what of its cells is merged. */
export type SheetSource = { pieces: AsyncIterable<Buffer>; merges: readonly Merge[] };

/** Texts by their number; those that have the guard against formulas, without it as well. */
export type SharedTexts = { all: readonly string[]; unguarded: ReadonlyMap<number, string> };

type Cell = { index: number; type: string; style: number; text: string; isFormula?: boolean; hasValue?: boolean };

/** The most characters of a cell that is imported; beyond the other limit, nothing of the file is read any more. */
export const maxCell = 100_000;
const maxText = 1_000_000;
/** Characters that are read within some milliseconds. */
const charactersAtOnce = 1_000_000;

/**
 * The rows of a sheet that have a value, as its cells show them: numbers in digits, dates as ISO days, yes or no as TRUE
 * and FALSE, and what is merged downwards in each row that has something else. A row has as many cells as the first one at least.
 */
export async function* readSheet(
  { pieces, merges }: SheetSource,
  values: SheetValues,
  budget: Budget,
): AsyncGenerator<TableRow> {
  const rows: TableRow[] = [];
  const turn = othersTurn(charactersAtOnce);
  const fill = fillingMerged(merges, budget);
  let width = 0;
  for await (const row of readXml(pieces, sheetHandlers(values, rows, budget), rows, budget)) {
    await turn(charactersOf(row));
    if (row.cells.every((cell) => cell.trim() === '')) continue;
    fill(row);
    width ||= row.cells.length;
    lengthen(row.cells, width, budget);
    yield row;
  }
}

/** How many characters the cells of a row have: what it costs to read it. */
export function charactersOf({ cells }: TableRow): number {
  return cells.reduce((sum, cell) => sum + cell.length, 0);
}

function sheetHandlers(values: SheetValues, rows: TableRow[], budget: Budget): XmlHandlers {
  let row: TableRow = { line: 0, cells: [] };
  let cell: Cell | undefined;
  let next = 0;
  let isValue = false;
  let isSpoken = false;
  return {
    open: (name, attributes) => {
      if (name === 'row') {
        row = { line: rowNumber(attributes, row.line + 1), cells: [] };
        next = 0;
      } else if (name === 'c') {
        cell = openCell(attributes, next);
        next = cell.index + 1;
      } else if (name === 'rPh') isSpoken = true;
      else if (name === 'f' && cell) cell.isFormula = true;
      else if (name === 'v' || name === 't') {
        isValue = cell !== undefined && !isSpoken;
        if (cell) cell.hasValue = true;
      }
    },
    text: (text) => {
      if (!isValue || !cell) return;
      cell.text += text;
      if (cell.text.length > maxText)
        throw refused(row.line, 'too_long', 'The cell is longer than a workbook allows.', columnAt(cell.index));
    },
    close: (name) => {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'rPh') isSpoken = false;
      else if (name === 'row') rows.push(row);
      else if (name === 'c' && cell) {
        put(row, cell, shownValue(cell, values), budget);
        cell = undefined;
      }
    },
  };
}

function rowNumber(attributes: string, expected: number): number {
  const line = Number(attribute(attributes, 'r') ?? expected);
  if (!Number.isSafeInteger(line) || line < expected) throw damaged();
  return line;
}

function openCell(attributes: string, next: number): Cell {
  const place = attribute(attributes, 'r');
  const style = Number(attribute(attributes, 's') ?? -1);
  return {
    index: place === undefined ? next : columnIndex(place),
    type: attribute(attributes, 't') ?? 'n',
    style,
    text: '',
  };
}

/** The column of a place such as `AB12`, counted from 0. */
function columnIndex(place: string): number {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(place)?.[0];
  if (letters === undefined) throw damaged();
  return columnOf(letters);
}

function put(row: TableRow, { index }: Cell, text: string, budget: Budget): void {
  if (text === '') return;
  spend(budget, 'characters', text.length);
  if (index >= maxColumns)
    throw refused(row.line, 'too_many_columns', `A sheet may have ${maxColumns} columns.`, columnAt(index));
  lengthen(row.cells, index, budget);
  row.cells[index] = text;
}

function shownValue(cell: Cell, { texts, formats, is1904 }: SheetValues): string {
  const { type, style, text } = cell;
  const format = formats[style];
  if (text === '' && isUnanswered(cell)) return formulaWithoutValue;
  switch (type) {
    case 's':
      return sharedText(texts, Number(text), format);
    case 'b':
      return text === '1' ? 'TRUE' : 'FALSE';
    case 'n':
      return (format === 'date' && dateText(text, is1904)) || numberText(text);
    default:
      return unguarded(cellText(text), format);
  }
}

/** Whether a formula, or an error, is there and nothing that it came to: programs that only write workbooks leave that out. */
function isUnanswered({ type, isFormula = false, hasValue = false }: Cell): boolean {
  return type === 'e' || (isFormula && !(type === 'str' && hasValue));
}

function sharedText({ all, unguarded }: SharedTexts, number: number, format: CellFormat | undefined): string {
  const text = all[number];
  if (text === undefined) throw damaged();
  return format === 'text' ? text : (unguarded.get(number) ?? text);
}

/** A CSV of ours that was saved as a workbook has its guard against formulas; our own workbooks, all text, need none. */
function unguarded(text: string, format: CellFormat | undefined): string {
  return format === 'text' ? text : unNeutralise(text);
}
