import { describe, expect, it } from 'vitest';
import { refused } from '../../src/server/imports/plan/refused.ts';
import { newBudget } from '../../src/server/imports/read/budget.ts';
import { rowsOfParts, type TablePart } from '../../src/server/imports/read/table-part.ts';
import { freshLicenseKey } from '../harness/arrange.ts';
import { book, sheet } from '../harness/book.ts';
import { faultsOf } from '../harness/import-file.ts';
import { countRows, fieldFile, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const head = ['Produkt', 'Lizenzschlüssel', 'Gültig bis', 'Ablage'];
const row = (product: string, until = '31.12.2027'): string[] => [product, freshLicenseKey(), until, 'Schrank'];

const told = ({ body }: Answer, list = 'warnings') =>
  body[list].map((fault: { sheet?: string; line: number; code: string }) => [fault.sheet, fault.line, fault.code]);

describe.each(engines)('all sheets of a workbook, on %s', async (engine) => {
  const world = await newWorld(engine, {}, { importSizes: { atOnce: 20, part: 10 } });
  const { admin } = world;
  const send = (content: string | Buffer<ArrayBuffer>, more: Record<string, string> = {}) =>
    upload(admin, content, { kind: 'software', sheet: '*', ...more });
  const keysOf = async (customer: string): Promise<number> =>
    (await admin('GET', `/keys?customer=${encodeURIComponent(customer)}`)).body.total;

  it('F7, X9: those that are alike are one list, one customer a sheet; the others are named as left out', async () => {
    const [key, product, until] = [freshLicenseKey(), 'Farbe', '31.12.2027'];
    const moved = [
      ['Vertrag 4711'],
      ['Lizenzschlüssel', 'Produkt', 'Ablage', 'Gültig bis'],
      [key, product, 'Tür', until],
    ];
    const file = book([
      [
        'Übersicht',
        sheet([
          ['Kunde', 'Anzahl'],
          ['Praxis Eibe', '2'],
        ]),
      ],
      ['Praxis Eibe', sheet([head, row('Tinte'), row('Pinsel'), [], ['Bitte bis Jahresende an den Kunden melden']])],
      ['Kanzlei Linde', sheet(moved)],
      ['Notizen', sheet([['Passwort des Portals steht im Tresor']])],
    ]);
    const judged = await send(file, { dryRun: 'true' });
    expect(judged.body).toMatchObject({ status: 'done', rows: 3, headerRow: 1 });
    expect(judged.body.sheets.map(({ name, isRead }: Answer['body']) => [name, isRead])).toEqual([
      ['Übersicht', false],
      ['Praxis Eibe', true],
      ['Kanzlei Linde', true],
      ['Notizen', false],
    ]);
    expect(told(judged)).toEqual([
      [undefined, 1, 'unlike_sheet'],
      [undefined, 1, 'unlike_sheet'],
      ['Praxis Eibe', 5, 'note'],
      ['Kanzlei Linde', 1, 'above_header'],
    ]);
    expect(judged.body.mapping).toMatchObject({ 'Customer (sheet)': 'customer' });
    expect(
      judged.body.outcomes.map(({ sheet: name, line, becomes }: Answer['body']) => [name, line, becomes.customer]),
    ).toEqual([
      ['Praxis Eibe', 2, 'Praxis Eibe'],
      ['Praxis Eibe', 3, 'Praxis Eibe'],
      ['Kanzlei Linde', 3, 'Kanzlei Linde'],
    ]);
    expect(judged.body.alsoCreates).toContainEqual(
      expect.objectContaining({ kind: 'customers', name: 'Kanzlei Linde', sheet: 'Kanzlei Linde', line: 3 }),
    );
    expect(judged.body.leftOut).toContainEqual({ line: 5, sheet: 'Praxis Eibe', column: null });
    expect((await send(file)).body).toMatchObject({ rows: 3, created: { customer: 2, product: 3, key: 3 } });
    expect([await keysOf('Praxis Eibe'), await keysOf('Kanzlei Linde')]).toEqual([2, 1]);
    const { body } = await admin('GET', '/keys?q=Farbe');
    expect(body.items).toMatchObject([{ validityEnd: '2027-12-31', remarks: 'Ablage: Tür' }]);
    expect((await send(file)).body).toMatchObject({ same: 3, created: { key: 0 } });
  });

  it('X9: whose the rows of a sheet are is a choice: another column, one customer for all, or none of them', async () => {
    const file = book([
      [
        '2025',
        sheet([
          ['Filiale', ...head],
          ['Nord', ...row('A')],
        ]),
      ],
      [
        '2026',
        sheet([
          ['Filiale', ...head],
          ['Süd', ...row('B')],
        ]),
      ],
    ]);
    const customersBy = async (more: Record<string, string>): Promise<unknown[]> => {
      const { body } = await send(file, { dryRun: 'true', ...more });
      return body.outcomes.map(({ becomes }: Answer['body']) => becomes?.customer);
    };
    expect(await customersBy({})).toEqual(['2025', '2026']);
    expect(await customersBy({ customerId: world.houseId })).toEqual(['Nordwind IT', 'Nordwind IT']);
    expect(await customersBy({ mapping: JSON.stringify({ Filiale: 'customer' }) })).toEqual(['Nord', 'Süd']);
    const mapping = JSON.stringify({ Filiale: 'customer', 'Customer (sheet)': 'remarks' });
    expect(await customersBy({ mapping })).toEqual(['Nord', 'Süd']);
    expect((await send(file, { mapping })).body).toMatchObject({ status: 'done', created: { customer: 2 } });
    // What was chosen is remembered for the next such file.
    expect(await customersBy({})).toEqual(['Nord', 'Süd']);
  });

  it('X9: a sheet that is called nearly as a customer is asked about, and so is nobody of a kind without customers', async () => {
    await admin('POST', '/customers', { name: 'Kanzlei Birkenau' });
    const file = book([
      ['Kanzlei Birkenaus', sheet([head, row('C')])],
      ['Kanzlei Erle', sheet([head, row('C')])],
    ]);
    const asked = await send(file, { dryRun: 'true' });
    expect(told(asked, 'errors')).toEqual([['Kanzlei Birkenaus', 2, 'near']]);
    const refused = await send(file);
    expect(refused.body.errors[0]).toMatchObject({
      detail: expect.stringMatching(
        /^Sheet "Kanzlei Birkenaus", line 2, column "Customer \(sheet\)": There is no such/,
      ),
      params: { sheet: 'Kanzlei Birkenaus', line: 2 },
    });
    const products = book([
      [
        'Eins',
        sheet([
          ['Name', 'Hersteller'],
          ['Leim', 'Kleb AG'],
        ]),
      ],
      [
        'Zwei',
        sheet([
          ['Name', 'Hersteller'],
          ['Harz', 'Kleb AG'],
        ]),
      ],
    ]);
    const made = await send(products, { kind: 'products' });
    expect(made.body).toMatchObject({ rows: 2, created: { product: 2 }, mapping: { Name: 'name' } });
  });

  it('X7: rows that are wrong come back with the customer of their sheet, and an undo takes all sheets back', async () => {
    const before = await countRows(world);
    const [twice, good] = [row('Zweimal'), Array.from({ length: 12 }, () => row('Gut'))];
    const file = book([
      ['Ulmenhof', sheet([head, twice, ...good])],
      [
        'Weinhandel Korb',
        sheet([head, row('Falsch', '31.02.2027'), ['Anders', ...twice.slice(1)], ...good.map(() => row('Gut'))]),
      ],
    ]);
    const judged = await send(file, { dryRun: 'true' });
    expect(told(judged, 'errors')).toEqual([
      ['Weinhandel Korb', 2, 'not_a_day'],
      ['Weinhandel Korb', 3, 'repeated'],
    ]);
    expect(judged.body.errors[1].detail).toContain('on line 2 (Ulmenhof)');
    const done = await send(file, { goodRowsOnly: 'true' });
    expect(done.body).toMatchObject({ status: 'done', rows: 27, rejected: 2, created: { key: 25, customer: 2 } });
    const { id } = done.body;
    const later = await admin('GET', `/imports/${id}`);
    expect(told(later, 'errors')).toEqual([
      ['#2', 2, 'not_a_day'],
      ['#2', 3, 'repeated'],
    ]);
    expect(JSON.stringify(later.body)).not.toContain('Ulmenhof');
    const headers = { authorization: `Bearer ${world.adminToken}` };
    const back = await (await world.http.request(`/api/v1/imports/${id}/rejected?lang=de`, { headers })).text();
    expect(back).toContain('"Kunde (Tabellenblatt)";"Nicht importiert, weil (Keybook)"');
    expect(back).toContain('"Weinhandel Korb"');
    const corrected = back.replace('31.02.2027', '28.02.2027').replace(/\r\n"Anders"[\s\S]*$/, '\r\n');
    const again = await send(corrected, { sheet: '' });
    expect(again.body).toMatchObject({ status: 'done', rows: 1, created: { key: 1, customer: 0 } });
    expect(await keysOf('Weinhandel Korb')).toBe(13);
    await admin('POST', `/imports/${again.body.id}/undo`);
    expect((await admin('POST', `/imports/${id}/undo`)).body.status).toBe('undone');
    const { audit_entry: _, import: _runs, ...rest } = await countRows(world);
    expect(rest).toEqual((({ audit_entry: _a, import: _i, ...counts }) => counts)(before));
  });

  it('F7: the sheets of a workbook with a cover are read at once', async () => {
    const { body } = await send(fieldFile('c04-sheets.xlsx'));
    expect(body).toMatchObject({ rows: 4, created: { customer: 2, product: 2, key: 4 } });
  });
});

describe('reading all sheets', () => {
  it('S2: one budget is for all of them, and what is broken names its sheet', async () => {
    const budgets = new Set<unknown>();
    const partOf = (name: string, number: number, isBroken = false): TablePart => ({
      rows: async function* (budget) {
        budgets.add(budget);
        yield { line: 2, cells: ['A'] };
        if (isBroken) throw refused(3, 'too_long', 'The cell is longer than a workbook allows.', '1');
      },
      first: [],
      from: 1,
      header: { line: 1, cells: ['name'] },
      sheet: { name, number, places: undefined },
    });
    const read = async (): Promise<void> => {
      const parts = [partOf('One', 1), partOf('Two', 2), partOf('Three', 3, true)];
      for await (const _ of rowsOfParts(parts, { columns: 1, budget: newBudget(0) }, () => undefined));
    };
    expect(await faultsOf(read())).toMatchObject([{ code: 'too_long', sheet: 'Three', line: 3 }]);
    expect(budgets.size).toBe(1);
  });
});
