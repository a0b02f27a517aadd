import { AppError, type Fault } from '../../../domain/errors.ts';
import type { Told } from '../../keys/told-texts.ts';
import type { ShownHead } from '../columns/shown-head.ts';
import type { SheetRead } from '../read/read-table.ts';

/**
 * What is wrong, or odd, with a row: the line it begins at (the header stands on line 1) and the column, by its name
 * where Keybook knows that name or it reads as words, else by its number; `sheet` where it is one of several, once that is told. `detail` never quotes a cell, because any cell may turn out to be
 * a license key; a key is named by its mask.
 */
export type RowError = { line: number; sheet?: string | undefined; column: string | null } & Fault;

/** The name of the column that gives the field a JSON Pointer leads to; null where there is none. */
export type ColumnOf = (pointer: string) => string | null;

/** Keys whose texts a file gives, and how many records that may be out of the actor's sight have its serial numbers or names. */
export type FileTells = { told: Told; hiddenHits: number };

/** Where the table of a file was found: the line of its header, of a workbook its sheets, and how the table begins. */
export type FoundTable = { headerRow: number; sheets: SheetRead[]; head: ShownHead };

/** Thrown when a file cannot be imported: nothing of it is. */
export class RefusedFile extends Error {
  readonly errors: RowError[];
  /** How many rows the file has, as far as it could be read. */
  readonly rows: number;
  /** What the faults tell of records; of a file that could not be read, nothing. */
  readonly tells: FileTells | undefined;
  /** Of a file whose table was found. */
  found: FoundTable | undefined;

  constructor(errors: RowError[], rows = 0, tells?: FileTells) {
    super('the file is refused');
    this.errors = errors;
    this.rows = rows;
    this.tells = tells;
  }
}

/** What the rules of a record refused, as faults of its row. */
export function rowErrors(row: { line: number; columnOf: ColumnOf }, error: AppError): RowError[] {
  const { line, columnOf } = row;
  if (error.errors.length === 0) return [{ line, column: null, code: error.code, detail: error.message }];
  return error.errors.map(({ pointer, code, detail, params }) => {
    const column = columnOf(pointer);
    // Without a column to name, the field must say what is meant.
    const field = column === null ? pointer.slice(1).replaceAll('/', '.') : '';
    const said = { ...params, ...(field !== '' && { field }) };
    return { line, column, code, detail, ...(Object.keys(said).length > 0 && { params: said }) };
  });
}

/** A report ends with how many faults it does not list. */
function isListed({ code }: RowError): boolean {
  return code !== 'more';
}

function unlistedCount(errors: readonly RowError[]): number {
  return Number(errors.find((error) => !isListed(error))?.params?.rest ?? 0);
}

/** The refusal of a file as the answer to a request, which says of faults that are not listed how many there are. */
export function refusal(errors: RowError[]): AppError {
  const faults = errors.filter(isListed).map((error) => {
    const { line, sheet, column, code, params } = error;
    const place = { line, ...(sheet !== undefined && { sheet }), ...(column !== null && { column }) };
    return { pointer: '/file', code, detail: sentence(error), params: { ...params, ...place } };
  });
  const detail = `Nothing was imported. ${faults[0]?.detail ?? 'The file cannot be read.'}`;
  const moreErrors = unlistedCount(errors);
  return new AppError('invalid', detail, faults, moreErrors > 0 ? { moreErrors } : {});
}

function sentence({ line, sheet, column, detail, params }: RowError): string {
  const field = params?.field === undefined ? '' : `, ${params.field}`;
  const name = params?.name === undefined ? '' : ` ("${params.name}")`;
  const place = column === null ? field : `, column ${/^\d+$/.test(column) ? `${column}${name}` : `"${column}"`}`;
  return `${sheet === undefined ? 'Line' : `Sheet "${sheet}", line`} ${line}${place}: ${detail}`;
}
