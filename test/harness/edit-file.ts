import { stringify } from 'node:querystring';
import { writeXlsxStream } from 'hucre/xlsx';
import { csvCells, type Download, download, xlsxRows } from './files.ts';
import { upload } from './upload.ts';
import type { Answer, World } from './world.ts';

export type Format = 'csv' | 'xlsx';
export type Language = 'en' | 'de';

/** A list as its file has it: the header, then the rows, cells as they stand there. */
export async function exported(
  world: World,
  list: string,
  format: Format,
  language: Language,
  query: Record<string, string> = {},
): Promise<string[][]> {
  const file: Download = await download(world, `/${list}/export?${stringify({ format, lang: language, ...query })}`);
  return format === 'csv' ? csvCells(file, language === 'de' ? ';' : ',') : xlsxRows(file);
}

/** Sends rows back as a file of the same format, as a spreadsheet would save them. */
export async function sendBack(
  world: World,
  kind: string,
  rows: string[][],
  format: Format,
  fields: Record<string, string> = {},
): Promise<Answer> {
  return upload(world.admin, format === 'csv' ? csvOf(rows) : await xlsxOf(rows), { kind, ...fields });
}

function csvOf(rows: string[][]): string {
  return rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')).join('\r\n');
}

async function xlsxOf([header = [], ...rows]: string[][]): Promise<Buffer<ArrayBuffer>> {
  async function* cells(): AsyncGenerator<(string | null)[]> {
    for (const row of rows) yield row.map((cell) => cell || null);
  }
  const columns = header.map((name) => ({ header: name, numFmt: '@' }));
  const stream = writeXlsxStream(cells(), { name: 'Sheet', columns });
  return Buffer.from(await new Response(stream).arrayBuffer());
}

/** The rows with cells changed: each by the row's first cell (its id) and the header of its column. */
export function edited(rows: string[][], edits: [id: string, header: string, text: string][]): string[][] {
  const [header = [], ...others] = rows;
  const changed = others.map((row) =>
    row.map((cell, i) => edits.find(([id, name]) => id === row[0] && name === header[i])?.[2] ?? cell),
  );
  return [header, ...changed];
}
