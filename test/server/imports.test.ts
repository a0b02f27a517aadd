import { describe, expect, it } from 'vitest';
import { insertRows } from '../harness/seed.ts';
import { everythingStored, sample, upload } from '../harness/upload.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

const licenses = { kind: 'licenses', profile: 'snipe-it' };
const assets = { kind: 'equipment', profile: 'snipe-it' };

async function keyOf(world: World, filter: string) {
  const { body } = await world.admin('GET', `/keys?${filter}`);
  expect(body.total).toBe(1);
  return body.items[0];
}

async function licenseRows(world: World) {
  return world.database.read
    .selectFrom('license as l')
    .innerJoin('product as p', 'p.id', 'l.product_id')
    .innerJoin('customer as c', 'c.id', 'l.customer_id')
    .selectAll('l')
    .select(['p.name as product', 'p.manufacturer', 'c.name as customer'])
    .orderBy('l.id')
    .execute();
}

describe.each(engines)('importing a Snipe-IT list of licenses on %s', async (engine) => {
  const world = await newWorld(engine);
  const done = await upload(world.admin, sample('snipe-it-licenses.csv'), licenses);

  it('X2: says what was made of every row, then and later', async () => {
    expect(done.status).toBe(201);
    expect(done.body).toMatchObject({
      status: 'done',
      dryRun: false,
      rows: 4,
      same: 0,
      errors: [],
      fileName: 'list.csv',
    });
    const created = { customer: 2, product: 3, license: 4, key: 5, equipment: 0, assignment: 2 };
    expect(done.body.created).toEqual(created);
    const later = await world.admin('GET', `/imports/${done.body.id}`);
    const { mapping, headerRow, sheets, ...kept } = done.body;
    expect(mapping).toMatchObject({ 'Item name': 'productName', maintained: 'remarks' });
    expect([headerRow, sheets]).toEqual([1, []]);
    expect(later.body).toEqual(kept);
  });

  it('X2: a row becomes a license of so many seats, with what has no field in its remarks', async () => {
    const rows = await licenseRows(world);
    expect(rows.find((row) => row.quantity === 5)).toMatchObject({
      product: 'Papermill Office 2021',
      manufacturer: 'Papermill Inc',
      customer: 'Kanzlei Möller',
      start_day: '',
      end_day: '2021-02-26',
      purchase_date: '2019-11-24',
      cost: 12.58,
      currency: 'USD',
      supplier: 'Softhaus',
      order_number: '749-8',
      remarks: [
        'Bought with the first\nten notebooks.',
        'Email: jana.wolf@example.org',
        'Username: jwolf',
        'Category: Office',
        'purchase order: 34197',
        'Licensed To Name: J. Wolf',
        'Licensed to Email: licenses@example.org',
        'maintained: false',
        'reassignable: sometimes',
      ].join('\n'),
    });
  });

  it('X2: its key has those seats; it is a subscription if it expires, and the purchase is no validity start', async () => {
    const key = await keyOf(world, 'userName=Jana%20Wolf');
    expect(key).toMatchObject({ seats: 5, seatsTaken: 1, keyType: 'subscription', status: 'expired' });
    expect(key).toMatchObject({ validityStart: null, validityEnd: '2021-02-26', purchaseDate: '2019-11-24' });
    expect(key.license.name).toContain('Papermill Office 2021');
  });

  it('X2: without a company it belongs to house, without an expiration date it is permanent, without a person nobody has it', async () => {
    const key = await keyOf(
      world,
      `productId=${(await keyOf(world, 'userName=Jana%20Wolf')).product.id}&keyType=permanent`,
    );
    expect(key).toMatchObject({
      customerId: world.houseId,
      seats: 1,
      seatsTaken: 0,
      userName: null,
      status: 'available',
    });
    const license = (await licenseRows(world)).find((row) => row.id === key.licenseId);
    expect(license).toMatchObject({ cost: 1200, currency: 'USD', customer: 'Nordwind IT' });
    expect(license?.remarks).toContain('Manufacturer: Papermill Ltd');
  });

  it('X2: several keys in a cell are split by line and share the seats; the person has the first', async () => {
    const { body } = await world.admin('GET', '/keys?validityEndFrom=2027-12-31&sort=maskedKey');
    expect(body.items.map((key: { maskedKey: string }) => key.maskedKey.slice(-5))).toEqual([
      '00001',
      '00002',
      '00003',
    ]);
    expect(body.items.map((key: { seats: number }) => key.seats)).toEqual([3, 2, 2]);
    expect(body.items.map((key: { userName: string }) => key.userName)).toEqual(['Ole Brandt', null, null]);
    expect(new Set(body.items.map((key: { licenseId: string }) => key.licenseId)).size).toBe(1);
    expect(body.items[0].customer.name).toBe('Kanzlei Möller');
    expect(body.items[0].assignments[0].appliedOn).toBe('2026-01-02');
  });

  it('X2: a row without a key is a license alone, and its remarks name the person', async () => {
    const license = (await licenseRows(world)).find((row) => row.product === 'Cloud Storage Pro');
    expect(license).toMatchObject({ quantity: 20, end_day: '2027-03-14', customer: 'Praxis Nord' });
    expect(license?.remarks).toBe('No key was given.\nCategory: Storage\nLicensed to: Mia Lund');
    expect((await world.admin('GET', `/keys?licenseId=${license?.id}`)).body.total).toBe(0);
  });

  it('X: an import records facts: the assignment of an expired key is as old as its purchase, and its entry says imported', async () => {
    const key = await keyOf(world, 'userName=Jana%20Wolf');
    expect(key.assignments).toMatchObject([{ userName: 'Jana Wolf', appliedOn: '2019-11-24' }]);
    const { body } = await world.admin('GET', `/audit?keyId=${key.id}&sort=idx`);
    expect(body.items.map((entry: { action: string }) => entry.action)).toEqual(['key.created', 'key.applied']);
    for (const { details } of body.items) expect(details).toMatchObject({ imported: true, batch: done.body.id });
  });

  it('L8: every made record has its entry, and one more says that the import is completed', async () => {
    const { body } = await world.admin('GET', '/audit?action=import.completed');
    expect(body.items).toMatchObject([
      { subject: `import:${done.body.id}`, details: { kind: 'licenses', profile: 'snipe-it', rows: 4, same: 0 } },
    ]);
    const entries = await world.database.read.selectFrom('audit_entry').select('action').execute();
    expect(entries.filter(({ action }) => action === 'license.created')).toHaveLength(4);
    expect(entries.filter(({ action }) => action === 'customer.created')).toHaveLength(3);
  });

  it('K16: neither the file nor a license key is readable anywhere afterwards', async () => {
    const [row] = await world.database.read.selectFrom('import').selectAll().execute();
    expect(row).toMatchObject({ status: 'done' });
    const stored = await everythingStored(world);
    for (const secret of ['AAAAA', '22222', 'BBBBB-CCCCC']) expect(stored).not.toContain(secret);
    expect(JSON.stringify(done.body)).not.toContain('AAAAA');
  });
});

