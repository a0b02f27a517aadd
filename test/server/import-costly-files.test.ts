import { describe, expect, it } from 'vitest';
import { readSheet } from '../../src/server/imports/read/read-sheet.ts';
import { openTable, shapeFaults } from '../../src/server/imports/read/read-table.ts';
import { type Budget, readXml } from '../../src/server/imports/read/read-xml.ts';
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
      const budget = { tags: 100, characters: 0 };
      await read(budget, 50);
      await read(budget, 50);
      expect(budget.tags).toBe(0);
      expect(await faultsOf(read({ tags: 49, characters: 0 }, 50))).toMatchObject([{ code: 'workbook_too_big' }]);
    },
  );

  const sharing = (text: string) => ({
    name: 'xl/sharedStrings.xml',
    content: `<sst><si><t>${text.repeat(900_000)}</t></si></sst>`,
  });
  const refersToIt = '<row><c t="s"><v>0</v></c></row>';

  it('S2: others are served while very many cells refer to one long text', async () => {
    const cells = 1000;
    const opened = faultsOf(tableOf(workbookOf(refersToIt.repeat(cells), [sharing(' ')])));
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
    const budget = { tags: 1000, characters: 60_000 };
    await read(budget);
    expect(budget.characters).toBe(10_000);
    expect(await faultsOf(read(budget))).toMatchObject([{ code: 'workbook_too_big' }]);
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
