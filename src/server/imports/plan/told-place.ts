import { placeOfLine } from '../read/sheet-line.ts';
import type { RowError } from './row-error.ts';

type Placed = { line: number; sheet?: string | undefined };

/**
 * Where a row stands, as it is told: in a list of several sheets the sheet, by its name, and the line in it. `sheets` are
 * the names of all of them, none for any other file.
 */
export function placed<Item extends Placed>(item: Item, sheets: readonly string[]): Item {
  const { sheet, line } = placeOfLine(item.line);
  const name = sheets[sheet - 1];
  return name === undefined ? item : { ...item, line, sheet: name };
}

/** A fault of a row with its place, and with that of the row it names in its sentence as `first`. */
export function placedFault(fault: RowError, sheets: readonly string[]): RowError {
  if (sheets.length === 0) return fault;
  const told = placed(fault, sheets);
  const { params, detail } = fault;
  if (typeof params?.first !== 'number') return told;
  const { line, sheet } = placed<Placed>({ line: params.first }, sheets);
  const first = sheet === undefined ? line : `${line} (${sheet})`;
  return { ...told, detail: detail.replace(String(params.first), () => String(first)), params: { ...params, first } };
}

/** What a sheet is called where no text of a file is kept. */
export function sheetNumbers(sheets: readonly string[]): string[] {
  return sheets.map((_, i) => `#${i + 1}`);
}

/** The same fault with its sheet by its number. */
export function withSheetNumber<Item extends Placed>(item: Item, sheets: readonly string[]): Item {
  const number = item.sheet === undefined ? -1 : sheets.indexOf(item.sheet);
  return number < 0 ? item : { ...item, sheet: `#${number + 1}` };
}
