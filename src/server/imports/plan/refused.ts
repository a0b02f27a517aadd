import { RefusedFile } from './row-error.ts';

/** A refusal for one fault at a line; that of the header where the whole file is meant. */
export function refused(line: number, code: string, detail: string, column: string | null = null): RefusedFile {
  return new RefusedFile([{ line, column, code, detail }]);
}

/** A column by its place: a file without a header has license keys where the names should be. */
export function columnAt(index: number): string {
  return String(index + 1);
}
