import type { ExportFormat } from '../../contract/exports.ts';
import { neutralise } from '../../domain/formula-guard.ts';
import { valueLabel } from '../../domain/labels.ts';
import { type Language, mannerOf } from '../../domain/languages.ts';
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
  { title, language, columns }: Sheet<never>,
  rows: AsyncIterable<Cell[]>,
): Promise<ReadableStream<Uint8Array>> {
  const headers = columns.map(({ header }) => header);
  if (format === 'xlsx') {
    const { writeXlsxStream } = await import('hucre/xlsx');
    // A cell of the format "text" stays a text also when somebody edits it.
    const texts = headers.map((header) => ({ header: xlsxText(header), numFmt: '@', width: widthOf(header) }));
    return writeXlsxStream(mapped(rows, language, xlsxCell), { name: title, columns: texts, freezePane: { rows: 1 } });
  }
  const { writeCsvStream } = await import('hucre/csv');
  return writeCsvStream(mapped(rows, language, csvCell), {
    bom: true,
    delimiter: mannerOf(language).delimiter,
    headers: headers.map(neutralise),
    // A reader that takes another delimiter than ours splits no quoted cell into one that begins with a formula.
    quoteStyle: 'all',
  });
}

async function* mapped<Written>(
  rows: AsyncIterable<Cell[]>,
  language: Language,
  cellOf: (cell: Cell, language: Language) => Written,
): AsyncGenerator<Written[]> {
  for await (const row of rows) yield row.map((cell) => cellOf(cell, language));
}

/** A number is no formula, whatever its sign. */
function csvCell(cell: Cell, language: Language): string {
  const text = textOf(cell, language);
  return typeof cell === 'number' ? text : neutralise(text);
}

function xlsxCell(cell: Cell, language: Language): string | null {
  return cell === null || cell === '' ? null : xlsxText(textOf(cell, language));
}

function textOf(cell: Cell, language: Language): string {
  switch (typeof cell) {
    case 'number':
      return numberText(cell, language);
    case 'boolean':
      return valueLabel('yesNo', cell ? 'true' : 'false', language);
    default:
      return cell ?? '';
  }
}

/** Digits without groups and exponents. */
function numberText(value: number, language: Language): string {
  const short = String(value);
  const plain = short.includes('e')
    ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })
    : short;
  return plain.replace('.', mannerOf(language).decimalSign);
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
