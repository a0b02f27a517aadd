import { pipeline, Readable } from 'node:stream';
import { CsvError, type Options, parse } from 'csv-parse';
import { delimiterOf } from '../../../domain/delimiter.ts';
import { unNeutralise } from '../../../domain/formula-guard.ts';
import { columnAt, refused } from '../plan/refused.ts';
import type { RefusedFile } from '../plan/row-error.ts';
import { decodedPieces, linesIn } from './decode-text.ts';
import { inTurns } from './in-turns.ts';
import { refuseOtherFiles } from './not-a-table.ts';
import type { TableRow } from './read-table.ts';

/** A row that is longer has a quote nobody closed, or is none. */
const maxRowBytes = 4 * 1024 * 1024;

/** A row with more is refused all the same, and nothing goes through all of it. */
const mostCells = 10_000;

/**
 * The rows of a CSV file, its header included: comma, semicolon, tab or a bar, whichever parts its first lines most alike;
 * quotes as in RFC 4180; a first line such as `sep=;` as Excel writes it. The guard that our own files have against formulas is taken
 * off. Refuses (`RefusedFile`) what is broken, where it is.
 */
export function csvRows(bytes: Buffer): () => AsyncIterable<TableRow> {
  const [start = ''] = decodedPieces(bytes);
  refuseOtherFiles(start);
  const sep = /^sep=([,;\t|])\n/.exec(start)?.[1];
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
    // An inch sign in an unquoted cell is one. The text of a row shows what it would also let through.
    relax_quotes: true,
    raw: true,
    // Told where each row ends also of rows that a fault further on keeps from being read.
    on_record: (record, { lines }) => {
      lastLine = lines;
      return record.length > mostCells ? record.slice(0, mostCells) : record;
    },
  };
  try {
    for await (const { record, raw, info } of parsed(bytes, options)) {
      const line = info.lines - record.reduce((count, cell) => count + linesIn(cell), 0);
      const wrong = raw.includes('"""') ? -1 : record.findIndex((cell) => cell.startsWith('"'));
      if (wrong >= 0)
        throw refused(
          line,
          'quote',
          'Something follows a closing quote. Double the quotes inside a cell.',
          columnAt(wrong),
        );
      yield { line, cells: record.map(unNeutralise) };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw broken(error, lastLine + 1);
  }
}

type ParsedRecord = { record: string[]; raw: string; info: { lines: number } };

function parsed(bytes: Buffer, options: Options): AsyncIterable<ParsedRecord> {
  const parser = parse(options);
  // What goes wrong in the text goes wrong in the parser, and so where its rows are awaited.
  return pipeline(Readable.from(inTurns(decodedPieces(bytes)), { objectMode: true }), parser, () => {});
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
    default:
      return refused(line, 'not_csv', 'This row is no valid CSV.', column);
  }
}
