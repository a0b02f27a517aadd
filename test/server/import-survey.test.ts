import { describe, expect, it } from 'vitest';
import { faultsOf, valuesOf } from '../harness/import-file.ts';

async function fieldOf(field: string, content: string, kind: 'keys' | 'licenses' = 'keys'): Promise<unknown[]> {
  const rows = await valuesOf(content, { kind });
  expect(rows.flatMap(({ errors }) => errors)).toEqual([]);
  return rows.map(({ fields }) => fields[field]);
}

describe('how a column is read', () => {
  it('X1: each column of dates has its own order, and one day above 12 anywhere shows it', async () => {
    const filler = 'K,1/2/2026,1/2/2026\n'.repeat(300);
    const content = `key,purchase date,valid until\n${filler}K,13/2/2026,2/13/2026\n`;
    expect((await fieldOf('purchaseDate', content))[0]).toBe('2026-02-01');
    expect((await fieldOf('validityEnd', content))[0]).toBe('2026-01-02');
  });

  it('X1: a column without a day above 12 is refused by its name, and "dates" answers it', async () => {
    const content = 'key,purchase date,valid until\nK,03/04/2026,31.12.2027\n';
    const found = await faultsOf(valuesOf(content));
    expect(found).toMatchObject([{ code: 'date_order_needed', column: 'purchase date' }]);
    expect((await valuesOf(content, { dates: 'dmy' }))[0]?.fields.purchaseDate).toBe('2026-04-03');
    expect((await valuesOf(content, { dates: 'mdy' }))[0]?.fields.purchaseDate).toBe('2026-03-04');
  });

  it('X1: each column of numbers has its own style', async () => {
    const content = 'product;cost;seats\nP;1.234;1.000\nQ;12,50;1.000.000\n';
    expect(await fieldOf('cost', content, 'licenses')).toEqual([{ cost: 1234 }, { cost: 12.5 }]);
    expect(await fieldOf('quantity', content, 'licenses')).toEqual([1000, 1_000_000]);
    expect(await fieldOf('cost', 'product,cost\nP,"$1,200"\nQ,"1,300"\n', 'licenses')).toEqual([
      { cost: 1200, currency: 'USD' },
      { cost: 1300 },
    ]);
  });

  it('X1: a column of nothing but numbers such as 1.234 is refused at the first of them', async () => {
    const found = await faultsOf(valuesOf('product;cost\nP;12\nP;1.234\nP;2.345\n', { kind: 'licenses' }));
    expect(found).toMatchObject([{ code: 'number_style_needed', column: 'cost', line: 3 }]);
  });

  it.each(['unlimited', 'unbegrenzt', 'n/a', '9999-12-31', '31.12.9999', '-'])(
    'X1: "%s" as an end means a permanent key, and that the end is cleared',
    async (end) => {
      const [row] = await valuesOf(`key,product,valid until\nK,P,${end}\n`);
      expect(row).toMatchObject({
        fields: { productName: 'P', keyType: 'permanent' },
        blank: ['validityEnd'],
        errors: [],
      });
      expect(row?.fields).not.toHaveProperty('validityEnd');
      const [license] = await valuesOf(`product,end\nP,${end}\n`, { kind: 'licenses' });
      expect(license).toMatchObject({ fields: { productName: 'P' }, blank: ['end'], errors: [] });
    },
  );

  it('F9: another type of key goes to the remarks and is told; what says that there is none is left out', async () => {
    const file = 'key,product,type,seats,purchase date\nK,P,MAK,n/a,-\nL,P,Trial,5 User,2024-03-01 08:11:12Z\n';
    const [mak, trial] = await valuesOf(file);
    expect(mak).toMatchObject({ fields: { productName: 'P', remarks: 'type: MAK' }, errors: [] });
    expect(mak?.warnings.map(({ code, column }) => [code, column])).toEqual([
      ['other_key_type', 'type'],
      ['no_value', 'seats'],
      ['no_value', 'purchase date'],
    ]);
    expect(trial).toMatchObject({ warnings: [], errors: [] });
    expect(trial?.fields).toEqual({
      productName: 'P',
      keyType: 'trial',
      seats: 5,
      purchaseDate: '2024-03-01',
      remarks: 'seats: 5 User',
    });
    const [own] = await valuesOf('Internal ID,Version,License Key,Key Type\nabc,1,,MAK\n');
    expect(own?.errors).toMatchObject([{ code: 'not_a_key_type' }]);
  });

  it('F9: what an amount is for stands in the remarks; nothing is guessed', async () => {
    const file = 'product;cost;quantity\nA;89,90 €/Jahr;1\nB;kostenlos;0\nC;ab 12 €;3/5\nD;-;5 Stk.\n';
    const rows = await valuesOf(file, { kind: 'licenses' });
    expect(rows[0]?.fields).toMatchObject({ cost: { cost: 89.9, currency: 'EUR' }, remarks: 'cost: 89,90 €/Jahr' });
    expect(rows[1]).toMatchObject({
      fields: { cost: { cost: 0 } },
      errors: [{ code: 'none_counted', column: 'quantity' }],
    });
    expect(rows[2]?.errors.map(({ code, column }) => [code, column])).toEqual([
      ['not_an_amount', 'cost'],
      ['two_counts', 'quantity'],
    ]);
    expect(rows[3]).toMatchObject({ fields: { quantity: 5 }, blank: ['cost'], warnings: [{ code: 'no_value' }] });
  });

  it('X1: unlimited seats are a million, and the remarks say so', async () => {
    const [row] = await valuesOf('product,quantity,notes\nP,unlimited,as agreed\n', { kind: 'licenses' });
    expect(row?.fields).toMatchObject({ quantity: 1_000_000, remarks: 'as agreed\nquantity: unlimited' });
  });

  it('X1: keys and serial numbers that a spreadsheet destroyed are refused at their cell, with what happened', async () => {
    const rows = await valuesOf('key,serial\n1.23E+15,S\nK,"4,56E+12"\nK,01. Jan\nK,Jan-05\n2026-01-05,S\nK,1E10\n');
    const found = rows.flatMap(({ errors }) => errors);
    expect(found.map(({ line, column, code }) => [line, column, code])).toEqual([
      [2, 'key', 'destroyed_number'],
      [3, 'serial', 'destroyed_number'],
      [4, 'serial', 'destroyed_number'],
      [5, 'serial', 'destroyed_number'],
      [6, 'key', 'destroyed_number'],
    ]);
    for (const { detail } of found) expect(detail).toMatch(/A spreadsheet turned this into a .*"Text"/);
  });

  it('X1: keys that lost their leading zeros are refused, the others of the column are not', async () => {
    const keys = ['12345678', '23456789', '34567890', '45678901', '567890', '67890123'];
    const rows = await valuesOf(`key\n${keys.join('\n')}\n`);
    expect(rows.map(({ errors }) => errors.length)).toEqual([0, 0, 0, 0, 1, 0]);
    expect(rows[4]?.errors[0]?.detail).toContain('dropped the zeros');
  });
});

