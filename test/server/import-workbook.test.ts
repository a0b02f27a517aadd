import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { tableOf, valuesOf } from '../harness/import-file.ts';
import { workbookOf } from '../harness/zip.ts';

type Cells = (string | number | boolean | Date | null)[][];

async function workbook(...sheets: Cells[]): Promise<Buffer> {
  const named = sheets.map((rows, i) => ({ name: `S${i}`, rows }));
  return Buffer.from(await writeXlsx({ sheets: named }));
}

async function cellsOf(bytes: Buffer): Promise<string[][]> {
  return (await tableOf(bytes)).rows.map(({ cells }) => cells);
}

/** A sheet with one column, whose second cell is this. */
function oneCell(cell: string, styles = ''): Buffer {
  const data = `<row><c t="str"><v>head</v></c></row><row>${cell}</row>`;
  const strings =
    '<sst><si><t>plain</t></si><si><r><t>in </t></r><r><t xml:space="preserve">two fonts</t></r><rPh><t>spoken</t></rPh></si><si><t>a_x000D_&#10;b &amp; _x005F_x0041_</t></si></sst>';
  return workbookOf(data, [
    { name: 'xl/sharedStrings.xml', content: strings },
    { name: 'xl/styles.xml', content: `<styleSheet>${styles}</styleSheet>` },
  ]);
}

const dateStyles =
  '<numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/><numFmt numFmtId="171" formatCode="&quot;day &quot;0"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs>';

