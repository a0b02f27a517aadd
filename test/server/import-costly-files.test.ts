import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '../../src/server/imports/columns/sample.ts';
import { fileUses } from '../../src/server/imports/plan/file-uses.ts';
import { shownText } from '../../src/server/imports/plan/shown-text.ts';
import { mostJudged } from '../../src/server/imports/plan/whole-key.ts';
import { type Budget, newBudget } from '../../src/server/imports/read/budget.ts';
import { filledDown } from '../../src/server/imports/read/filled-down.ts';
import { withHeadings } from '../../src/server/imports/read/headings.ts';
import { fillingMerged, mergesOf } from '../../src/server/imports/read/merged-cells.ts';
import { readSheet } from '../../src/server/imports/read/read-sheet.ts';
import { openTable, shapeFaults } from '../../src/server/imports/read/read-table.ts';
import { readXml } from '../../src/server/imports/read/read-xml.ts';
import { faultsOf, tableOf, valuesOf } from '../harness/import-file.ts';
import { turnsDuring } from '../harness/turns-during.ts';
import { workbookOf } from '../harness/zip.ts';

async function* pieces(all: readonly Buffer[]) {
  yield* all;
}

/** A part of a workbook with so many tags. */
async function* withTags(count: number, tag: string) {
  yield Buffer.from(`<a>${tag.repeat(count - 2)}</a>`);
}