describe('what a row of our own file gives', () => {
  const header = 'Internal ID,Version,License Key (masked),Feature,Status,Seats Taken,Valid until,User Name,Other';
  const own = `${header}\n"abc","3","••••-1234","Papermill","Applied","1","","","'=1+1"\n`;

  it('X3: id, version and mask; what is blank; what Keybook works out; and the guard against formulas is off', async () => {
    const [row] = await valuesOf(own);
    expect(row).toMatchObject({
      line: 2,
      id: 'abc',
      version: 3,
      maskedKey: '••••-1234',
      fields: { productName: 'Papermill', remarks: '=1+1' },
      licenseKeys: [],
      persons: [],
      warnings: [],
      blank: ['validityEnd', 'userName'],
      computed: [
        { field: 'status', text: 'Applied' },
        { field: 'seatsTaken', text: '1' },
      ],
      errors: [],
    });
    expect(row?.columnOf('/status')).toBe('Status');
    expect(row?.columnOf('/version')).toBe('Version');
  });

  it('X3: a version that is no number is a fault of its cell', async () => {
    const [row] = await valuesOf(own.replace('"3"', '"3,0"'));
    expect(row?.errors).toMatchObject([{ code: 'not_a_version', column: 'Version' }]);
  });

  it('X1: a person with two halves of a name has one', async () => {
    const rows = await valuesOf('First name,Last name,User name,E-mail\nAda,Berg,ab,a@b.example\n,Cohn,,\n', {
      kind: 'users',
    });
    expect(rows.map(({ fields }) => fields)).toEqual([
      { name: 'Ada Berg', userName: 'ab', email: 'a@b.example' },
      { name: 'Cohn' },
    ]);
  });
});
