import { describe, expect, it } from 'vitest';
import { tableOf } from '../harness/import-file.ts';

const text = 'Lizenzschlüssel;Größe;Preis\r\nÄÖÜ-1;"a\r\nb";5 €\r\nÄÖÜ-2;;6 €\r\n';
const expected = {
  header: ['Lizenzschlüssel', 'Größe', 'Preis'],
  rows: [
    { line: 2, cells: ['ÄÖÜ-1', 'a\nb', '5 €'] },
    { line: 4, cells: ['ÄÖÜ-2', '', '6 €'] },
  ],
};

/** Windows-1252 is Latin-1 but for the euro sign, as far as these texts go. */
function windows1252(from: string): Buffer {
  return Buffer.from(from.replaceAll('€', '\x80'), 'latin1');
}

function bigEndian(from: string): Buffer {
  return Buffer.from(from, 'utf16le').swap16();
}

describe('reading CSV', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16 LE with a mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 LE without one', Buffer.from(text, 'utf16le')],
    ['UTF-16 BE with a mark', bigEndian(`\uFEFF${text}`)],
    ['UTF-16 BE without one', bigEndian(text)],
    ['Windows-1252', windows1252(text)],
  ])('X1: %s', async (_, bytes) => {
    expect(await tableOf(bytes)).toEqual(expected);
  });

  it.each([
    ['commas', 'a,b\n1,2;3\n', ['1', '2;3']],
    ['semicolons', 'a;b\n1,5;2\n', ['1,5', '2']],
    ['semicolons beside as many commas', 'Name, first;"b, c"\nx;y\n', ['x', 'y']],
    ['tabs', 'a\tb\n1,5\t2;3\n', ['1,5', '2;3']],
    ['one column', 'a\n1\n', ['1']],
    ["Excel's line", 'sep=;\r\na;b,c,d\r\n1;2\r\n', ['1', '2']],
  ])('X1: %s part the cells', async (_, content, cells) => {
    expect((await tableOf(content)).rows.map((row) => row.cells)).toEqual([cells]);
  });

  it.each([
    ['LF', 'a,b\n1,"x\ny"\n\n3,4', [2, 5]],
    ['CRLF', 'a,b\r\n1,"x\r\ny"\r\n\r\n3,4\r\n', [2, 5]],
    ['CR only', 'a,b\r1,"x\ry"\r\r3,4\r', [2, 5]],
    ['mixed ones', 'a,b\r1,"x\r\ny"\n\r\n3,4', [2, 5]],
  ])('X1: line ends: %s', async (_, content, lines) => {
    const { rows } = await tableOf(content);
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['1', 'x\ny'],
      ['3', '4'],
    ]);
    expect(rows.map(({ line }) => line)).toEqual(lines);
  });

  it('X1: letters and line ends at the seams of what is read at once stay whole', async () => {
    for (const filler of [65_529, 65_530, 65_531, 65_532]) {
      const { rows } = await tableOf(`a,b\r\n${'x'.repeat(filler)},ü\r\n1,"€\r\n"\r\n`);
      expect(rows.map(({ line, cells }) => [line, cells[1]])).toEqual([
        [2, 'ü'],
        [3, '€\n'],
      ]);
    }
  });

  it('X1: rows that are blank, and rows that repeat the header, are passed over', async () => {
    const { rows } = await tableOf('a,b\n1,2\n,\n"  ",""\na,b\n3,4\n');
    expect(rows.map(({ line }) => line)).toEqual([2, 6]);
  });

  it('X1: names such as __proto__ and constructor are names like any other', async () => {
    const { header, rows } = await tableOf('__proto__,constructor,toString\n1,2,3\n');
    expect(header).toEqual(['__proto__', 'constructor', 'toString']);
    expect(rows).toEqual([{ line: 2, cells: ['1', '2', '3'] }]);
  });
});
