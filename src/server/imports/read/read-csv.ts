import { pipeline, Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { unNeutralise } from '../../../domain/formula-guard.ts';
import { columnAt, refused } from '../plan/refused.ts';
import type { RefusedFile } from '../plan/row-error.ts';
import { decodedPieces, linesIn } from './decode-text.ts';
import { inTurns } from './in-turns.ts';
import type { TableRow } from './read-table.ts';

/** A row that is longer has a quote nobody closed, or is none. */
const maxRowBytes = 4 * 1024 * 1024;

/** A row with more is refused all the same, and nothing goes through all of it. */
const mostCells = 10_000;

/**
 * The rows of a CSV file, its header included: comma, semicolon or tab, whichever the header has most of; quotes as in
 * RFC 4180; a first line such as `sep=;` as Excel writes it. The guard that our own files have against formulas is taken
 * off. Refuses (`RefusedFile`) what is broken, where it is.
 */
export function csvRows(bytes: Buffer): () => AsyncIterable<TableRow> {
  const [start = ''] = decodedPieces(bytes);
  const sep = /^sep=([,;\t])\n/.exec(start)?.[1];
  const delimiter = sep ?? delimiterOf(start);
  return () => readRows(bytes, delimiter, sep === undefined ? 1 : 2);
}

async function* readRows(bytes: Buffer, delimiter: string, fromLine: number): AsyncGenerator<TableRow> {
  let lastLine = fromLine - 1;
  const options: Options = {
    delimiter,
    from_line: fromLine,
    record_delimiter: '\n',
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: maxRowBytes,
    // Told where each row ends also of rows that a fault further on keeps from being read.
    on_record: (record, { lines }) => {
      lastLine = lines;
      return record.length > mostCells ? record.slice(0, mostCells) : record;
    },
  };
  try {
    for await (const { record, info } of parsed(bytes, options)) {
      const line = info.lines - record.reduce((count, cell) => count + linesIn(cell), 0);
      yield { line, cells: record.map(unNeutralise) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw broken(error, lastLine + 1);
  }
}

type ParsedRecord = { record: string[]; info: { lines: number } };

function parsed(bytes: Buffer, options: Options): AsyncIterable<ParsedRecord> {
  const parser = parse(options);
  // What goes wrong in the text goes wrong in the parser, and so where its rows are awaited.
  return pipeline(Readable.from(inTurns(decodedPieces(bytes)), { objectMode: true }), parser, () => {});
}

/** Of tab, semicolon and comma, what the header has most of outside quotes; the rarer in a name where it is a tie. */
function delimiterOf(text: string): string {
  const counts = new Map([
    ['\t', 0],
    [';', 0],
    [',', 0],
  ]);
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '\n' && [...counts.values()].some((count) => count > 0)) break;
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
    case 'CSV_MAX_RECORD_SIZE': {
      const detail = 'This row is longer than 4 MiB. Most likely a quote is opened in it and never closed.';
      return refused(line, 'quote_not_closed', detail);
    }
    case 'INVALID_OPENING_QUOTE':
      return refused(line, 'quote', 'A quote stands inside an unquoted cell. Quote the cell and double it.', column);
    case 'CSV_INVALID_CLOSING_QUOTE':
      return refused(line, 'quote', 'Something follows a closing quote. Double the quotes inside a cell.', column);
    default:
      return refused(line, 'not_csv', 'This row is no valid CSV.', column);
  }
}
