import { RefusedFile } from '../plan/row-error.ts';
import { damaged } from './zip-entries.ts';

/** More than the lines that a sheet has anywhere. */
const linesOfSheet = 2 ** 24;

/**
 * The line of a row in a list of several sheets, one number that says the sheet as well: what is kept by the lines of a
 * file needs no more. Sheets count from 1.
 */
export function lineInSheet(sheet: number, line: number): number {
  if (line >= linesOfSheet) throw damaged();
  return sheet * linesOfSheet + line;
}

/** The sheet and the line in it of such a number; sheet 0 where it is just a line. */
export function placeOfLine(number: number): { sheet: number; line: number } {
  return { sheet: Math.floor(number / linesOfSheet), line: number % linesOfSheet };
}

/** What reading a sheet of several failed for, which names it. */
export function failedIn(sheet: string, error: unknown): unknown {
  if (!(error instanceof RefusedFile)) return error;
  const errors = error.errors.map((fault) => ({ ...fault, line: placeOfLine(fault.line).line, sheet }));
  return new RefusedFile(errors, error.rows, error.tells);
}
