import { describe, expect, it } from 'vitest';
import { addCustomer, addKey, addUnit, trailOf } from '../harness/arrange.ts';
import { everythingStored, upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const outcomes = ({ body }: Answer): string[] => body.outcomes.map(({ outcome }: { outcome: string }) => outcome);

describe.each(engines)('files of other records on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;

  it('X1: customers and products are made once, by whatever spelling of their names', async () => {
    const customers = 'Name,Number,Contact,Archived\nPraxis Süd,4711,"Anna\nBerg",no\nKanzlei,,,yes\n';
    const made = await upload(admin, customers, { kind: 'customers' });
    expect(made.body).toMatchObject({ created: { customer: 2 }, errors: [] });
    const { body } = await admin('GET', '/customers?name=praxis%20süd');
    expect(body.items[0]).toMatchObject({ number: '4711', contact: 'Anna\nBerg', archived: false });
    expect(outcomes(await upload(admin, customers.replace('Praxis', 'PRAXIS'), { kind: 'customers' }))).toEqual([
      'same',
      'same',
    ]);
    const products = 'Product,Code,Manufacturer,Website\nOffice 2026,MOFF,Papermill,https://example.org\n';
    expect((await upload(admin, products, { kind: 'products' })).body.created).toMatchObject({ product: 1 });
    expect(outcomes(await upload(admin, products, { kind: 'products' }))).toEqual(['same']);
    const twice = await upload(admin, 'Product\nTwice\nTWICE\n', { kind: 'products', dryRun: 'true' });
    expect(twice.body).toMatchObject({
      status: 'refused',
      duplicates: 1,
      errors: [{ line: 3, column: 'Product', code: 'repeated' }],
    });
  });

  it('X1: assignments are facts: the key by its text or id, the unit by whatever names it alone', async () => {
    const client = await addCustomer(world, 'Client');
    const expired = await addKey(world, {
      licenseKey: 'FACT1-AAAAA-BBBBB-CCCCC-11111',
      keyType: 'subscription',
      validityEnd: '2025-01-31',
      seats: 5,
    });
    const byId = await addKey(world);
    const tower = await addUnit(world, 'Tower', { serialNumber: 'SN-77' });
    const one = await addUnit(world, 'Same name');
    await addUnit(world, 'Same name', { customerId: client });
    const file = [
      'License Key,Software Key ID,Equipment,Serial,Customer,User Name,Applied Date,Remarks',
      'fact1 aaaaa bbbbb ccccc 11111,,,SN-77,,Anna Berg,2024-03-05,since long',
      `,${byId.id},Same name,,Nordwind IT,,,`,
      'FACT1-AAAAA-BBBBB-CCCCC-11111,,,,,Ole Brandt,2024-03-06,',
    ].join('\n');
    const done = await upload(admin, file, { kind: 'assignments' });
    expect(done.body).toMatchObject({ status: 'done', created: { assignment: 3, key: 0 } });
    const { body } = await admin('GET', `/assignments?keyId=${expired.id}&sort=appliedOn`);
    expect(body.items).toMatchObject([
      { equipment: { id: tower }, userName: 'Anna Berg', appliedOn: '2024-03-05', remarks: 'since long' },
      { equipment: null, userName: 'Ole Brandt', appliedOn: '2024-03-06' },
    ]);
    expect((await admin('GET', `/assignments?keyId=${byId.id}`)).body.items).toMatchObject([
      { equipment: { id: one } },
    ]);
    expect((await trailOf(world, expired.id)).at(-1)?.details).toMatchObject({ imported: true, batch: done.body.id });
    // A removed one stays removed.
    await admin('DELETE', `/assignments/${body.items[1].id}`, undefined, { 'if-match': '*' });
    expect((await upload(admin, file, { kind: 'assignments' })).body).toMatchObject({
      same: 3,
      created: { assignment: 0 },
    });
  });

  it.each([
    ['NOBOD-AAAAA-BBBBB-CCCCC-11111,Tower,,', 'License Key', 'not_found'],
    ['FACT1-AAAAA-BBBBB-CCCCC-11111,No such unit,,', 'Equipment', 'not_found'],
    ['FACT1-AAAAA-BBBBB-CCCCC-11111,Same name,,', 'Equipment', 'ambiguous'],
    ['FACT1-AAAAA-BBBBB-CCCCC-11111,,,', 'Equipment', 'required'],
    ['FACT1-AAAAA-BBBBB-CCCCC-11111,,Anna,2027-01-01', 'Applied Date', 'in_future'],
  ])('X1: the assignment %s is refused at its column %s (%s)', async (row, column, code) => {
    const file = `License Key,Equipment,User Name,Applied Date\n${row}\n`;
    const { body } = await upload(admin, file, { kind: 'assignments', dryRun: 'true' });
    expect(body.errors).toMatchObject([{ line: 2, column, code }]);
  });

  it('X2: a list of users makes nothing, and says whom it knows', async () => {
    const file =
      'First Name,Last Name,E-mail\nAnna,Berg,a@example.org\nNew,Person,n@example.org\nAnna,Berg,other@example.org\nAda,Admin,ada@example.org\n';
    const { body } = await upload(admin, file, { kind: 'users' });
    expect(body).toMatchObject({ rows: 4, same: 3, duplicates: 1, persons: { named: 3, known: 2 } });
    expect(Object.values(body.created).every((count) => count === 0)).toBe(true);
  });

  it('X2: a license key that stands once for each of its seats is one key of so many, each with its person', async () => {
    const row = (user: string) => `Papermill,SEATS-AAAAA-BBBBB-CCCCC-11111,2,${user},2026-01-02`;
    const file = `Item name,serial number,seats,User Name,purchase date\n${['Anna', 'Ole', 'Mia'].map(row).join('\n')}\n`;
    const fields = { kind: 'licenses', profile: 'snipe-it' };
    const done = await upload(admin, file, fields);
    expect(done.body).toMatchObject({ errors: [], rows: 3, created: { license: 1, key: 1, assignment: 3 } });
    const { body } = await admin('GET', '/keys?product=papermill');
    expect(body.items).toMatchObject([{ seats: 3, seatsTaken: 3, userName: 'Anna, Ole, Mia' }]);
    expect((await upload(admin, file, fields)).body).toMatchObject({ same: 3, created: { assignment: 0 } });
    expect(
      (await upload(admin, file.replace('serial number', 'license key'), { kind: 'licenses' })).body.errors[0].code,
    ).toBe('repeated');
  });

  it('A8: the unit of a key is found among those of its customer, and the key is put on it', async () => {
    const unit = await addUnit(world, 'PC-17', { serialNumber: 'XYZ-9' });
    const file = (name: string, text: string) => `Key,Product,Computer,User\n${text},On a unit,${name},Mia\n`;
    const missing = await upload(admin, file('PC-18', 'UNIT1-AAAAA-BBBBB-CCCCC-11111'), { kind: 'keys' });
    expect(missing.body.errors).toMatchObject([{ code: 'not_found' }]);
    expect(missing.body.errors[0].detail).toContain('column "Computer"');
    const done = await upload(admin, file('xyz-9', 'UNIT1-AAAAA-BBBBB-CCCCC-11111'), { kind: 'keys' });
    expect(done.body.created).toMatchObject({ key: 1, assignment: 1 });
    const { body } = await admin('GET', '/keys?product=on%20a%20unit');
    expect(body.items[0].assignments).toMatchObject([{ equipment: { id: unit }, userName: 'Mia' }]);
  });

  it('X1: a mapping is remembered for the columns it was given for, in any order, and told', async () => {
    const file = (header: string, cells: string) => `${header}\n${cells}\n`;
    const mapping = '{"Geheimnis":"licenseKey","Ding":"productName","Egal":null}';
    const first = file('Geheimnis,Ding,Egal', 'REMEM-AAAAA-BBBBB-CCCCC-11111,Thing,x');
    expect((await upload(admin, first, { kind: 'keys', dryRun: 'true' })).body.errors[0].code).toBe('unknown_column');
    expect((await upload(admin, first, { kind: 'keys', mapping, dryRun: 'true' })).body.status).toBe('done');
    // A rehearsal teaches nothing.
    expect((await upload(admin, first, { kind: 'keys', dryRun: 'true' })).body.status).toBe('refused');
    expect((await upload(admin, first, { kind: 'keys', mapping })).status).toBe(201);
    const later = await upload(admin, file('Ding,Egal,Geheimnis', 'Thing,y,REMEM-AAAAA-BBBBB-CCCCC-22222'), {
      kind: 'keys',
    });
    expect(later.body).toMatchObject({
      created: { key: 1 },
      mapping: { Geheimnis: 'licenseKey', Ding: 'productName', Egal: null },
    });
    expect((await upload(admin, first, { kind: 'equipment' })).status).toBe(400);
    const [row] = await world.database.read.selectFrom('import_mapping').selectAll().execute();
    expect(JSON.stringify(row)).not.toContain('Geheimnis');
    expect(await everythingStored(world)).not.toContain('REMEM');
  });

  it('X9: columns of one name are remembered by their order, and told by their places', async () => {
    const file = (end: string) => `Key;Produkt;Datum;Datum\nPLACE-AAAAA-BBBBB-CCCCC-${end};P;01.02.2026;01.02.2027\n`;
    const mapping = '{"#3":"validityStart","#4":"validityEnd"}';
    const first = await upload(admin, file('11111'), { kind: 'keys', mapping });
    const told = { '#3': 'validityStart', '#4': 'validityEnd', Key: 'licenseKey', Produkt: 'productName' };
    expect(first.body).toMatchObject({ created: { key: 1 }, mapping: told });
    const later = await upload(admin, file('22222'), { kind: 'keys' });
    expect(later.body).toMatchObject({ created: { key: 1 }, mapping: told });
  });

  it('S3, P8: a remembered mapping that somebody else wrote is not used', async () => {
    const file = (text: string, number: string) => `Geheim,Nummer,Ding\n${text},${number},Thing\n`;
    const mapping = '{"Geheim":"licenseKey","Nummer":"serialNumber","Ding":"productName"}';
    const first = file('FORGE-AAAAA-BBBBB-CCCCC-11111', 'INV-1001');
    expect((await upload(admin, first, { kind: 'keys', mapping })).status).toBe(201);
    const rehearse = () =>
      upload(admin, file('FORGE-AAAAA-BBBBB-CCCCC-22222', 'INV-1002'), { kind: 'keys', dryRun: 'true' });
    expect((await rehearse()).body.status).toBe('done');
    const rows = await world.database.read.selectFrom('import_mapping').selectAll().execute();
    const row = rows.find(({ fields }) => fields.includes('serialNumber'));
    const swapped: Record<string, string> = { licenseKey: 'serialNumber', serialNumber: 'licenseKey' };
    const set = (fields = '') =>
      world.database.admin
        .updateTable('import_mapping')
        .set({ fields })
        .where('header', '=', row?.header ?? '')
        .execute();
    await set(row?.fields.replaceAll(/licenseKey|serialNumber/g, (name) => swapped[name] ?? name));
    expect((await rehearse()).body.errors[0].code).toBe('unknown_column');
    await set(row?.fields);
    expect((await rehearse()).body.status).toBe('done');
  });

  it('F1: a license key in a column of another name is refused, and not kept as remarks', async () => {
    const cells =
      'Zeta,INCLR-AAAAA-BBBBB-CCCCC-11111,OTHER-AAAAA-BBBBB-CCCCC-11111,see https://example.org/12345678901234567890\n';
    const file = `Software Name,Activation Code,License Key,Notes\n${cells}`;
    const fields = { kind: 'licenses', profile: 'snipe-it' };
    const refused = await upload(admin, file, fields);
    expect(refused.body.errors).toMatchObject([{ code: 'looks_like_keys', params: { line: 1, column: '2' } }]);
    expect(await everythingStored(world)).not.toContain('INCLR');
    const mapping = '{"Activation Code":null}';
    expect((await upload(admin, file, { ...fields, mapping })).body.created).toMatchObject({ license: 1, key: 1 });
  });
});
