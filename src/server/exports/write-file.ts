import type { ExportFormat } from '../../contract/exports.ts';
import { neutralise } from '../../domain/formula-guard.ts';
import { valueLabel } from '../../domain/labels.ts';
import { plainNumber } from '../../domain/plain-number.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import type { Cell } from './columns.ts';
import type { Sheet } from './sheet.ts';

/** What a spreadsheet holds in one cell. */
const longestCell = 32_767;

/**
 * Writes rows to a file while they are read, as the reader of the stream takes them. The library that writes files is
 * loaded with the first of them.
 */
export async function writeFile(
  format: ExportFormat,
  { title, words, columns }: Sheet<never>,
  rows: AsyncIterable<Cell[]>,
): Promise<ReadableStream<Uint8Array>> {
  const headers = columns.map(({ header }) => header);
  if (format === 'xlsx') {
    const { writeXlsxStream } = await import('hucre/xlsx');
    // A cell of the format "text" stays a text also when somebody edits it.
    const texts = headers.map((header) => ({ header: xlsxText(header), numFmt: '@', width: widthOf(header) }));
    return writeXlsxStream(mapped(rows, words, xlsxCell), { name: title, columns: texts, freezePane: { rows: 1 } });
  }
  const { writeCsvStream } = await import('hucre/csv');
  return writeCsvStream(mapped(rows, words, csvCell), {
    bom: true,
    delimiter: words.manner.delimiter,
    headers: headers.map(neutralise),
    // A reader that takes another delimiter than ours splits no quoted cell into one that begins with a formula.
    quoteStyle: 'all',
  });
}

async function* mapped<Written>(
  rows: AsyncIterable<Cell[]>,
  words: Vocabulary,
  cellOf: (cell: Cell, words: Vocabulary) => Written,
): AsyncGenerator<Written[]> {
  for await (const row of rows) yield row.map((cell) => cellOf(cell, words));
}

/** A number is no formula, whatever its sign. */
function csvCell(cell: Cell, words: Vocabulary): string {
  const text = textOf(cell, words);
  return typeof cell === 'number' ? text : neutralise(text);
}

function xlsxCell(cell: Cell, words: Vocabulary): string | null {
  return cell === null || cell === '' ? null : xlsxText(textOf(cell, words));
}

function textOf(cell: Cell, words: Vocabulary): string {
  switch (typeof cell) {
    case 'number':
      return plainNumber(cell).replace('.', words.manner.decimalSign);
    case 'boolean':
      return valueLabel('yesNo', cell ? 'true' : 'false', words);
    default:
      return cell ?? '';
  }
}

/**
 * Texts of the format stand for other characters where they look like `_x0041_` (ECMA-376, ST_Xstring): that is spelled
 * out, and so are the two characters that XML has not. What is too long for a cell is cut.
 */
function xlsxText(text: string): string {
  const fitting = text.length > longestCell ? `${text.slice(0, longestCell - 1)}…` : text;
  return fitting
    .replace(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .replace(/[\uFFFE\uFFFF]/g, (char) => `_x${char.charCodeAt(0).toString(16).toUpperCase()}_`);
}

/** Room for the header, in characters. */
function widthOf(header: string): number {
  return Math.min(40, Math.max(12, header.length + 2));
}
