import { describe, expect, it } from 'vitest';
import { addCustomer, addKey, addUnit, applyTo, logSize } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };

describe.each(engines)('equipment on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const patch = (id: string, body: object, headers: Record<string, string> = any) =>
    admin('PATCH', `/equipment/${id}`, body, headers);
  const [acme, umbra] = [await addCustomer(world, 'Acme'), await addCustomer(world, 'Umbra')];

  it('E2: a unit needs only a name: it is in service and belongs to house', async () => {
    const made = await admin('POST', '/equipment', { name: 'LAPTOP-001' }, { 'idempotency-key': 'l1' });
    expect(made.status).toBe(201);
    expect(made.headers.get('etag')).toBe('"1"');
    expect(made.body).toMatchObject({
      name: 'LAPTOP-001',
      status: 'inService',
      customer: { id: world.houseId, name: 'Nordwind IT' },
      serialNumber: null,
      attributes: {},
      keyCount: 0,
    });
    expect((await admin('POST', '/equipment', { name: 'LAPTOP-001' }, { 'idempotency-key': 'l1' })).body).toEqual(
      made.body,
    );
    expect((await admin('POST', '/equipment', {})).body.errors).toMatchObject([{ pointer: '/name', code: 'required' }]);
  });

  it('E2, L8: all fields are saved, changed one by one, cleared by null, and recorded with old and new values', async () => {
    const body = {
      name: 'Plotter',
      serialNumber: 'SN-1',
      assetTag: 'INV-1',
      code: 'PLT',
      customerId: acme,
      type: 'Printer',
      manufacturer: 'HP',
      model: 'T650',
      location: 'Köln',
      status: 'inStock',
      remarks: 'By the window',
    };
    const made = await admin('POST', '/equipment', body);
    expect(made.body).toMatchObject(body);
    const changed = await patch(
      made.body.id,
      { location: 'Bonn', code: null, status: 'inService' },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toEqual({ ...made.body, location: 'Bonn', code: null, status: 'inService', version: 2 });
    expect(await recordedOf(world, `equipment:${made.body.id}`)).toMatchObject([
      { action: 'equipment.created', customerId: acme, details: { name: 'Plotter', serialNumber: 'SN-1' } },
      {
        action: 'equipment.updated',
        customerId: acme,
        details: {
          name: 'Plotter',
          changes: {
            location: { old: 'Köln', new: 'Bonn' },
            code: { old: 'PLT', new: null },
            status: { old: 'inStock', new: 'inService' },
          },
        },
      },
    ]);
  });

  it('K17: a stale version changes nothing; one that changes nothing is not recorded', async () => {
    const id = await addUnit(world, 'STALE-1');
    const before = await logSize(world);
    expect((await patch(id, { name: 'X' }, { 'if-match': '"4"' })).status).toBe(412);
    expect((await patch(id, { name: 'X' }, {})).status).toBe(428);
    const same = await patch(id, { name: 'STALE-1', location: null }, { 'if-match': '"1"' });
    expect([same.status, same.body.version]).toEqual([200, 1]);
    expect(await logSize(world)).toBe(before);
  });

  it('E2: a serial number is unique over all units, an asset tag within its customer, however they are spelled', async () => {
    const first = await admin('POST', '/equipment', {
      name: 'A',
      serialNumber: 'C02-xk',
      assetTag: 'T-1',
      customerId: acme,
    });
    const sameSerial = await admin('POST', '/equipment', { name: 'B', serialNumber: 'c02-XK', customerId: umbra });
    expect([sameSerial.status, sameSerial.body]).toMatchObject([
      409,
      {
        code: 'serial_number_taken',
        existing: { type: 'equipment', id: first.body.id },
        errors: [{ pointer: '/serialNumber' }],
      },
    ]);
    const sameTag = await admin('POST', '/equipment', { name: 'B', assetTag: 't-1', customerId: acme });
    expect([sameTag.status, sameTag.body]).toMatchObject([
      409,
      { code: 'asset_tag_taken', existing: { id: first.body.id }, errors: [{ pointer: '/assetTag' }] },
    ]);
    const elsewhere = await admin('POST', '/equipment', { name: 'B', assetTag: 'T-1', customerId: umbra });
    expect(elsewhere.status).toBe(201);
    const { id } = elsewhere.body;
    expect((await patch(id, { serialNumber: 'C02-XK' })).body.code).toBe('serial_number_taken');
    expect((await patch(id, { customerId: acme })).body.code).toBe('asset_tag_taken');
    expect((await patch(id, { customerId: acme, assetTag: 'T-2' })).status).toBe(200);
    for (const name of ['C', 'D'])
      expect((await admin('POST', '/equipment', { name, serialNumber: '' })).status).toBe(201);
  });

  it('E2: of many simultaneous units with one serial number exactly one is made', async () => {
    const calls = Array.from({ length: 8 }, (_, i) =>
      admin('POST', '/equipment', { name: `R${i}`, serialNumber: 'RACE' }),
    );
    const statuses = (await Promise.all(calls)).map((answer) => answer.status);
    expect(statuses.toSorted()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  });

  it('E1: a unit is found by name, serial number, asset tag, customer and its other texts, in any case', async () => {
    const body = {
      name: 'Café-Terminal',
      serialNumber: 'ZX81-0007',
      assetTag: 'TAG-5501',
      code: 'CAFE7',
      customerId: umbra,
      type: 'Kiosk',
      manufacturer: 'Sinclair',
      model: 'Spectrum',
      location: 'Foyer',
      remarks: 'Rubber keys',
    };
    const { id } = (await admin('POST', '/equipment', body)).body;
    const words = ['cafe-term', 'zx81', '5501', 'cafe7', 'kiosk', 'sinclair', 'spectrum', 'foyer', 'rubber'];
    for (const q of words) {
      const found = await admin('GET', `/equipment?${new URLSearchParams({ q })}`);
      expect([q, found.body.items.map((unit: { id: string }) => unit.id)]).toEqual([q, [id]]);
    }
    expect((await admin('GET', '/equipment?q=umbra')).body.items).toContainEqual(expect.objectContaining({ id }));
    for (const filter of [
      'serialNumber=zx81-0007',
      'assetTag=tag-5501',
      'name=CAFÉ-terminal',
      'type=kiosk&model=spectrum',
    ])
      expect((await admin('GET', `/equipment?${filter}`)).body.total).toBe(1);
    expect((await admin('GET', `/equipment?customerId=${umbra}&status=inService&location=foyer`)).body.total).toBe(1);
  });

  it('K12: attributes of units are judged, saved as JSON, changed one by one, filtered, sorted and searched by', async () => {
    const define = (name: string, kind: string, more: object = {}) =>
      admin('POST', '/attributes', { recordType: 'equipment', name, kind, labelEn: name, labelDe: name, ...more });
    await define('room', 'text', { mask: 'A-999' });
    await define('cores', 'number');
    await define('leased', 'boolean');
    await define('until', 'date');
    await define('size', 'choice', { choices: ['S', 'M', 'L'] });
    const faults: [object, string][] = [
      [{ room: '12' }, '/attributes/room'],
      [{ cores: 'many' }, '/attributes/cores'],
      [{ until: '2026-02-30' }, '/attributes/until'],
      [{ size: 'XL' }, '/attributes/size'],
      [{ colour: 'red' }, '/attributes/colour'],
    ];
    for (const [attributes, pointer] of faults) {
      const refused = await admin('POST', '/equipment', { name: 'ATT', attributes });
      expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer }]]);
    }
    const attributes = { room: 'B-101', cores: 8, leased: true, until: '2027-01-31', size: 'M' };
    const { id } = (await admin('POST', '/equipment', { name: 'ATT-1', attributes })).body;
    await admin('POST', '/equipment', { name: 'ATT-2', attributes: { cores: 16 } });
    const changed = await patch(id, { attributes: { cores: 4, leased: null } });
    expect(changed.body.attributes).toEqual({ room: 'B-101', cores: 4, until: '2027-01-31', size: 'M' });
    expect((await recordedOf(world, `equipment:${id}`)).at(-1)?.details.changes).toEqual({
      'attributes.cores': { old: 8, new: 4 },
      'attributes.leased': { old: true, new: null },
    });
    for (const filter of [
      'attributes.room=b-101',
      'attributes.coresTo=5',
      'attributes.untilFrom=2027-01-01',
      'q=b-101',
    ])
      expect((await admin('GET', `/equipment?${filter}`)).body.items).toMatchObject([{ id }]);
    const sorted = await admin('GET', '/equipment?q=att-&sort=-attributes.cores');
    expect(sorted.body.items.map((unit: { name: string }) => unit.name)).toEqual(['ATT-2', 'ATT-1']);
    expect((await admin('GET', '/equipment?q=att-&groupBy=attributes.size')).body.groups).toMatchObject([
      { value: null, count: 1 },
      { value: 'M', count: 1 },
    ]);
  });

  it('E2: nothing is applied to a returned or retired unit; a unit may become one while it holds keys', async () => {
    const id = await addUnit(world, 'LEAVING-1');
    const [on, off] = [await addKey(world), await addKey(world)];
    await applyTo(world, on.id, { equipmentId: id });
    for (const status of ['returned', 'retired']) {
      expect((await patch(id, { status })).body).toMatchObject({ status, keyCount: 1 });
      const refused = await admin('POST', `/keys/${off.id}/assignments`, { equipmentId: id });
      expect([refused.status, refused.body.code]).toEqual([409, 'equipment_out_of_service']);
    }
    expect((await admin('GET', '/equipment?status=returned,retired&keyCountFrom=1')).body.items).toMatchObject([
      { id },
    ]);
  });

  it('E2: a unit changes customer only when no key of the old customer is on it; the refusal names the keys', async () => {
    const id = await addUnit(world, 'MOVING-1', { customerId: acme });
    const [theirs, house] = [await addKey(world, { customerId: acme }), await addKey(world)];
    const applied = await applyTo(world, theirs.id, { equipmentId: id });
    await applyTo(world, house.id, { equipmentId: id });
    const refused = await patch(id, { customerId: umbra, name: 'MOVED-1' });
    expect([refused.status, refused.body]).toMatchObject([
      409,
      {
        code: 'equipment_holds_keys',
        heldBy: [{ type: 'key', id: theirs.id, name: `Office 2026 - ${theirs.maskedKey}` }],
      },
    ]);
    expect((await admin('GET', `/equipment/${id}`)).body).toMatchObject({
      name: 'MOVING-1',
      customerId: acme,
      version: 1,
    });
    await admin('DELETE', `/assignments/${applied.id}`, undefined, any);
    expect((await patch(id, { customerId: umbra })).body.customer).toEqual({ id: umbra, name: 'Umbra' });
    expect((await patch(id, { customerId: 'none' })).status).toBe(404);
  });

  it('E2: a key applied while its unit changes customer is either on it before, and refuses that, or after', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await addUnit(world, `RACE-${round}`, { customerId: acme });
      const key = await addKey(world, { customerId: acme });
      const limited = await world.tokenFor('technician', [acme]);
      const [moved, applied] = await Promise.all([
        patch(id, { customerId: umbra }),
        limited('POST', `/keys/${key.id}/assignments`, { equipmentId: id }),
      ]);
      expect([
        [200, 404],
        [409, 201],
      ]).toContainEqual([moved.status, applied.status]);
    }
  });

  it('E7: a unit that an assignment, present or past, points to stays: the refusal lists it and says to retire', async () => {
    const id = await addUnit(world, 'KEPT-1');
    const key = await addKey(world);
    const assignment = await applyTo(world, key.id, { equipmentId: id });
    const present = await admin('DELETE', `/equipment/${id}`, undefined, any);
    const name = `Office 2026 - ${key.maskedKey}`;
    expect([present.status, present.body]).toMatchObject([
      409,
      { code: 'in_use', heldBy: [{ type: 'assignment', id: assignment.id, name }] },
    ]);
    expect(present.body.detail).toContain('Retire it instead');
    await admin('DELETE', `/assignments/${assignment.id}`, undefined, any);
    const past = await admin('DELETE', `/equipment/${id}`, undefined, any);
    expect([past.status, past.body.heldBy]).toMatchObject([
      409,
      [{ id: assignment.id, name: `${name}, removed 2026-11-21` }],
    ]);
    expect((await admin('GET', `/equipment/${id}`)).status).toBe(200);
  });

  it('E7: a unit that nothing points to is deleted, with its version checked, and that is recorded', async () => {
    const id = await addUnit(world, 'GONE-1', { serialNumber: 'GONE' });
    expect((await admin('DELETE', `/equipment/${id}`, undefined, { 'if-match': '"2"' })).status).toBe(412);
    expect((await admin('DELETE', `/equipment/${id}`, undefined, any)).status).toBe(204);
    expect((await admin('DELETE', `/equipment/${id}`, undefined, any)).status).toBe(404);
    expect((await recordedOf(world, `equipment:${id}`)).at(-1)).toMatchObject({
      action: 'equipment.deleted',
      details: { name: 'GONE-1', serialNumber: 'GONE' },
    });
    expect((await admin('POST', '/equipment', { name: 'GONE-2', serialNumber: 'gone' })).status).toBe(201);
  });

  it('P2: units of other customers do not exist, in list, count, group, search, reads, writes and refusals', async () => {
    const mine = await addUnit(world, 'P2-MINE', { customerId: acme, serialNumber: 'P2-A' });
    const other = await addUnit(world, 'P2-OTHER', { customerId: umbra, serialNumber: 'P2-U' });
    const limited = await world.tokenFor('administrator', [acme]);
    expect((await limited('GET', '/equipment?q=p2-')).body).toMatchObject({ total: 1, items: [{ id: mine }] });
    expect((await limited('GET', '/equipment?q=umbra')).body.total).toBe(0);
    const groups = (await limited('GET', '/equipment?groupBy=customerId')).body.groups;
    expect(groups).toMatchObject([{ value: acme, label: 'Acme' }]);
    expect((await limited('GET', `/equipment?customerId=${umbra}`)).body.total).toBe(0);
    const missing = (await limited('GET', '/equipment/none')).body.detail;
    const foreign = [
      await limited('GET', `/equipment/${other}`),
      await limited('PATCH', `/equipment/${other}`, { name: 'X' }, any),
      await limited('DELETE', `/equipment/${other}`, undefined, any),
      await limited('POST', `/equipment/${other}/recovery`),
      await limited('POST', `/equipment/${other}/transfer`, { toEquipmentId: mine }),
      await limited('POST', `/equipment/${mine}/transfer`, { toEquipmentId: other }),
    ];
    for (const { status, body } of foreign) expect([status, body.detail]).toEqual([404, missing]);
    expect((await limited('PATCH', `/equipment/${mine}`, { customerId: umbra }, any)).status).toBe(404);
    expect((await limited('POST', '/equipment', { name: 'X', customerId: umbra })).status).toBe(404);
    const taken = await limited('POST', '/equipment', { name: 'X', customerId: acme, serialNumber: 'P2-U' });
    expect([taken.status, taken.body.code, taken.body.existing]).toEqual([409, 'serial_number_taken', undefined]);
    const unnamed = await limited('POST', '/equipment', { name: 'X' });
    expect([unnamed.status, unnamed.body.errors]).toMatchObject([400, [{ pointer: '/customerId', code: 'required' }]]);
    expect((await limited('POST', '/equipment', { name: 'P2-NEW', customerId: acme })).status).toBe(201);
  });

  it('P1: a technician creates and changes units and deletes none; an auditor reads', async () => {
    const technician = await world.tokenFor('technician');
    const made = await technician('POST', '/equipment', { name: 'TECH-1' });
    expect(made.status).toBe(201);
    const path = `/equipment/${made.body.id}`;
    expect((await technician('PATCH', path, { location: 'Lab' }, any)).status).toBe(200);
    expect((await technician('DELETE', path, undefined, any)).status).toBe(403);
    const auditor = await world.tokenFor('auditor');
    expect((await auditor('GET', path)).status).toBe(200);
    const refused = [
      await auditor('POST', '/equipment', { name: 'X' }),
      await auditor('PATCH', path, { name: 'X' }, any),
      await auditor('DELETE', path, undefined, any),
      await auditor('POST', `${path}/recovery`),
      await auditor('POST', `${path}/transfer`, { toEquipmentId: 'x' }),
    ];
    for (const { status } of refused) expect(status).toBe(403);
  });
});