describe('files that cost more than they are long', () => {
  const emptyRows = '<row/>'.repeat(100_000);
  const nothing = `<worksheet><sheetData>${emptyRows}</sheetData></worksheet>`;

  it('S2: others are served while a file is read that has nothing but empty rows', async () => {
    const files = {
      'CSV, no cells': Buffer.from(`a,b\n${'\n'.repeat(500_000)}`),
      'CSV, empty cells': Buffer.from(`a,b\n${',\n'.repeat(300_000)}`),
      'a workbook that is not packed': workbookOf('', [
        { name: 'xl/worksheets/sheet1.xml', content: nothing, isStored: true },
      ]),
    };
    const pieceBytes = 64 * 1024;
    for (const [what, bytes] of Object.entries(files)) {
      const opened = faultsOf(tableOf(bytes));
      const turns = await turnsDuring(opened);
      expect([what, await opened]).toMatchObject([what, [{ code: 'empty' }]]);
      expect(turns, what).toBeGreaterThanOrEqual(Math.floor(bytes.length / pieceBytes));
    }
  });

  it.each(['A1B2C3-D4E5F6 x ', 'A1B2-C3D4-E5F6 - ', `${'QK7TR-4MDX2-9HWPC-6VJNB'} `, '1234 5678 '])(
    'S2: of a text that is longer than any field, only the beginning is judged and shown: %s',
    (run) => {
      expect(shownText(run.repeat(100_000 / run.length)).length).toBeLessThanOrEqual(mostJudged);
    },
  );

  it('S2: a cell of one line that is longer than any name is refused before anything is compared with it', async () => {
    const cell = '\uFDFA '.repeat(600);
    for (const column of ['Customer', 'Product', 'Serial Number', 'Supplier']) {
      const header = column === 'Product' ? column : `Product,${column}`;
      const rows = await valuesOf(`${header},License Key\n${column === 'Product' ? '' : 'P,'}${cell},K-1\n`, {
        kind: 'software',
      });
      expect(rows).toMatchObject([
        { fields: column === 'Product' ? {} : { productName: 'P' }, errors: [{ line: 2, column, code: 'too_long' }] },
      ]);
    }
  });

  it('S2: a sheet is read once, however many names it has (security 44)', async () => {
    const named = '<sheet name="S" sheetId="1" r:id="r1"/>'.repeat(1000);
    const bytes = workbookOf(emptyRows, [
      { name: 'xl/workbook.xml', content: `<workbook><sheets>${named}</sheets></workbook>` },
    ]);
    expect(await faultsOf(tableOf(bytes))).toMatchObject([{ code: 'empty' }]);
  });

  it.each(['<b/>', '<!---->', '<?b?>'])(
    'S2: a workbook of more tags than rows and cells ever need is refused (security 44): %s',
    async (tag) => {
      const read = async (budget: Budget, tags: number) => {
        for await (const _ of readXml(withTags(tags, tag), { open: () => {}, close: () => {} }, [], budget));
      };
      const budget = { tags: 100, characters: 0, cells: 0, rows: 0 };
      await read(budget, 50);
      await read(budget, 50);
      expect(budget.tags).toBe(0);
      expect(await faultsOf(read({ tags: 49, characters: 0, cells: 0, rows: 0 }, 50))).toMatchObject([
        { code: 'workbook_too_big' },
      ]);
    },
  );

  const sharing = (text: string) => ({
    name: 'xl/sharedStrings.xml',
    content: `<sst><si><t>${text.repeat(900_000)}</t></si></sst>`,
  });
  const refersToIt = '<row><c t="s"><v>0</v></c></row>';

  it('S2: others are served while very many cells refer to one long text', async () => {
    const cells = 1000;
    // A picture makes the file as large as so many characters take.
    const picture = { name: 'xl/media/1.png', content: Buffer.alloc(2_000_000), isStored: true };
    const opened = faultsOf(tableOf(workbookOf(refersToIt.repeat(cells), [sharing(' '), picture])));
    // A million characters are read in one turn at most.
    const turns = await turnsDuring(opened);
    expect(await opened).toMatchObject([{ code: 'empty' }]);
    expect(turns).toBeGreaterThanOrEqual(cells / 10);
  });

  it('S2: one long text counts as often as cells refer to it, until the workbook is refused', async () => {
    const texts = { all: ['x'.repeat(1000)], unguarded: new Map() };
    const read = async (budget: Budget) => {
      const sheet = [Buffer.from(`<sheetData>${refersToIt.repeat(50)}</sheetData>`)];
      for await (const _ of readSheet(
        { pieces: pieces(sheet), merges: [] },
        { texts, formats: [], is1904: false },
        budget,
      ));
    };
    const budget = { tags: 1000, characters: 60_000, cells: 0, rows: 0 };
    await read(budget);
    expect(budget.characters).toBe(10_000);
    expect(await faultsOf(read(budget))).toMatchObject([{ code: 'workbook_too_big' }]);
  });

  it('S2: what a workbook makes of its texts, tags and blank cells is in proportion to its size, and refused beyond', async () => {
    const small = newBudget(5000);
    const large = newBudget(20_000_000);
    expect(large).toEqual({ tags: 30_000_000, characters: 256 * 1024 * 1024, cells: 200_500_000, rows: 10_010_000 });
    expect(small).toEqual({ tags: 1_250_000, characters: 2_250_000, cells: 550_000, rows: 12_500 });
    const head = (columns: number) => `<row>${'<c t="inlineStr"><is><t>name</t></is></c>'.repeat(columns)}</row>`;
    const files = {
      'one text, shared by many': workbookOf(head(1) + refersToIt.repeat(60), [sharing('x')]),
      'a long text of their own': workbookOf(
        head(1) + `<row><c t="inlineStr"><is><t>${'x'.repeat(90_000)}</t></is></c></row>`.repeat(60),
      ),
      'tags that say nothing': workbookOf(head(1) + '<b/>'.repeat(1_500_000)),
      'rows alike': workbookOf(head(1) + '<row><c><v>1</v></c></row>'.repeat(25_000)),
      'blank cells behind others': workbookOf(head(500) + '<row><c><v>1</v></c></row>'.repeat(2500)),
      'blank cells before others': workbookOf(head(1) + '<row><c r="SF1"><v>1</v></c></row>'.repeat(2500)),
    };
    for (const [what, bytes] of Object.entries(files)) {
      expect(bytes.length, what).toBeLessThan(20_000);
      expect([what, await faultsOf(tableOf(bytes))]).toMatchObject([what, [{ code: 'workbook_too_big' }]]);
    }
    const rows = 'a,b\n'.repeat(3000);
    const wide = Array.from({ length: 500 }, (_, i) => `name ${i}`).join(',');
    expect(await faultsOf(tableOf(`${wide}\n${rows}`))).toMatchObject([{ code: 'too_many_blank' }]);
  });

  it('S2: of merged cells those of a text are filled, each of them counted, and none past the last column', async () => {
    const refs = ['A2:A9', 'B2:B9', 'SF2:SF9', 'SG2:SG9', 'ZZZ2:ZZZ9'].map((ref) => `<mergeCell ref="${ref}"/>`);
    const merges = await mergesOf(pieces([Buffer.from(`<mergeCells>${refs.join('')}</mergeCells>`)]));
    expect(merges.map(({ column }) => column)).toEqual([0, 1, 499]);
    const budget = { tags: 0, characters: 9, cells: 4, rows: 0 };
    const fill = fillingMerged([...merges, { column: 3, from: 2, to: 9 }], budget);
    const rows = [2, 3].map((line) => ({ line, cells: line === 2 ? ['abc', '', '', 'def'] : [] }));
    rows.forEach(fill);
    expect(rows[1]?.cells).toEqual(['abc', '', '', 'def']);
    // Two of a text, and the two blank ones between them.
    expect(budget).toEqual({ tags: 0, characters: 3, cells: 0, rows: 0 });
    expect(() => fill({ line: 4, cells: [] })).toThrow();
  });

  it('S2: very many small parts that are far larger inside are refused as one such is', async () => {
    const part = Buffer.alloc(8 * 1024 * 1024);
    const others = Array.from({ length: 3 }, (_, i) => ({ name: `xl/${i}.xml`, content: part }));
    expect(await faultsOf(tableOf(workbookOf('', others)))).toMatchObject([{ code: 'workbook_too_big' }]);
  });

  it('S2: a name that is too long is not repeated in the rows below it', async () => {
    const long = 'x'.repeat(50_000);
    const table = { header: [], headerLine: 1, sheets: [], sheetNames: [] };
    const file = {
      ...table,
      rows: () =>
        Readable.from([
          { line: 2, cells: [long] },
          { line: 3, cells: [''] },
        ]),
    };
    const below: number[] = [];
    for await (const { cells } of filledDown(file, [0]).rows()) below.push(cells[0]?.length ?? 0);
    expect(below).toEqual([50_000, 1000]);
    const blocks = `a,b,c\n${long},,\n1,2,3\n${long}2,,\n1,2,3\n`;
    const opened = await openTable(Buffer.from(blocks));
    const sample = await sampleOf(opened);
    expect(withHeadings(opened, sample, () => false).header).toEqual(['a', 'b', 'c']);
  });

  it('S2: what cannot be stored of a purchase is not held of a whole file, and refused with its length', async () => {
    const lines = Array.from({ length: 3 }, (_, i) => `P${i},1,${'x'.repeat(20_000)}`).join('\n');
    const rows = await valuesOf(`product,quantity,remarks\n${lines}\nP4,1,short\n`, { kind: 'software' });
    const { purchases } = await fileUses(Readable.from(rows), 'software');
    expect([...purchases.values()].map(({ remarks }) => remarks.length)).toEqual([0, 0, 0, 5]);
    expect([...purchases.values()].map(({ isTooLong }) => isTooLong)).toEqual([true, true, true, false]);
  });

  it('S2: a shared text that is too long for a cell is refused where a cell has it', async () => {
    const head = '<row r="1"><c t="inlineStr"><is><t>name</t></is></c></row>';
    const opened = openTable(workbookOf(head + refersToIt, [sharing('x')]));
    expect((await opened).header).toEqual(['name']);
    for await (const row of (await opened).rows())
      expect(shapeFaults(row, ['name'])).toMatchObject([{ line: 2, column: '1', code: 'too_long' }]);
  });

  it('S2: the code of a format is read once, in as many steps as it has characters', async () => {
    const styles = (code: string): string =>
      `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="${code}"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs></styleSheet>`;
    const head = '<row><c t="inlineStr"><is><t>name</t></is></c></row>';
    const row = '<row><c s="0"><v>1</v></c></row>';
    const opened = (code: string) =>
      tableOf(workbookOf(head + row, [{ name: 'xl/styles.xml', content: styles(code) }]));
    expect((await opened('[Red]yyyy')).rows).toMatchObject([{ cells: ['1900-01-01'] }]);
    expect((await opened('['.repeat(255))).rows).toMatchObject([{ cells: ['1'] }]);
    expect(await faultsOf(opened('['.repeat(256)))).toMatchObject([{ code: 'damaged' }]);
  });

  it('S2: a cell has as many license keys as are read in one go', async () => {
    const keys = Array.from({ length: 1001 }, (_, i) => `KEY-${i}`).join('\n');
    expect(await valuesOf(`license key,product\n"${keys}",P\n`)).toMatchObject([
      { errors: [{ code: 'too_many_keys' }] },
    ]);
  });

  it('S2: the line where a file is broken is found among very many', async () => {
    const lines = 3_000_000;
    const broken = Buffer.from(`\uFEFFa\n${'\n'.repeat(lines)}\xff\n\xff\n`, 'utf8');
    // The first of the two bytes of a letter becomes one that none begins with.
    broken[3 + 2 + lines] = 0x80;
    expect(await faultsOf(tableOf(broken))).toMatchObject([{ code: 'not_utf8', line: lines + 2 }]);
    // It took one step for every line once, and a quarter of a minute.
  }, 10_000);
});
