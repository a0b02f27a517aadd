import { describe, expect, it } from 'vitest';
import { faultsOf, tableOf, valuesOf } from '../harness/import-file.ts';
import { workbookOf, zipOf } from '../harness/zip.ts';

const good = 'key,product\nAAAA,P\n';
const cell = (place: string, text: string): string => `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
const sheet = `<row r="1">${cell('A1', 'key')}${cell('B1', 'product')}</row><row r="2">${cell('A2', 'K')}${cell('B2', 'P')}</row>`;

/** Its end says that the directory is told in long numbers, which are not there. */
function longOnly(workbook: Buffer): Buffer {
  workbook.writeUInt32LE(0xffffffff, workbook.length - 6);
  return workbook;
}

/** The container an encrypted workbook lies in, as far as anybody can tell without the password. */
function protectedWorkbook(): Buffer {
  const head = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  return Buffer.concat([head, Buffer.alloc(504), Buffer.from('EncryptionInfo EncryptedPackage', 'utf16le')]);
}

describe('files that are broken', () => {
  it.each([
    ['empty', '', 'empty', 1, null],
    ['blank', '\n\n  \n', 'empty', 1, null],
    ['only a header', 'key,product\n', 'empty', 1, null],
    ['an unclosed quote', `${good}"B\nB,P\n`, 'quote_not_closed', 3, '1'],
    ['an unclosed quote before five megabytes', `${good}"${'B,\n'.repeat(1_700_000)}`, 'quote_not_closed', 3, null],
    ['text behind a quote', `${good}"B"B,P\n`, 'quote', 3, '1'],
    ['NUL', `${good}BBBB,P\nCC\0C,P\n`, 'nul', 4, null],
    ['a picture', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'nul', 3, null],
    ['a name of 201 letters', `key,${'n'.repeat(201)}\n1,2\n`, 'too_long', 1, '2'],
    ['501 columns', `${'a,'.repeat(500)}b\n`, 'too_many_columns', 1, null],
  ])('X1: %s is refused where it is', async (_, content, code, line, column) => {
    expect(await faultsOf(tableOf(Buffer.from(content, 'latin1')))).toMatchObject([{ code, line, column }]);
  });

  it.each([
    [
      'a row too short and one too long',
      `${good}BBBB\nCCCC,P,Q\n`,
      [
        ['ragged', 3],
        ['ragged', 4],
      ],
    ],
    ['a value without a name', 'key,product,\nK,P,\nK,P,x\n', [['unnamed_column', 3]]],
    ['a cell of a million characters', `${good}K,${'x'.repeat(1_000_000)}\n`, [['too_long', 3]]],
  ])('X1: %s: every such row is told', async (_, content, faults) => {
    const found = await faultsOf(valuesOf(content));
    expect(found.map(({ code, line }) => [code, line])).toEqual(faults);
  });

  it('X1: of thousands of faults the first thousand are told, and how many there are', async () => {
    const found = await faultsOf(valuesOf(`key,product\n${'a\n'.repeat(2500)}`));
    expect(found).toHaveLength(1001);
    expect(found.at(-1)).toMatchObject({ code: 'more', detail: '1500 more of these are not listed.' });
  });

  it.each([
    ['a duplicate', 'key,Product,product\n1,2,3\n', 'duplicate_column', '3'],
    ['__proto__', 'key,product,__proto__\n1,2,3\n', 'unknown_column', '3'],
    ['constructor', 'key,product,constructor\n1,2,3\n', 'unknown_column', '3'],
  ])('X1: a column named as %s is refused', async (_, content, code, column) => {
    expect(await faultsOf(valuesOf(content))).toMatchObject([{ code, column, line: 1 }]);
  });

  it('X1: text that is neither UTF-8 nor Windows-1252, or one with a piece of the other, is refused at its line', async () => {
    const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');
    const mixed = Buffer.concat([Buffer.from('key,product\nä,ö\nä,'), bytes('\xf6\n')]);
    const wrongMark = Buffer.concat([Buffer.from('\uFEFFkey,product\n1,2\n'), bytes('\xe4,3\n')]);
    expect(await faultsOf(tableOf(mixed))).toMatchObject([{ code: 'not_utf8', line: 3 }]);
    expect(await faultsOf(tableOf(wrongMark))).toMatchObject([{ code: 'not_utf8', line: 3 }]);
    expect(await faultsOf(tableOf(bytes('key,product\n1,\x81\n')))).toMatchObject([{ code: 'encoding', line: 2 }]);
    const half = Buffer.from('\uFEFFkey;p\n1;\ud800\n', 'utf16le');
    expect(await faultsOf(tableOf(half))).toMatchObject([{ code: 'encoding' }]);
  });

  it('X1: 200,001 rows are refused, as soon as they are reached', async () => {
    const found = await faultsOf(valuesOf(`key,product\n${'K,P\n'.repeat(200_001)}`));
    expect(found).toMatchObject([{ code: 'too_many_rows', line: 200_002 }]);
  });
});

