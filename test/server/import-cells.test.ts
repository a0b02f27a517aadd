import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../src/domain/every-language.ts';
import type { Sheet } from '../../src/server/exports/sheet.ts';
import { writeFile } from '../../src/server/exports/write-file.ts';
import { tableOf } from '../harness/import-file.ts';

const header = ['A', 'B', 'C'];

async function written(format: 'csv' | 'xlsx', language: 'en' | 'de', rows: string[][]): Promise<Buffer> {
  const columns = header.map((name) => ({ field: name, header: name, cell: () => null }));
  const sheet: Sheet<never> = { title: 'T', words: wordsIn(language), columns };
  async function* all() {
    yield* rows;
  }
  return Buffer.from(await new Response(await writeFile(format, sheet, all())).arrayBuffer());
}

/** Texts as records have them: well formed, without control characters but tabs and line ends. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...`"';,\t\n=+-@<>&_x0041\u00E4\u20AC`), maxLength: 12 }),
    fc.constantFrom('=1+1', "'=1", "''=1", '-5', '+49 30 1', '@SUM(A1)', '\t=1', 'A', '1e5', '007', ']]>', '_x000D_'),
  )
  .filter((value) => !/[\p{Cc}]/u.test(value.replace(/[\t\n]/g, '')) && value.isWellFormed());
const row = fc.tuple(text, text, text).filter((cells) => cells.some((cell) => cell.trim() !== ''));

describe('a file that is written and read again', () => {
  it.each(['csv', 'xlsx'] as const)('X3: %s: every cell comes back as it was', async (format) => {
    const property = fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('en' as const, 'de' as const),
      async (rows, language) => {
        fc.pre(rows.every((cells) => cells.join() !== header.join()));
        const read = await tableOf(await written(format, language, rows));
        expect(read.header).toEqual(header);
        expect(read.rows.map(({ cells }) => cells)).toEqual(rows);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});
