import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Budget, readXml } from '../../src/server/imports/read/read-xml.ts';
import { faultsOf, tableOf } from '../harness/import-file.ts';
import { workbookOf } from '../harness/zip.ts';

/** How many times others had their turn while this work went on. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let isDone = false;
  let turns = 0;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  while (!isDone) {
    await setImmediate();
    turns += 1;
  }
  return turns;
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
      const budget = { tags: 100 };
      await read(budget, 50);
      await read(budget, 50);
      expect(budget.tags).toBe(0);
      expect(await faultsOf(read({ tags: 49 }, 50))).toMatchObject([{ code: 'workbook_too_big' }]);
    },
  );
});
