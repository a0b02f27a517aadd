import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { RefusedFile, type RowError } from './row-error.ts';

/** A row of a file; `line` is where it begins, counted from 1. Line ends inside a cell are `\n`. */
export type CsvRow = { line: number; cells: string[] };
export type CsvTable = { header: string[]; rows: CsvRow[] };

const maxRows = 50_000;
const maxColumns = 500;
const maxName = 200;
const maxCell = 1_000_000;
const pieceBytes = 64 * 1024;

/**
 * Reads a CSV file: UTF-8 with or without a byte order mark; comma, semicolon or tab, whichever the header has most of;
 * any line ends; quotes as in RFC 4180. Rows without a value are passed over. Refuses (`RefusedFile`) what is broken.
 */
export async function readCsv(bytes: Buffer): Promise<CsvTable> {
  const text = decode(bytes);
  const { header, rows } = await readRows(text);
  if (!header) throw refused(1, 'empty', 'The file is empty.');
  judgeHeader(header);
  if (rows.length === 0) throw refused(1, 'empty', 'The file has a header and no rows.');
  const errors = rows.flatMap((row) => judgeRow(row, header));
  if (errors.length > 0) throw new RefusedFile(errors, rows.length);
  return { header, rows };
}

function refused(line: number, code: string, detail: string, column: string | null = null): RefusedFile {
  return new RefusedFile([{ line, column, code, detail }]);
}

function decode(bytes: Buffer): string {
  if (bytes.subarray(0, 4).toString('latin1') === 'PK\x03\x04')
    throw refused(1, 'not_csv', 'This is a spreadsheet file. Save it as "CSV UTF-8" and import that.');
  if (/^(\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString('latin1')))
    throw refused(1, 'not_utf8', 'The file is in UTF-16. Save it as "CSV UTF-8".');
  if (!isUtf8(bytes))
    throw refused(firstBadLine(bytes), 'not_utf8', 'This is not UTF-8. Save the file as "CSV UTF-8".');
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n');
  const nul = text.indexOf('\0');
  if (nul >= 0) throw refused(lineAt(text, nul), 'nul', 'There is a NUL character: this is no text file.');
  return text;
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf('\n', from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}

function lineAt(text: string, index: number): number {
  return lineEnds(text.slice(0, index)) + 1;
}

function lineEnds(text: string): number {
  return text.split('\n').length - 1;
}

/** Reads in pieces, so that others are served meanwhile and a file of too many rows is left early. */
async function readRows(text: string): Promise<{ header?: string[]; rows: CsvRow[] }> {
  const rows: CsvRow[] = [];
  let header: string[] | undefined;
  let lastLine = 0;
  try {
    const noteLine = (line: number): void => {
      lastLine = line;
    };
    for await (const { record, info } of parsed(text, noteLine)) {
      const line = info.lines - record.reduce((count, cell) => count + lineEnds(cell), 0);
      if (!header) header = record.map((name) => name.trim());
      else if (rows.length === maxRows)
        throw refused(line, 'too_many_rows', `A file may have ${maxRows} rows. Split it.`);
      else rows.push({ line, cells: record });
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw broken(error, lastLine + 1);
  }
  return { ...(header && { header }), rows };
}

type ParsedRecord = { record: string[]; info: { lines: number } };

/** `noteLine` is told where each row ends, also of rows that a fault further on keeps from being read. */
function parsed(text: string, noteLine: (line: number) => void): AsyncIterable<ParsedRecord> {
  const options: Options = {
    delimiter: delimiterOf(text),
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    on_record: (record, { lines }) => {
      noteLine(lines);
      return record;
    },
  };
  return Readable.from(pieces(Buffer.from(text))).pipe(parse(options));
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

/** Of comma, semicolon and tab, what the header has most of outside quotes. */
function delimiterOf(text: string): string {
  const counts = new Map([
    [',', 0],
    [';', 0],
    ['\t', 0],
  ]);
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '\n') break;
    else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

/** The parser's own messages quote cells; only its code and place are taken. */
function broken(error: CsvError, line: number): RefusedFile {
  const column = typeof error.column === 'number' ? columnAt(error.column) : null;
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return refused(line, 'quote_not_closed', 'A quote is opened in this row and never closed.', column);
    case 'INVALID_OPENING_QUOTE':
      return refused(line, 'quote', 'A quote stands inside an unquoted cell. Quote the cell and double it.', column);
    case 'CSV_INVALID_CLOSING_QUOTE':
      return refused(line, 'quote', 'Something follows a closing quote. Double the quotes inside a cell.', column);
    default:
      return refused(line, 'not_csv', 'This row is no valid CSV.', column);
  }
}

/** A column by its place: a file without a header has license keys where the names should be. */
export function columnAt(index: number): string {
  return String(index + 1);
}

function judgeHeader(header: string[]): void {
  if (header.length > maxColumns)
    throw refused(1, 'too_many_columns', `A file may have ${maxColumns} columns; this one has ${header.length}.`);
  const seen = new Map<string, number>();
  const errors: RowError[] = [];
  for (const [i, name] of header.entries()) {
    const folded = name.toLowerCase();
    const first = seen.get(folded);
    if (name === '') continue;
    if (name.length > maxName) {
      const detail = `The name of a column may have ${maxName} characters.`;
      errors.push({ line: 1, column: columnAt(i), code: 'too_long', detail });
    } else if (first === undefined) seen.set(folded, i);
    else {
      const detail = `Columns ${first + 1} and ${i + 1} have the same name. Rename one.`;
      errors.push({ line: 1, column: columnAt(i), code: 'duplicate_column', detail });
    }
  }
  if (errors.length > 0) throw new RefusedFile(errors);
}

function judgeRow({ line, cells }: CsvRow, header: string[]): RowError[] {
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
    const detail = `The cell has more than ${maxCell} characters.`;
    return [{ line, column: columnAt(i), code: 'too_long', detail }];
  });
}