describe.each(engines)('importing a list without a header on %s', async (engine) => {
  const world = await newWorld(engine);
  const first = 'CANRY-FIRST-KD3WQ-92LZZ-T41PL';
  const mapping = JSON.stringify({ [first]: 'licenseKey', Portal: 'productName', '2030-01-01': 'validityEnd' });
  const bring = (rows: string) => {
    const content = `${first},Portal,2030-01-01\n${rows}\n`;
    return upload(world.admin, content, { kind: 'keys', mapping }, { prefer: 'respond-async' });
  };

  it.each([
    ['warning', 'CANRY-OTHER-KD3WQ-92LZZ-T41\u0410L,Portal,2030-01-01'],
    ['fault', 'CANRY-OTHER-KD3WQ-92LZZ-T41XL,Portal,x'],
  ])('K16: a %s of it names columns by their places: their names may be license keys', async (_, row) => {
    const { id } = (await bring(row)).body;
    const read = async () => (await world.admin('GET', `/imports/${id}`)).body;
    await expect.poll(async () => (await read()).status).not.toBe('running');
    const report = await read();
    expect([...report.warnings, ...report.errors].map(({ column }) => column)).toContain(report.errors[0] ? '3' : '1');
    expect(await everythingStored(world)).not.toContain('CANRY');
  });
});

describe.each(engines)('importing a Snipe-IT list of assets on %s', async (engine) => {
  const world = await newWorld(engine);
  const done = await upload(world.admin, sample('snipe-it-assets.csv'), assets);
  const units = await world.database.read.selectFrom('equipment').selectAll().orderBy('id').execute();

  it('X2: every asset becomes a unit; an asset tag is unique per customer, a unit without a name is called by it', () => {
    expect(done.body).toMatchObject({ rows: 5, same: 0, created: { equipment: 5, customer: 2 } });
    expect(units.map((unit) => unit.name).sort()).toEqual([
      'KM-0001',
      'LAPTOP-001',
      'LAPTOP-002',
      'Loan unit',
      'Loan unit',
    ]);
  });

  it('X2: what is handed out is in service, the rest in stock', () => {
    const statuses = Object.fromEntries(units.map((unit) => [unit.name, unit.status]));
    expect(statuses).toEqual({
      'KM-0001': 'inService',
      'LAPTOP-001': 'inService',
      'LAPTOP-002': 'inStock',
      'Loan unit': 'inStock',
    });
  });

  it('X2: what has no field goes to the remarks, as it is', () => {
    expect(units.find((unit) => unit.name === 'LAPTOP-001')).toMatchObject({
      asset_tag: 'KM-0001',
      type: 'Notebook',
      manufacturer: 'Umbra',
      model: 'Umbra 14"',
      location: 'Lübeck',
      remarks: [
        'Battery replaced',
        'Supplier: Softhaus',
        'Order Number: 3271',
        'Model Number: U14-B',
        'Purchase Date: 1/23/23',
        'Purchase Cost: 1266.13',
        'Checkout Type: User',
        'Checked Out To: Username: jwolf',
        'Asset EOL Date: 10/27/28',
      ].join('\n'),
    });
  });

  it('X2: the same file again finds every unit, also those without serial number and asset tag', async () => {
    const again = await upload(world.admin, sample('snipe-it-assets.csv'), assets);
    expect(again.body).toMatchObject({ status: 'done', rows: 5, same: 5 });
    expect(Object.values(again.body.created)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await world.database.read.selectFrom('equipment').select('id').execute()).toHaveLength(5);
  });
});

