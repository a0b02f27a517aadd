import { describe, expect, it } from 'vitest';
import { addCustomer, addKey, addUnit, applyTo, logSize } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { upload } from '../harness/upload.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };
type Item = Answer['body'];

describe.each(engines)('licenses on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const add = async (fields: object = {}): Promise<Item> => {
    const { status, body } = await admin('POST', '/licenses', { productName: 'Office 2026', ...fields });
    expect(status).toBe(201);
    return body;
  };
  const read = async (id: string): Promise<Item> => (await admin('GET', `/licenses/${id}`)).body;
  const patch = (id: string, body: object, headers: Record<string, string> = any) =>
    admin('PATCH', `/licenses/${id}`, body, headers);

  const full = {
    quantity: 25,
    start: '2026-01-01',
    end: '2026-12-31',
    noticeBy: '2026-09-30',
    renewsItself: true,
    purchaseDate: '2025-12-20',
    cost: 1999.5,
    currency: 'EUR',
    supplier: 'Söftware AG',
    orderNumber: 'PO-4711',
    invoiceNumber: 'INV-99',
    costCenter: 'CC-7',
    barcode: '4006381333931',
    termsOfUse: 'Per device',
    remarks: 'Annual',
  };

  it('E3: a license has all its fields; its product is found by name or made with it, and both are recorded', async () => {
    const made = await admin('POST', '/licenses', { productName: 'New CAD 9', ...full }, { 'idempotency-key': 'cad' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ ...full, product: { name: 'New CAD 9' }, customer: { id: world.houseId } });
    expect((await read(made.body.id)).version).toBe(1);
    const again = await admin('POST', '/licenses', { productName: 'New CAD 9', ...full }, { 'idempotency-key': 'cad' });
    expect(again.body).toEqual(made.body);
    expect((await add({ productName: 'new  cad 9' })).product.id).toBe(made.body.product.id);
    expect(await recordedOf(world, `product:${made.body.product.id}`)).toMatchObject([{ action: 'product.created' }]);
    expect(await recordedOf(world, `license:${made.body.id}`)).toMatchObject([
      {
        action: 'license.created',
        customerId: world.houseId,
        details: { name: 'New CAD 9 · PO-4711', quantity: 25 },
      },
    ]);
  });

  it('E3: a product is required; days, amounts and currencies are judged at their field', async () => {
    const faults: [object, string][] = [
      [{ productName: undefined }, '/productId'],
      [{ start: '2026-02-01', end: '2026-01-31' }, '/end'],
      [{ start: '2026-02-30' }, '/start'],
      [{ end: '2026-12-31', noticeBy: '2027-01-01' }, '/noticeBy'],
      [{ renewsItself: null }, '/renewsItself'],
      [{ quantity: -1 }, '/quantity'],
      [{ quantity: 1.5 }, '/quantity'],
      [{ cost: -1 }, '/cost'],
      [{ currency: 'eur' }, '/currency'],
      [{ keyed: 3 }, '/keyed'],
    ];
    for (const [body, pointer] of faults) {
      const refused = await admin('POST', '/licenses', { productName: 'Office 2026', ...body });
      expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer }]]);
    }
    expect((await admin('POST', '/licenses', { productId: 'none' })).status).toBe(404);
    expect((await admin('POST', '/licenses', { productName: 'X', customerId: 'none' })).status).toBe(404);
  });

  it('E8: the day to cancel by and the renewal by itself come from a file as people call them', async () => {
    const file = [
      'Produkt;Anzahl;Ende;Kündigungstermin;Automatische Verlängerung',
      'Kündbar B;5;;30.09.2026;ja',
      'Kündbar A;5;;;nein',
    ].join('\n');
    const done = await upload(admin, file, { kind: 'licenses' });
    expect(done.body).toMatchObject({ status: 'done', created: { license: 2 } });
    const { body } = await admin('GET', '/licenses?q=k%C3%BCndbar&sort=product');
    expect(body.items).toMatchObject([
      { product: { name: 'Kündbar A' }, noticeBy: null, renewsItself: false },
      { product: { name: 'Kündbar B' }, noticeBy: '2026-09-30', renewsItself: true },
    ]);
    const late = 'Product,End,Cancel by\nLate E8,2026-12-31,2027-01-01\n';
    expect((await upload(admin, late, { kind: 'licenses' })).body).toMatchObject({
      errors: [{ code: 'after_end', params: { line: 2, column: 'Cancel by' } }],
    });
  });

  it('E3, L8: fields are changed one by one, cleared by null, judged as a whole and recorded', async () => {
    const { id, product } = await add(full);
    const changed = await patch(
      id,
      { quantity: 30, cost: null, supplier: null, termsOfUse: 'Per user', productName: 'Office 2027' },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toMatchObject({
      quantity: 30,
      cost: null,
      supplier: null,
      termsOfUse: 'Per user',
      product: { name: 'Office 2027' },
      orderNumber: 'PO-4711',
      version: 2,
    });
    expect((await recordedOf(world, `license:${id}`)).at(-1)?.details.changes).toEqual({
      quantity: { old: 25, new: 30 },
      cost: { old: 1999.5, new: null },
      supplier: { old: 'Söftware AG', new: null },
      termsOfUse: { old: 'Per device', new: 'Per user' },
      product: { old: 'Office 2026', new: 'Office 2027' },
      productId: { old: product.id, new: changed.body.product.id },
    });
    const early = await patch(id, { end: '2025-12-31' });
    expect([early.status, early.body.errors]).toMatchObject([400, [{ pointer: '/end', code: 'before_start' }]]);
    const before = await logSize(world);
    expect((await patch(id, { quantity: 31 }, { 'if-match': '"1"' })).status).toBe(412);
    const same = await patch(id, { quantity: 30, productId: changed.body.product.id }, { 'if-match': '"2"' });
    expect([same.status, same.body.version]).toEqual([200, 2]);
    expect(await logSize(world)).toBe(before);
  });

  it('E3: a link made on a key shows on both sides, and the terms and purchase date of the license on the key', async () => {
    const license = await add({ purchaseDate: '2026-03-01', termsOfUse: 'One device' });
    const key = await addKey(world);
    await admin('PATCH', `/keys/${key.id}`, { licenseId: license.id }, any);
    expect((await admin('GET', `/keys?licenseId=${license.id}`)).body.items).toMatchObject([{ id: key.id }]);
    const linked = { licenseId: license.id, purchaseDate: '2026-03-01', termsOfUse: 'One device' };
    expect((await admin('GET', `/keys/${key.id}`)).body).toMatchObject(linked);
    expect((await read(license.id)).keyed).toBe(1);
    await patch(license.id, { termsOfUse: 'Two devices' });
    expect((await admin('GET', '/keys?termsOfUse=two devices')).body.items).toMatchObject([{ id: key.id }]);
  });

  it('E6: bought, keyed, taken and free are computed; more taken than bought is marked, never blocked', async () => {
    const { id } = await add({ quantity: 2 });
    const volume = await addKey(world, { licenseId: id, seats: 3 });
    const revoked = await addKey(world, { licenseId: id });
    await admin('POST', `/keys/${revoked.id}/revocation`, { reason: 'Compromised' });
    expect(await read(id)).toMatchObject({ quantity: 2, keyed: 3, taken: 0, free: 2 });
    for (const userName of ['Anna', 'Ben', 'Clara']) await applyTo(world, volume.id, { userName });
    const over = await read(id);
    expect(over).toMatchObject({ keyed: 3, taken: 3, free: -1, unusedSince: null });
    expect((await admin('GET', '/licenses?freeTo=-1')).body.items).toEqual([over]);
    expect((await admin('GET', '/licenses?takenFrom=3&keyed=3')).body.total).toBe(1);
    expect((await admin('GET', '/licenses?sort=free&limit=1')).body.items).toMatchObject([{ id }]);
  });

  it('E6: a license is unused for N months: a seat is free, and none was applied or given back in that time', async () => {
    const unused = async (months: number): Promise<string[]> => {
      const { body } = await admin('GET', `/licenses?q=ledger&unusedForMonths=${months}&sort=orderNumber`);
      return body.items.map((item: Item) => item.orderNumber);
    };
    const product = { productName: 'Ledger' };
    await add({ ...product, orderNumber: 'L1-never', purchaseDate: '2026-01-21' });
    const applied = await add({ ...product, orderNumber: 'L2-applied', purchaseDate: '2025-01-01', quantity: 2 });
    const key = await addKey(world, { licenseId: applied.id });
    await applyTo(world, key.id, { userName: 'Anna', appliedOn: '2026-08-21' });
    const all = await add({ ...product, orderNumber: 'L3-all-taken', purchaseDate: '2025-01-01', quantity: 1 });
    await applyTo(world, (await addKey(world, { licenseId: all.id })).id, { userName: 'Ben', appliedOn: '2025-02-01' });
    const given = await add({ ...product, orderNumber: 'L4-given-back', purchaseDate: '2025-01-01' });
    const returned = await addKey(world, { licenseId: given.id });
    const { id } = await applyTo(world, returned.id, { userName: 'Clara', appliedOn: '2025-02-01' });
    await admin('DELETE', `/assignments/${id}`, undefined, any);
    await add({ ...product, orderNumber: 'L5-new' });
    expect(await unused(0)).toEqual(['L1-never', 'L2-applied', 'L4-given-back', 'L5-new']);
    expect(await unused(3)).toEqual(['L1-never', 'L2-applied']);
    expect(await unused(4)).toEqual(['L1-never']);
    expect(await unused(10)).toEqual(['L1-never']);
    expect(await unused(11)).toEqual([]);
    expect((await read(applied.id)).unusedSince).toBe('2026-08-21');
    expect((await read(given.id)).unusedSince).toBe('2026-11-21');
    expect((await admin('GET', '/licenses?unusedForMonths=x')).status).toBe(400);
  });

  it('E3: licenses are found by their texts, their product and their customer', async () => {
    const customerId = await addCustomer(world, 'Übersee Handel');
    const { id } = await add({
      ...full,
      productName: 'Searchable',
      customerId,
      orderNumber: 'ORD-XYZ',
      barcode: '12345670',
    });
    for (const q of ['searchable', 'ubersee', 'ord-xyz', '12345670']) {
      const found = await admin('GET', `/licenses?q=${q}`);
      expect([q, found.body.items.map((item: Item) => item.id)]).toEqual([q, [id]]);
    }
    const filter = `customerId=${customerId}&supplier=software ag&cost=1999.50&endFrom=2026-12-31&currency=eur`;
    expect((await admin('GET', `/licenses?${filter}`)).body.total).toBe(1);
  });

  it('K12: attributes of licenses are required, judged, saved, filtered and grouped by', async () => {
    const definition = { recordType: 'license', name: 'region', kind: 'choice', choices: ['EU', 'US'], required: true };
    const defined = await admin('POST', '/attributes', { ...definition, labelEn: 'Region', labelDe: 'Region' });
    const missing = await admin('POST', '/licenses', { productName: 'Regional' });
    expect([missing.status, missing.body.errors]).toMatchObject([400, [{ pointer: '/attributes/region' }]]);
    const { id } = await add({ productName: 'Regional', attributes: { region: 'EU' } });
    expect((await patch(id, { attributes: { region: null } })).status).toBe(400);
    expect((await patch(id, { attributes: { region: 'US' } })).body.attributes).toEqual({ region: 'US' });
    expect((await admin('GET', '/licenses?attributes.region=us')).body.items).toMatchObject([{ id }]);
    expect((await admin('GET', '/licenses?q=regional&groupBy=attributes.region')).body.groups).toMatchObject([
      { label: 'US', count: 1 },
    ]);
    await admin('PATCH', `/attributes/${defined.body.id}`, { archived: true }, any);
  });

  it('E7: a license that a key points to stays, the refusal names the key; archived, it takes no new keys', async () => {
    const { id } = await add();
    const key = await addKey(world, { licenseId: id });
    const refused = await admin('DELETE', `/licenses/${id}`, undefined, any);
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { code: 'in_use', heldBy: [{ type: 'key', id: key.id, name: `Office 2026 - ${key.maskedKey}` }] },
    ]);
    expect(refused.body.detail).toContain('Archive it instead');
    expect((await patch(id, { archived: true })).body.archived).toBe(true);
    expect((await admin('GET', '/licenses?archived=true')).body.items).toMatchObject([{ id }]);
    const other = await addKey(world);
    const linked = await admin('PATCH', `/keys/${other.id}`, { licenseId: id }, any);
    expect([linked.status, linked.body.errors]).toMatchObject([400, [{ pointer: '/licenseId', code: 'archived' }]]);
    expect((await admin('PATCH', `/keys/${key.id}`, { remarks: 'x' }, any)).status).toBe(200);
    await admin('PATCH', `/keys/${key.id}`, { licenseId: null }, any);
    expect((await admin('DELETE', `/licenses/${id}`, undefined, { 'if-match': '"9"' })).status).toBe(412);
    expect((await admin('DELETE', `/licenses/${id}`, undefined, any)).status).toBe(204);
    expect((await admin('GET', `/licenses/${id}`)).status).toBe(404);
    expect((await recordedOf(world, `license:${id}`)).at(-1)).toMatchObject({ action: 'license.deleted' });
  });

  it('P2: licenses of other customers do not exist, and what is counted on mine are the keys I see', async () => {
    const [mine, other] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Other')];
    const visible = await add({ productName: 'Scoped', customerId: mine, quantity: 5 });
    const hidden = await add({ productName: 'Scoped', customerId: other });
    await addKey(world, { licenseId: visible.id, customerId: mine, seats: 2 });
    const foreign = await addKey(world, { licenseId: visible.id, customerId: other, seats: 4 });
    await applyTo(world, foreign.id, { equipmentId: await addUnit(world, 'OTHER-1', { customerId: other }) });
    const limited = await world.tokenFor('administrator', [mine]);
    const list = await limited('GET', '/licenses');
    expect(list.body).toMatchObject({ total: 1, items: [{ id: visible.id, keyed: 2, taken: 0, free: 5 }] });
    expect((await limited('GET', '/licenses?taken=1')).body.total).toBe(0);
    expect(await read(visible.id)).toMatchObject({ keyed: 6, taken: 1, free: 4 });
    const missing = (await limited('GET', '/licenses/none')).body.detail;
    for (const answer of [
      await limited('GET', `/licenses/${hidden.id}`),
      await limited('PATCH', `/licenses/${hidden.id}`, { quantity: 1 }, any),
      await limited('DELETE', `/licenses/${hidden.id}`, undefined, any),
    ])
      expect([answer.status, answer.body.detail]).toEqual([404, missing]);
    expect((await limited('PATCH', `/licenses/${visible.id}`, { customerId: other }, any)).status).toBe(404);
    const unnamed = await limited('POST', '/licenses', { productName: 'Scoped' });
    expect([unnamed.status, unnamed.body.errors]).toMatchObject([400, [{ pointer: '/customerId' }]]);
  });

  it('P1: technicians and auditors read licenses and change none', async () => {
    const { id } = await add();
    for (const role of ['technician', 'auditor'] as const) {
      const call = await world.tokenFor(role);
      expect((await call('GET', `/licenses/${id}`)).status).toBe(200);
      expect((await call('POST', '/licenses', { productName: 'X' })).status).toBe(403);
      expect((await call('PATCH', `/licenses/${id}`, { quantity: 2 }, any)).status).toBe(403);
      expect((await call('DELETE', `/licenses/${id}`, undefined, any)).status).toBe(403);
    }
  });
});
