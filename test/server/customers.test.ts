import { describe, expect, it } from 'vitest';
import { addKey, addUnit, logSize } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };

describe.each(engines)('customers on %s', async (engine) => {
  const world = await newWorld(engine);
  const add = async (name: string, more: object = {}): Promise<string> => {
    const { status, body } = await world.admin('POST', '/customers', { name, ...more });
    expect(status).toBe(201);
    return body.id;
  };

  it('E5: there is a house customer from the start, marked as the organisation itself', async () => {
    const house = await world.admin('GET', `/customers/${world.houseId}`);
    expect(house.body).toMatchObject({ name: 'Nordwind IT', isHouse: true, archived: false });
    expect((await world.admin('GET', '/customers?isHouse=true')).body).toMatchObject({
      total: 1,
      items: [{ id: world.houseId }],
    });
  });

  it('E5: a customer is added once for an Idempotency-Key, changed, found and recorded', async () => {
    const body = { name: 'Müller & Söhne', number: 'K-17', contact: 'Eva\n030 123' };
    const added = await world.admin('POST', '/customers', body, { 'idempotency-key': 'm' });
    expect(added.status).toBe(201);
    expect((await world.admin('POST', '/customers', body, { 'idempotency-key': 'm' })).body).toEqual(added.body);
    const { id } = added.body;
    const changed = await world.admin('PATCH', `/customers/${id}`, { contact: null, number: 'K-18' }, any);
    expect(changed.body).toMatchObject({ name: 'Müller & Söhne', number: 'K-18', contact: null, version: 2 });
    expect((await world.admin('GET', '/customers?q=muller')).body.items).toEqual([changed.body]);
    expect((await world.admin('GET', '/customers?number=k-18')).body.total).toBe(1);
    expect(await recordedOf(world, `customer:${id}`)).toMatchObject([
      { action: 'customer.created', customerId: id, details: { name: 'Müller & Söhne', number: 'K-17' } },
      {
        action: 'customer.updated',
        details: { changes: { number: { old: 'K-17', new: 'K-18' }, contact: { old: 'Eva\n030 123', new: null } } },
      },
    ]);
  });

  it('K17: a stale version changes nothing, and a change that changes nothing is not recorded', async () => {
    const id = await add('Stale AG');
    await world.admin('PATCH', `/customers/${id}`, { number: '1' }, { 'if-match': '"1"' });
    const before = await logSize(world);
    const stale = await world.admin('PATCH', `/customers/${id}`, { number: '2' }, { 'if-match': '"1"' });
    expect([stale.status, stale.body.current]).toEqual([412, { version: 2 }]);
    expect((await world.admin('PATCH', `/customers/${id}`, { number: '2' })).status).toBe(428);
    const same = await world.admin('PATCH', `/customers/${id}`, { number: '1' }, { 'if-match': '"2"' });
    expect([same.status, same.body.version]).toEqual([200, 2]);
    expect((await world.admin('DELETE', `/customers/${id}`, undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect(await logSize(world)).toBe(before);
  });

  it('E5: a name is taken however it is spelled in case and blanks; the refusal points at the one that has it', async () => {
    const id = await add('Acme GmbH');
    const twice = await world.admin('POST', '/customers', { name: ' ACME   gmbh ' });
    expect([twice.status, twice.body]).toMatchObject([
      409,
      { code: 'name_taken', existing: { type: 'customer', id }, errors: [{ pointer: '/name' }] },
    ]);
    const other = await add('Acme AG');
    const renamed = await world.admin('PATCH', `/customers/${other}`, { name: 'acme gmbh' }, any);
    expect([renamed.status, renamed.body.existing]).toEqual([409, { type: 'customer', id }]);
    expect((await world.admin('PATCH', `/customers/${id}`, { name: 'ACME GmbH' }, any)).status).toBe(200);
  });

  it('E7: house is neither archived nor deleted', async () => {
    const archived = await world.admin('PATCH', `/customers/${world.houseId}`, { archived: true }, any);
    expect([archived.status, archived.body.errors]).toMatchObject([400, [{ pointer: '/archived', code: 'house' }]]);
    const deleted = await world.admin('DELETE', `/customers/${world.houseId}`, undefined, any);
    expect([deleted.status, deleted.body.code]).toEqual([409, 'in_use']);
    expect(deleted.body.heldBy[0]).toEqual({ type: 'settings', id: '1', name: 'Nordwind IT' });
  });

  it('E7: a customer that units, keys, licenses, users or tokens point to stays; the refusal lists them', async () => {
    const id = await add('Busy KG');
    const unit = await addUnit(world, 'BUSY-1', { customerId: id });
    const key = await addKey(world, { customerId: id });
    const license = await world.admin('POST', '/licenses', { productName: 'CAD', customerId: id, orderNumber: 'A-1' });
    const refused = await world.admin('DELETE', `/customers/${id}`, undefined, any);
    expect([refused.status, refused.body.code]).toEqual([409, 'in_use']);
    expect(refused.body.heldBy).toEqual([
      { type: 'equipment', id: unit, name: 'BUSY-1' },
      { type: 'key', id: key.id, name: `Office 2026 - ${key.maskedKey}` },
      { type: 'license', id: license.body.id, name: 'CAD · A-1' },
    ]);
    expect(refused.body.detail).toContain('Archive it instead');
    const named = await add('Named KG');
    await world.tokenFor('technician', [named]);
    const held = await world.admin('DELETE', `/customers/${named}`, undefined, any);
    expect([held.status, held.body.heldBy]).toMatchObject([409, [{ type: 'token', name: 'technician' }]]);
    expect((await world.admin('GET', `/customers/${named}`)).status).toBe(200);
  });

  it('E7: a customer that nothing points to is deleted, and that is recorded', async () => {
    const id = await add('Gone Ltd');
    expect((await world.admin('DELETE', `/customers/${id}`, undefined, any)).status).toBe(204);
    expect((await world.admin('GET', `/customers/${id}`)).status).toBe(404);
    expect((await recordedOf(world, `customer:${id}`)).at(-1)).toMatchObject({
      action: 'customer.deleted',
      details: { name: 'Gone Ltd' },
    });
  });

  it('E7: an archived customer takes no new units, keys and licenses, and keeps those it has', async () => {
    const id = await add('Old Client');
    const unit = await addUnit(world, 'OLD-1', { customerId: id });
    await world.admin('PATCH', `/customers/${id}`, { archived: true }, any);
    const refusals = [
      await world.admin('POST', '/equipment', { name: 'NEW-1', customerId: id }),
      await world.admin('POST', '/licenses', { productName: 'CAD', customerId: id }),
      await world.admin('POST', '/keys', {
        licenseKey: 'AAAAA-BBBBB-CCCCC-00001',
        keyType: 'permanent',
        productName: 'CAD',
        customerId: id,
      }),
    ];
    for (const { status, body } of refusals)
      expect([status, body.errors]).toMatchObject([400, [{ pointer: '/customerId', code: 'archived' }]]);
    expect((await world.admin('PATCH', `/equipment/${unit}`, { location: 'Attic' }, any)).status).toBe(200);
    expect((await world.admin('GET', '/customers?archived=true')).body.items).toMatchObject([{ id }]);
    await world.admin('PATCH', `/customers/${id}`, { archived: false }, any);
    expect((await world.admin('POST', '/equipment', { name: 'NEW-1', customerId: id })).status).toBe(201);
  });

  it('P2: somebody limited to a customer sees that one only, adds none, and is not told of the others', async () => {
    const mine = await add('Mine GmbH');
    const other = await add('Other GmbH');
    const limited = await world.tokenFor('administrator', [mine]);
    expect((await limited('GET', '/customers')).body).toMatchObject({ total: 1, items: [{ id: mine }] });
    expect((await limited('GET', '/customers?groupBy=archived')).body.total).toBe(1);
    expect((await limited('GET', '/customers?q=other')).body.total).toBe(0);
    const foreign = await limited('GET', `/customers/${other}`);
    const missing = await limited('GET', '/customers/none');
    expect([foreign.status, foreign.body.detail]).toEqual([404, missing.body.detail]);
    expect((await limited('PATCH', `/customers/${other}`, { number: '1' }, any)).status).toBe(404);
    expect((await limited('DELETE', `/customers/${other}`, undefined, any)).status).toBe(404);
    expect((await limited('PATCH', `/customers/${world.houseId}`, { archived: true }, any)).status).toBe(404);
    expect((await limited('POST', '/customers', { name: 'New GmbH' })).status).toBe(403);
    const taken = await limited('PATCH', `/customers/${mine}`, { name: 'other gmbh' }, any);
    expect([taken.status, taken.body.existing]).toEqual([409, undefined]);
    const nothing = await world.tokenFor('administrator', []);
    expect((await nothing('GET', '/customers')).body).toMatchObject({ total: 0, items: [] });
  });

  it('P1: technicians and auditors read customers and change none', async () => {
    for (const role of ['technician', 'auditor'] as const) {
      const call = await world.tokenFor(role);
      expect((await call('GET', '/customers')).status).toBe(200);
      expect((await call('POST', '/customers', { name: 'X' })).status).toBe(403);
      expect((await call('PATCH', `/customers/${world.houseId}`, { number: 'X' }, any)).status).toBe(403);
      expect((await call('DELETE', `/customers/${world.houseId}`, undefined, any)).status).toBe(403);
    }
  });
});
