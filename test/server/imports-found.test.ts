import { describe, expect, it } from 'vitest';
import { freshLicenseKey } from '../harness/arrange.ts';
import { book, sheet } from '../harness/book.ts';
import { upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const told = ({ body }: Answer): [number, string][] =>
  body.warnings.map(({ line, code }: { line: number; code: string }) => [line, code]);

describe.each(engines)('the table in a file, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const send = (content: string | Buffer<ArrayBuffer>, more: Record<string, string> = {}) =>
    upload(admin, content, { kind: 'keys', ...more });

  it('F7: titles above the header are passed over and told, and faults name the lines of the file', async () => {
    const file = (rows: string): string =>
      `Lizenzübersicht, Musterhaus IT;;;\nStand: 01.11.2026\n\nProdukt;Lizenzschlüssel;Anzahl;Gültig bis\n${rows}`;
    const done = await send(file(`Tintenwerk;${freshLicenseKey()};2;31.12.2027\nBrushwork;${freshLicenseKey()};1;\n`));
    expect(done.body).toMatchObject({ status: 'done', rows: 2, headerRow: 4, created: { key: 2 } });
    expect(told(done)).toEqual([[1, 'above_header']]);
    const wrong = await send(file(`Tintenwerk;${freshLicenseKey()};viele;31.12.2027\n`), { dryRun: 'true' });
    expect(wrong.body).toMatchObject({ status: 'refused', headerRow: 4, errors: [{ line: 5, column: 'Anzahl' }] });
    const unknown = await send(file(`Tinte;${freshLicenseKey()};2;\n`).replace('Anzahl', 'Farbe'), { dryRun: 'true' });
    expect(unknown.body).toMatchObject({ headerRow: 4, errors: [{ line: 4, column: '3', code: 'unknown_column' }] });
  });

  it('F7: a line of PowerShell, names of groups, and a header that is said are found as well', async () => {
    const typed = await send(`#TYPE Selected.System.Object\n"Product","License Key"\n"Typed","${freshLicenseKey()}"\n`);
    expect(typed.body).toMatchObject({ rows: 1, headerRow: 2, created: { key: 1 } });
    const groups = await send(
      `Software;;Vertrag\nProdukt;Lizenzschlüssel;Gültig bis\nGruppe;${freshLicenseKey()};31.12.2027\n`,
    );
    expect(groups.body).toMatchObject({ rows: 1, headerRow: 2, created: { key: 1 } });
    const said = `Farbe;Form\nrot;rund\nWas;Wie\nGesagt;${freshLicenseKey()}\n`;
    const mapping = JSON.stringify({ Was: 'productName', Wie: 'licenseKey' });
    expect((await send(said, { mapping, headerRow: '3' })).body).toMatchObject({ rows: 1, created: { key: 1 } });
    expect((await send(said, { mapping, headerRow: '9', dryRun: 'true' })).body).toMatchObject({
      errors: [{ line: 9, code: 'header_row' }],
    });
  });

  it('F7: a header of names that nobody knows stays the first row', async () => {
    const mapping = JSON.stringify({ Was: 'productName', Wie: 'licenseKey' });
    const done = await send(`Was;Wie\nFenster;${freshLicenseKey()}\nProdukt;${freshLicenseKey()}\n`, { mapping });
    expect(done.body).toMatchObject({ rows: 2, headerRow: 1, warnings: [] });
  });

  it('F7: totals, and notes below the table, are left out and told; what stands between rows is none', async () => {
    const head = 'Produkt;Lizenzschlüssel;Anzahl\n';
    const done = await send(`${head}Tinte;${freshLicenseKey()};5\nSumme:;;5\n\nAlle Schlüssel liegen im Tresor\n`);
    expect(done.body).toMatchObject({ rows: 1, created: { key: 1, product: 1 } });
    expect(told(done)).toEqual([
      [3, 'total'],
      [5, 'note'],
    ]);
    const between = await send(`${head}Tinte;${freshLicenseKey()};5\nAbteilung Nord\nTinte;${freshLicenseKey()};1\n`, {
      dryRun: 'true',
    });
    expect(between.body).toMatchObject({ status: 'refused', errors: [{ line: 3, code: 'ragged' }] });
    const owed = await send(`${head}Tinte;${freshLicenseKey()};5\nGesamt;;134,90 €\n`);
    expect([owed.body.rows, told(owed)]).toEqual([1, [[3, 'total']]]);
    const customers = await send('Name,Contact\nTotal,Anna\nSumme,\n', { kind: 'customers' });
    expect(customers.body).toMatchObject({ created: { customer: 2 }, warnings: [] });
    const called = await send(`${head}Total;${freshLicenseKey()};5\n`);
    expect(called.body).toMatchObject({ created: { key: 1, product: 1 }, warnings: [] });
  });

  it('F7: below a title, a row of a workbook without its last cells is whole: it has none where nothing stands', async () => {
    const rows = [['Licenses'], ['License Key', 'Feature', 'Remarks'], [freshLicenseKey(), 'Whole']];
    expect(told(await send(book([['Keys', sheet(rows)]])))).toEqual([[1, 'above_header']]);
  });

  it('F7: a short row has blank cells, which is told; cells beyond the header are told where they hold something', async () => {
    const head = 'Product;License Key;Seats;Remarks\n';
    const short = await send(`${head}Short;${freshLicenseKey()}\nLong;${freshLicenseKey()};1;x;;\n`);
    expect(short.body).toMatchObject({ rows: 2, created: { key: 2 } });
    expect(told(short)).toEqual([[2, 'short_row']]);
    const long = await send(`${head}Long;${freshLicenseKey()};1;x;;lost\n`, { dryRun: 'true' });
    expect(long.body).toMatchObject({ errors: [{ line: 2, code: 'ragged' }] });
  });

  it('F7: an inch sign in an unquoted cell is one, and bars part cells', async () => {
    const first = freshLicenseKey();
    const done = await send(
      `Produkt|Lizenzschlüssel|Bemerkung\nZoll|${first}|für 27" Monitor\nZwei|${freshLicenseKey()}|"a|b"\n`,
    );
    expect(done.body).toMatchObject({ rows: 2, created: { key: 2 } });
    const { body } = await admin('GET', `/keys?q=Monitor`);
    expect(body.items).toMatchObject([{ product: { name: 'Zoll' }, remarks: 'für 27" Monitor' }]);
  });

  it.each([
    ['web_page', '<html><body><table><tr><th>Produkt</th></tr></table></body></html>'],
    ['xml_workbook', '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook></Workbook>'],
    ['json', '[{"product": "Tinte", "key": "x"}]'],
    ['text_report', '=====\nProduct Name : Fenster\nProduct ID : 00330\nProduct Key : AAAA\n=====\n'],
  ])('F7: what is no table is refused by what it is: %s', async (code, content) => {
    expect((await send(content, { dryRun: 'true' })).body).toMatchObject({ status: 'refused', errors: [{ code }] });
  });

  it('F7: what is merged downwards stands in each of its rows', async () => {
    const [one, two, three] = [freshLicenseKey(), freshLicenseKey(), freshLicenseKey()];
    const rows = [
      ['Kunde', 'Produkt', 'Lizenzschlüssel', 'Gültig bis'],
      ['Praxis Ahorn', 'Verbunden', one, '2027-03-03'],
      ['', '', two],
      ['Kanzlei Birke', 'Einzeln', three],
    ];
    const done = await send(book([['Liste', sheet(rows, ['A2:A3', 'B2:B3', 'D2:D3'])]]));
    expect(done.body).toMatchObject({ rows: 3, created: { key: 3, customer: 2, product: 2 } });
    const { body } = await admin('GET', '/keys?product=Verbunden&sort=maskedKey');
    const both = { customer: { name: 'Praxis Ahorn' }, validityEnd: '2027-03-03' };
    expect(body.items).toMatchObject([both, both]);
  });

  it('F1, F7: no license key in the name of a sheet is told, nor very many sheets or a very long name', async () => {
    const head = ['Produkt', 'Lizenzschlüssel'];
    const [read, named] = [freshLicenseKey(), freshLicenseKey()];
    const told = await send(
      book([
        ['Erstes', sheet([head, ['Blatt', read]])],
        [`Key ${named}`, sheet([head, ['Blatt', freshLicenseKey()]])],
        ['x'.repeat(5000), sheet([['nichts']])],
      ]),
      { dryRun: 'true' },
    );
    expect(told.body.sheets.map(({ name }: { name: string }) => name)).toEqual(['Erstes', 'Sheet 2', 'Sheet 3']);
    expect(JSON.stringify(told.body)).not.toContain(named);
    const many = book(Array.from({ length: 101 }, (_, i) => [`S${i}`, sheet([head])] as const));
    expect((await send(many, { dryRun: 'true' })).body).toMatchObject({ errors: [{ code: 'too_many_sheets' }] });
  });

  it('F7: of several sheets one is read, the others are told, and any can be chosen', async () => {
    const head = ['Produkt', 'Lizenzschlüssel'];
    const several = book([
      ['Deckblatt', sheet([['Lizenzliste der Musterhaus IT'], ['bearbeitet von', 'H. Kurz']])],
      ['Praxis', sheet([head, ['Blatt', freshLicenseKey()]])],
      ['Kanzlei', sheet([head, ['Blatt', freshLicenseKey()], ['Blatt', freshLicenseKey()]])],
    ]);
    const first = await send(several);
    expect(first.body).toMatchObject({ rows: 1, created: { key: 1 } });
    expect(first.body.sheets).toEqual([
      { name: 'Deckblatt', rows: 2, isRead: false },
      { name: 'Praxis', rows: 2, isRead: true },
      { name: 'Kanzlei', rows: 3, isRead: false },
    ]);
    expect(told(first)).toEqual([
      [1, 'other_sheet'],
      [1, 'other_sheet'],
    ]);
    expect((await send(several, { sheet: 'Kanzlei' })).body).toMatchObject({ rows: 2, created: { key: 2 } });
    expect((await send(several, { sheet: 'Nirgends', dryRun: 'true' })).body).toMatchObject({
      errors: [{ code: 'no_such_sheet' }],
    });
  });
});
