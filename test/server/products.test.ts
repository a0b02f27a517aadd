import { describe, expect, it } from 'vitest';
import { addCustomer, addKey, addUnit, applyTo, subscription } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };

describe.each(engines)('products on %s', async (engine) => {
  const world = await newWorld(engine);
  const add = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await world.admin('POST', '/products', { name, ...more });
    expect(status).toBe(201);
    return body.id;
  };

  it('E4: a product has code, name, manufacturer and website, is found by them, changed and recorded', async () => {
    const id = await add('Microsoft Office 365', {
      code: 'MOFF',
      manufacturer: 'Microsoft',
      website: 'https://ms.test',
    });
    const changed = await world.admin(
      'PATCH',
      `/products/${id}`,
      { name: 'Größe Office', code: 'GOFF', website: null },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toMatchObject({
      name: 'Größe Office',
      code: 'GOFF',
      website: null,
      manufacturer: 'Microsoft',
    });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await world.admin('GET', '/products?q=grosse')).body.items).toEqual([changed.body]);
    expect((await world.admin('GET', '/products?name=GRÖSSE office&code=goff')).body.total).toBe(1);
    expect((await world.admin('GET', '/products?q=moff')).body.total).toBe(0);
    expect(await recordedOf(world, `product:${id}`)).toMatchObject([
      { action: 'product.created', details: { name: 'Microsoft Office 365', code: 'MOFF' } },
      {
        action: 'product.updated',
        details: { changes: { name: { old: 'Microsoft Office 365', new: 'Größe Office' } } },
      },
    ]);
  });

  it('E4: a key of a renamed product is found and ordered by the new name', async () => {
    const key = await addKey(world, { productName: 'Zebra Draw' });
    await world.admin('PATCH', `/products/${key.product.id}`, { name: 'Aardvark Draw' }, any);
    expect((await world.admin('GET', '/keys?q=aardvark')).body).toMatchObject({ total: 1, items: [{ id: key.id }] });
    expect((await world.admin('GET', '/keys?sort=product&limit=1')).body.items[0].id).toBe(key.id);
  });

  it('E4: a name is taken however it is spelled in case and blanks', async () => {
    const id = await add('Adobe Acrobat 2026');
    const twice = await world.admin('POST', '/products', { name: ' adobe   ACROBAT 2026' });
    expect([twice.status, twice.body]).toMatchObject([409, { code: 'name_taken', existing: { type: 'product', id } }]);
    const other = await add('Adobe Reader');
    const renamed = await world.admin('PATCH', `/products/${other}`, { name: 'Adobe acrobat 2026' }, any);
    expect([renamed.status, renamed.body.existing]).toEqual([409, { type: 'product', id }]);
    const found = await addKey(world, { productName: 'ADOBE ACROBAT  2026' });
    expect(found.product.id).toBe(id);
  });

  it('E4: totals are computed: keys, keys that can be applied today, licenses; nobody can type them', async () => {
    const id = await add('Counted');
    const free = await addKey(world, { productId: id });
    const used = await addKey(world, { productId: id });
    await addKey(world, { productId: id, ...subscription('2026-11-20') });
    await addKey(world, { productId: id, ...subscription('2027-11-20'), validityStart: '2026-12-01' });
    await applyTo(world, used.id, { userName: 'Anna' });
    await world.admin('POST', '/licenses', { productId: id, quantity: 5 });
    const counted = await world.admin('GET', `/products/${id}`);
    expect(counted.body).toMatchObject({ keyCount: 4, freeKeyCount: 1, licenseCount: 1 });
    expect((await world.admin('GET', '/products?keyCountFrom=4&freeKeyCount=1')).body.items).toEqual([counted.body]);
    await applyTo(world, free.id, { userName: 'Ben' });
    expect((await world.admin('GET', `/products/${id}`)).body.freeKeyCount).toBe(0);
    const typed = await world.admin('PATCH', `/products/${id}`, { keyCount: 9 }, any);
    expect([typed.status, typed.body.errors]).toMatchObject([400, [{ pointer: '/keyCount', code: 'unknown_field' }]]);
  });

  it('E4: refuses an address of another kind and an empty name', async () => {
    const script = await world.admin('POST', '/products', { name: 'X', website: 'javascript:alert(1)' });
    expect([script.status, script.body.errors]).toMatchObject([
      400,
      [{ pointer: '/website', code: 'not_a_web_address' }],
    ]);
    expect((await world.admin('POST', '/products', { name: '  ' })).status).toBe(400);
  });

  it('E7: a product that keys or licenses point to stays: the refusal lists up to five of them', async () => {
    const id = await add('Pointed at');
    const keys = [];
    for (let i = 0; i < 6; i += 1) keys.push(await addKey(world, { productId: id }));
    keys.sort((a, b) => (a.id < b.id ? -1 : 1));
    const refused = await world.admin('DELETE', `/products/${id}`, undefined, any);
    expect([refused.status, refused.body.code]).toEqual([409, 'in_use']);
    expect(refused.body.heldBy).toEqual(
      keys.slice(0, 5).map((key) => ({ type: 'key', id: key.id, name: `Pointed at - ${key.maskedKey}` })),
    );
    const licensed = await add('Licensed only');
    const license = await world.admin('POST', '/licenses', { productId: licensed });
    const held = await world.admin('DELETE', `/products/${licensed}`, undefined, any);
    expect(held.body.heldBy).toEqual([{ type: 'license', id: license.body.id, name: 'Licensed only' }]);
    expect((await world.admin('GET', `/products/${id}`)).status).toBe(200);
  });

  it('E7: a product that nothing points to is deleted with its version checked, and that is recorded', async () => {
    const id = await add('Lonely');
    expect((await world.admin('DELETE', `/products/${id}`, undefined, { 'if-match': '"7"' })).status).toBe(412);
    expect((await world.admin('DELETE', `/products/${id}`, undefined, { 'if-match': '"1"' })).status).toBe(204);
    expect((await world.admin('GET', `/products/${id}`)).status).toBe(404);
    expect((await recordedOf(world, `product:${id}`)).map((entry) => entry.action)).toEqual([
      'product.created',
      'product.deleted',
    ]);
  });

  it('E7: an archived product takes no new keys and licenses; what it has can be changed', async () => {
    const key = await addKey(world, { productName: 'Retired Suite' });
    const license = await world.admin('POST', '/licenses', { productName: 'Retired Suite' });
    const { id } = key.product;
    await world.admin('PATCH', `/products/${id}`, { archived: true }, any);
    for (const named of [{ productId: id }, { productName: 'retired suite' }])
      expect((await world.admin('POST', '/licenses', named)).body.code).toBe('archived');
    const kept = await world.admin('PATCH', `/licenses/${license.body.id}`, { productId: id, quantity: 3 }, any);
    expect([kept.status, kept.body.quantity]).toEqual([200, 3]);
    expect((await world.admin('GET', '/products?archived=true')).body.items).toMatchObject([{ id }]);
  });

  it('P2: a product exists for me with a key or a license among my customers, counted over those alone', async () => {
    const [mine, other] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Other')];
    const shared = await addKey(world, { productName: 'Shared', customerId: mine });
    await addKey(world, { productId: shared.product.id, customerId: other });
    await world.admin('POST', '/licenses', { productName: 'Shared', customerId: other });
    const hidden = await addKey(world, { productName: 'Hidden', customerId: other });
    const onUnit = await addKey(world, { productName: 'On my unit', customerId: other });
    await applyTo(world, onUnit.id, { equipmentId: await addUnit(world, 'MINE-1', { customerId: mine }) });
    await world.admin('POST', '/licenses', { productName: 'Licensed to me', customerId: mine });
    const limited = await world.tokenFor('administrator', [mine]);
    const list = await limited('GET', '/products');
    expect(list.body.items.map((item: { name: string }) => item.name)).toEqual([
      'Licensed to me',
      'On my unit',
      'Shared',
    ]);
    expect(list.body.total).toBe(3);
    expect(list.body.items[2]).toMatchObject({ keyCount: 1, freeKeyCount: 1, licenseCount: 0 });
    expect((await limited('GET', '/products?keyCount=2')).body.total).toBe(0);
    expect((await limited('GET', '/products?q=hidden')).body.total).toBe(0);
    const path = `/products/${hidden.product.id}`;
    const missing = await limited('GET', '/products/none');
    const foreign = await limited('GET', path);
    expect([foreign.status, foreign.body.detail]).toEqual([404, missing.body.detail]);
    expect((await limited('PATCH', path, { code: 'X' }, any)).status).toBe(404);
    expect((await limited('DELETE', path, undefined, any)).status).toBe(404);
    expect((await limited('POST', '/licenses', { productId: hidden.product.id, customerId: mine })).status).toBe(404);
    expect((await limited('POST', '/products', { name: 'Mine alone' })).status).toBe(403);
    const others = await limited('DELETE', `/products/${shared.product.id}`, undefined, any);
    expect([others.status, others.body.heldBy]).toEqual([403, undefined]);
    const own = await addKey(world, { productName: 'Mine alone', customerId: mine });
    const held = await limited('DELETE', `/products/${own.product.id}`, undefined, any);
    expect(held.body.heldBy).toMatchObject([{ type: 'key', id: own.id }]);
  });

  it('E4: the same request repeated is answered again and adds one product', async () => {
    const body = { name: 'Once only' };
    const first = await world.admin('POST', '/products', body, { 'idempotency-key': 'once' });
    const again = await world.admin('POST', '/products', body, { 'idempotency-key': 'once' });
    expect([again.status, again.body]).toEqual([201, first.body]);
  });

  it('P1: technicians and auditors read products and change none', async () => {
    const id = await add('Read only');
    for (const role of ['technician', 'auditor'] as const) {
      const call = await world.tokenFor(role);
      expect((await call('GET', `/products/${id}`)).status).toBe(200);
      expect((await call('POST', '/products', { name: 'X' })).status).toBe(403);
      expect((await call('PATCH', `/products/${id}`, { code: 'X' }, any)).status).toBe(403);
      expect((await call('DELETE', `/products/${id}`, undefined, any)).status).toBe(403);
    }
  });
});