describe.each(engines)('importing with a column mapping on %s', async (engine) => {
  const world = await newWorld(engine);
  const keys = (fields: Record<string, string> = {}) => ({ kind: 'keys', ...fields });

  it('X1: a column without a field is refused by its number, and its name where that can be no key', async () => {
    const { status, body } = await upload(world.admin, sample('keys.csv'), keys());
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0]).toMatchObject({ pointer: '/file', code: 'unknown_column' });
    expect(body.errors[0].detail).toContain('Line 1, column 9 ("Room")');
  });

  it('X1: columns go by their names or by the mapping; BOM, semicolons, CRLF, words and days of German lists are read', async () => {
    const { status, body } = await upload(world.admin, sample('keys.csv'), keys({ mapping: '{"Room":"remarks"}' }));
    expect(body.errors ?? []).toEqual([]);
    expect(status).toBe(201);
    const first = await keyOf(world, 'userName=Anna%20Berg');
    expect(first).toMatchObject({
      keyType: 'subscription',
      validityEnd: '2027-12-31',
      seats: 2,
      remarks: 'Room: 2. OG',
      purchaseDate: '2026-01-13',
      customerId: world.houseId,
    });
    expect(first.assignments[0].appliedOn).toBe('2026-01-13');
    const second = await keyOf(world, 'keyType=permanent');
    expect(second).toMatchObject({ purchaseDate: '2026-02-01', customer: { name: 'Praxis Süd' }, userName: null });
  });

  it('X1: a mapping of null leaves a column out, and productName names the product of all rows', async () => {
    const file = 'Geheim,Notiz\nLEFT1-AAAAA-BBBBB-CCCCC-00001,drop\n';
    const fields = keys({ mapping: '{"geheim":"licenseKey","Notiz":null}', productName: 'Left Out' });
    expect((await upload(world.admin, file, fields)).status).toBe(201);
    expect(await keyOf(world, 'product=left%20out')).toMatchObject({
      remarks: null,
      maskedKey: '•••••-•••••-•••••-•••••-00001',
    });
  });

  it.each([
    ['[]', '/mapping'],
    ['{"a":1}', '/mapping'],
    ['nonsense', '/mapping'],
    ['{"key":"noSuchField"}', '/file'],
    ['{"no such column":"licenseKey"}', '/file'],
    ['{"__proto__":"licenseKey"}', '/file'],
  ])('X1: refuses the mapping %s', async (mapping, pointer) => {
    const { status, body } = await upload(world.admin, 'key,product\nMAP11-AAAAA-BBBBB,P\n', keys({ mapping }));
    expect(status).toBe(400);
    expect(body.errors[0].pointer).toBe(pointer);
  });

  it('X1: two columns for one field are refused', async () => {
    const { body } = await upload(world.admin, 'key,product,feature\nTWO11-AAAAA-BBBBB,P,Q\n', keys());
    expect(body.errors).toMatchObject([{ code: 'field_twice' }]);
  });

  it('X1: dates that could be read two ways are refused until their order is given', async () => {
    const file = 'key,product,purchase date,valid until\nDATE1-AAAAA-BBBBB-CCCCC-00001,P,03/04/2026,05/05/2027\n';
    const unclear = await upload(world.admin, file, keys());
    expect(unclear.status).toBe(400);
    expect(unclear.body.errors).toMatchObject([{ code: 'date_order_needed' }]);
    expect(unclear.body.detail).toContain('dates=dmy');
    expect((await upload(world.admin, file, keys({ dates: 'dmy' }))).status).toBe(201);
    expect(await keyOf(world, 'purchaseDate=2026-04-03')).toMatchObject({ validityEnd: '2027-05-05' });
  });

  it('K12: attributes are imported by name and judged as anywhere else', async () => {
    const labels = { label_en: 'Floor', label_de: 'Etage', required: 0, mask: '', choices: '[]', archived: 0 } as const;
    const definition = { id: 'floor', record_type: 'key', name: 'floor', kind: 'number', ...labels } as const;
    await insertRows(world, 'attribute', [{ ...definition, created_at: '2026-11-21T09:00:00.000Z' }]);
    const file = (floor: string) =>
      `key,product,attributes.floor\nATTR1-AAAAA-BBBBB-CCCCC-0${floor},Attributed,${floor}\n`;
    expect((await upload(world.admin, file('12'), keys())).status).toBe(201);
    expect((await keyOf(world, 'product=attributed')).attributes).toEqual({ floor: 12 });
    const wrong = await upload(world.admin, file('second'), keys());
    expect(wrong.body.errors[0]).toMatchObject({ code: 'not_a_number' });
    expect(wrong.body.errors[0].detail).toContain('Line 2, column "attributes.floor"');
  });
});