const relationTo = (target: string) =>
  `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="${target}"/></Relationships>`;

describe('workbooks that are broken', () => {
  it('X1: the workbook that the others are made of is read, written as ZIP64 as well', async () => {
    for (const workbook of [workbookOf(sheet), workbookOf(sheet, [], true)])
      expect((await tableOf(workbook)).rows).toEqual([{ line: 2, cells: ['K', 'P'] }]);
  });

  it.each([
    ['macros', () => workbookOf(sheet, [{ name: 'xl/vbaProject.bin', content: 'x' }]), 'macros'],
    ['a password', protectedWorkbook, 'encrypted'],
    ['an encrypted entry', () => workbookOf(sheet, [{ name: 'x', content: 'x', says: { flags: 1 } }]), 'encrypted'],
    ['the format of 2003', () => Buffer.from('d0cf11e0a1b11ae1000000000000', 'hex'), 'old_workbook'],
    ['no workbook', () => zipOf([{ name: 'mimetype', content: 'application/zip' }]), 'not_a_workbook'],
    ['the binary format', () => workbookOf(sheet, [{ name: 'xl/workbook.bin', content: 'x' }]), 'not_a_workbook'],
    ['no sheet with a value', () => workbookOf('<row r="1"><c r="A1"/></row>'), 'empty'],
    ['no end', () => workbookOf(sheet).subarray(0, -10), 'damaged'],
    ['long numbers left out', () => longOnly(workbookOf(sheet)), 'damaged'],
    [
      'a cut-off directory',
      () => Buffer.concat([workbookOf(sheet).subarray(0, 200), workbookOf(sheet).subarray(-22)]),
      'damaged',
    ],
    ['two parts of one name', () => zipOf([1, 2].map(() => ({ name: 'x', content: '' }))), 'damaged'],
    ['XML without an end', () => workbookOf('<row r="1"><c r="A1" t="str"><v>x'), 'damaged'],
    [
      'a document type',
      () =>
        workbookOf(sheet, [
          { name: 'xl/workbook.xml', content: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><workbook/>' },
        ]),
      'damaged',
    ],
    ...['http://[', '//[', 'http://a b'].map((target): [string, () => Buffer, string] => [
      `a part at ${target}`,
      () => workbookOf(sheet, [{ name: '_rels/.rels', content: relationTo(target) }]),
      'damaged',
    ]),
    ['a row before its time', () => workbookOf(`<row r="5"/>${sheet}`), 'damaged'],
    ['a cell nowhere', () => workbookOf(`<row r="1">${cell('1', 'x')}</row>`), 'damaged'],
    ['a cell in column 501', () => workbookOf(`<row r="1">${cell('SG1', 'x')}</row>`), 'too_many_columns'],
    [
      'a text of a million characters',
      () => workbookOf(`<row r="1">${cell('A1', 'x'.repeat(1_100_000))}</row>`),
      'damaged',
    ],
  ])('X1: %s is refused in so many words (security 45)', async (_, made, code) => {
    const found = await faultsOf(tableOf(made()));
    expect(found).toMatchObject([{ code }]);
    expect(found[0]?.detail).toMatch(/\.$/);
  });

  it('X1: a bomb is refused before it goes off: by what its directory says, and by what it does not (security 44)', async () => {
    const zeros = Buffer.alloc(40 * 1024 * 1024);
    const honest = workbookOf(sheet, [{ name: 'xl/sharedStrings.xml', content: zeros }]);
    const liar = workbookOf(sheet, [{ name: 'xl/sharedStrings.xml', content: zeros, says: { size: 1000 } }]);
    const giant = workbookOf(sheet, [{ name: 'xl/media/a', content: 'x', says: { size: 2 ** 31 } }]);
    const before = process.memoryUsage().rss;
    expect(await faultsOf(tableOf(honest))).toMatchObject([{ code: 'workbook_too_big' }]);
    expect(await faultsOf(tableOf(liar))).toMatchObject([{ code: 'damaged' }]);
    expect(await faultsOf(tableOf(giant))).toMatchObject([{ code: 'workbook_too_big' }]);
    expect(process.memoryUsage().rss - before).toBeLessThan(zeros.length);
  });

  it.each([
    ['of usual numbers', false],
    ['of long numbers', true],
  ])(
    'X1: in an archive %s any byte may be another: it is refused or read, and never a fault of the server',
    async (_, isLong) => {
      const bytes = workbookOf(sheet, [], isLong);
      for (let i = 0; i < bytes.length; i += 3) {
        const changed = Buffer.from(bytes);
        changed[i] = (changed[i] ?? 0) ^ 0x55;
        await faultsOf(tableOf(changed));
      }
    },
  );
});