describe('reading workbooks', () => {
  it('X1: texts, numbers, dates, yes and no, and nothing, as a spreadsheet writes them', async () => {
    const rows: Cells = [
      ['key', 'seats', 'since', 'used', 'note'],
      ['AAAA', 12, new Date('2026-01-05T00:00:00Z'), true, 'two\nlines'],
      ['BBBB', 0.1, new Date('2026-12-31T13:30:00Z'), false, null],
    ];
    expect(await cellsOf(await workbook(rows))).toEqual([
      ['AAAA', '12', '2026-01-05', 'TRUE', 'two\nlines'],
      ['BBBB', '0.1', '2026-12-31 13:30:00', 'FALSE', ''],
    ]);
  });

  it('X1: the first sheet with a value is read; lines are the numbers of its rows', async () => {
    const second: Cells = [[null], ['', 'key', 'product'], [null, null], ['', 'K', 'P'], [], ['', 'L']];
    const { header, rows } = await tableOf(await workbook([[null]], second, [['not', 'this']]));
    expect(header).toEqual(['', 'key', 'product']);
    expect(rows).toEqual([
      { line: 4, cells: ['', 'K', 'P'] },
      { line: 6, cells: ['', 'L', ''] },
    ]);
  });

  it('X1: a hidden sheet is none', async () => {
    const hidden = { name: 'H', rows: [['secret'], ['x']], hidden: true };
    const bytes = await writeXlsx({ sheets: [hidden, { name: 'S', rows: [['key'], ['K']] }] });
    expect((await tableOf(Buffer.from(bytes))).header).toEqual(['key']);
  });

  it.each([
    ['a shared text', '<c t="s"><v>0</v></c>', 'plain'],
    ['a text in two fonts', '<c t="s"><v>1</v></c>', 'in two fonts'],
    ['characters by number', '<c t="s"><v>2</v></c>', 'a\nb & _x0041_'],
    ['an inline text', '<c t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r><rPh><t>c</t></rPh></is></c>', 'ab'],
    ['what a formula gives', '<c t="str"><f>A1&amp;"x"</f><v>made</v></c>', 'made'],
    ['an error', '<c t="e"><v>#N/A</v></c>', '#N/A'],
    ['a formula without what it gives', '<c><f>DATE(2027,12,31)</f></c>', '#FORMULA!'],
    ['one with an empty value', '<c><f>A1+1</f><v></v></c>', '#FORMULA!'],
    ['plain text of XML', '<c t="str"><v><![CDATA[<b>]]></v></c>', '<b>'],
    ['another prefix', '<x:c r="A2"><x:v>7</x:v></x:c>', '7'],
    ['fifteen digits', '<c><v>123456789012345</v></c>', '123456789012345'],
    ['fifteen digits with an exponent', '<c><v>1.23456789012345E14</v></c>', '123456789012345'],
    ['sixteen digits', '<c><v>1234567890123456</v></c>', '1.23456789012346E+15'],
    ['what a processor cannot add', '<c><v>0.30000000000000004</v></c>', '0.3'],
    ['next to nothing', '<c><v>1E-7</v></c>', '0.0000001'],
    ['a date', '<c s="1"><v>46027</v></c>', '2026-01-05'],
    ['a date in a format of its own', '<c s="2"><v>46027</v></c>', '2026-01-05'],
    ['a number with a word for a date', '<c s="3"><v>46027</v></c>', '46027'],
    ['the last day', '<c s="1"><v>2958465</v></c>', '9999-12-31'],
    ['a time alone', '<c s="1"><v>0.5</v></c>', '12:00:00'],
    ['the day before the day that never was', '<c s="1"><v>59</v></c>', '1900-02-28'],
    ['an ISO date', '<c t="d"><v>2026-01-05T00:00:00</v></c>', '2026-01-05T00:00:00'],
  ])('X1: %s', async (_, cell, text) => {
    expect(await cellsOf(oneCell(cell, dateStyles))).toEqual([[text]]);
  });

  it('X9: a formula that gives a blank is blank, and one without what it gives is refused in its row', async () => {
    const text = (value: string) => `<c t="str"><v>${value}</v></c>`;
    const head = `<row>${['Produkt', 'Lizenzschlüssel', 'Gültig bis'].map(text).join('')}</row>`;
    const row = (key: string, end: string) => `<row>${text('P')}${key}${end}</row>`;
    const rows = await valuesOf(
      workbookOf(
        [
          head,
          row(text('K-1'), '<c t="str"><f>IF(1,"","")</f><v></v></c>'),
          row(text('K-2'), '<c><f>DATE(2027,12,31)</f></c>'),
          row('<c><f>B1</f><v/></c>', ''),
        ].join(''),
      ),
      { kind: 'software' },
    );
    expect(rows.map(({ errors }) => errors.map(({ column, code }) => [column, code]))).toEqual([
      [],
      [['Gültig bis', 'formula_without_value']],
      [['Lizenzschlüssel', 'formula_without_value']],
    ]);
  });

  it('X1: days counted from 1904', async () => {
    const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
    const content = `<workbook xmlns:r="${relations}"><workbookPr date1904="1"/><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`;
    const styles = { name: 'xl/styles.xml', content: `<styleSheet>${dateStyles}</styleSheet>` };
    const data = '<row><c t="str"><v>head</v></c></row><row><c s="1"><v>44565</v></c></row>';
    const bytes = workbookOf(data, [{ name: 'xl/workbook.xml', content }, styles]);
    expect(await cellsOf(bytes)).toEqual([['2026-01-05']]);
  });

  it('X3: the guard of a CSV that was saved as a workbook is taken off; a cell of the format text never had one', async () => {
    const styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="49"/></cellXfs>';
    const guarded = '<v>&apos;+49 30</v></c>';
    expect(await cellsOf(oneCell(`<c t="str">${guarded}`, styles))).toEqual([['+49 30']]);
    expect(await cellsOf(oneCell(`<c t="str" s="1">${guarded}`, styles))).toEqual([["'+49 30"]]);
  });

  it('X1: a license key that became a number or a date is told apart from one that did not', async () => {
    const keys: Cells = [
      ['key', 'product'],
      [1234567890123456, 'P'],
      [new Date('2026-01-05T00:00:00Z'), 'P'],
      [123456789012, 'P'],
    ];
    const rows = await valuesOf(await workbook(keys));
    expect(rows.map(({ errors }) => errors.map(({ code, line }) => [code, line]))).toEqual([
      [['destroyed_number', 2]],
      [['destroyed_number', 3]],
      [],
    ]);
    expect(rows[2]?.licenseKeys).toEqual(['123456789012']);
  });
});
