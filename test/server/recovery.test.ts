import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  addCustomer,
  addKey,
  addUnit,
  applyTo,
  logSize,
  subscription,
  trailOf,
} from '../harness/arrange.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };
type Item = Answer['body'];

describe.each(engines)('recovering and moving keys on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const acme = await addCustomer(world, 'Acme');
  const technician = await world.tokenFor('technician', [acme]);
  const recover = (id: string, body?: object, headers = {}) =>
    admin('POST', `/equipment/${id}/recovery`, body, headers);
  const transfer = (id: string, toEquipmentId: string, more: object = {}) =>
    admin('POST', `/equipment/${id}/transfer`, { toEquipmentId, ...more });
  const onUnit = async (id: string): Promise<string[]> =>
    (await admin('GET', `/assignments?equipmentId=${id}`)).body.items.map((item: Item) => item.key.id).toSorted();

  it('A10: all keys of a returned unit come back in one action, one entry each with a common batch', async () => {
    const unit = await addUnit(world, 'RETURN-1', { serialNumber: 'R1' });
    const keys = [await addKey(world), await addKey(world, { seats: 3 }), await addKey(world)];
    for (const key of keys) await applyTo(world, key.id, { equipmentId: unit, userName: 'Anna' });
    await applyTo(world, keys[1].id, { userName: 'Ben' });
    await admin('PATCH', `/equipment/${unit}`, { status: 'returned' }, any);
    const done = await recover(unit, { remarks: 'Left the company' }, { 'idempotency-key': 'r1' });
    expect(done.status).toBe(200);
    expect(done.body.items).toHaveLength(3);
    for (const item of done.body.items)
      expect(item).toMatchObject({
        removedOn: '2026-11-21',
        removedBy: { name: 'Ada Admin' },
        equipment: { id: unit },
      });
    expect(await onUnit(unit)).toEqual([]);
    for (const [i, key] of keys.entries()) {
      expect((await admin('GET', `/keys/${key.id}`)).body).toMatchObject({
        status: 'available',
        seatsTaken: i === 1 ? 1 : 0,
        userName: i === 1 ? 'Ben' : null,
      });
      expect((await trailOf(world, key.id)).at(-1)).toMatchObject({
        action: 'key.removed',
        equipmentId: unit,
        details: { batch: done.body.batch, equipment: 'RETURN-1', remarks: 'Left the company' },
      });
    }
    const again = await recover(unit, { remarks: 'Left the company' }, { 'idempotency-key': 'r1' });
    expect(again.body).toEqual(done.body);
  });

  it('A10: a unit without keys is answered with nothing, and nothing is recorded', async () => {
    const unit = await addUnit(world, 'EMPTY-1');
    const before = await logSize(world);
    const done = await recover(unit, undefined, { 'idempotency-key': 'empty' });
    expect([done.status, done.body]).toEqual([200, { batch: '', items: [] }]);
    expect(await logSize(world)).toBe(before);
    expect((await recover('none')).status).toBe(404);
  });

  it('A10: of two simultaneous recoveries each key is removed once, and its entry written once', async () => {
    const unit = await addUnit(world, 'TWICE-1');
    const keys: Item[] = [];
    for (let i = 0; i < 6; i += 1) keys.push(await addKey(world));
    for (const key of keys) await applyTo(world, key.id, { equipmentId: unit });
    const done = await Promise.all([recover(unit), recover(unit), recover(unit)]);
    expect(done.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(done.flatMap((answer) => answer.body.items)).toHaveLength(6);
    for (const key of keys) {
      expect((await admin('GET', `/keys/${key.id}`)).body.seatsTaken).toBe(0);
      expect(await actionsOf(world, key.id)).toEqual(['key.created', 'key.applied', 'key.removed']);
    }
  });

  it('A11: all keys move to the replacement in one action, with user and remarks, as two entries each', async () => {
    const [from, to] = [await addUnit(world, 'OLD-1'), await addUnit(world, 'NEW-1')];
    const [key, shared] = [await addKey(world), await addKey(world, { seats: 2 })];
    world.clock.set('2026-11-21T09:05:00.000Z');
    await applyTo(world, key.id, { equipmentId: from, userName: 'Anna', remarks: 'Kept', appliedOn: '2026-10-01' });
    await applyTo(world, shared.id, { equipmentId: from });
    const done = await transfer(from, to, { remarks: 'Broken screen' });
    expect(done.status).toBe(200);
    expect(done.body.items).toHaveLength(2);
    const moved = done.body.items.find((item: Item) => item.key.id === key.id);
    expect(moved).toMatchObject({
      equipment: { id: to, name: 'NEW-1' },
      userName: 'Anna',
      remarks: 'Kept',
      appliedOn: '2026-11-21',
      removedOn: null,
    });
    expect(await onUnit(from)).toEqual([]);
    expect(await onUnit(to)).toEqual([key.id, shared.id].toSorted());
    expect((await admin('GET', `/keys/${key.id}`)).body).toMatchObject({
      status: 'applied',
      seatsTaken: 1,
      userName: 'Anna',
    });
    const { batch } = done.body;
    expect((await trailOf(world, key.id)).slice(-2)).toMatchObject([
      { action: 'key.removed', equipmentId: from, details: { batch, movedTo: to, remarks: 'Broken screen' } },
      { action: 'key.applied', equipmentId: to, details: { batch, movedFrom: from, remarks: 'Kept' } },
    ]);
    const history = await admin('GET', `/assignments?equipmentId=${from}&state=removed`);
    expect(history.body.total).toBe(2);
  });

  it('A11: a unit without keys moves nothing, and nothing is recorded', async () => {
    const [from, to] = [await addUnit(world, 'NONE-1'), await addUnit(world, 'NONE-2')];
    const before = await logSize(world);
    const done = await transfer(from, to);
    expect([done.status, done.body]).toEqual([200, { batch: '', items: [] }]);
    expect(await logSize(world)).toBe(before);
  });

  it('A11: an expired key moves with its unit, because that it is there is a fact', async () => {
    const [from, to] = [await addUnit(world, 'EXP-1'), await addUnit(world, 'EXP-2')];
    const key = await addKey(world, subscription('2026-11-21'));
    await applyTo(world, key.id, { equipmentId: from });
    const now = world.clock.now();
    world.clock.addDays(1);
    expect((await admin('GET', `/keys/${key.id}`)).body.status).toBe('expired');
    expect((await transfer(from, to)).status).toBe(200);
    expect(await onUnit(to)).toEqual([key.id]);
    world.clock.set(now.toISOString());
  });

  it('A11: refuses the same unit, a target out of service or missing, and one that has a key already; nothing moves', async () => {
    const [from, to, gone] = [
      await addUnit(world, 'REF-1'),
      await addUnit(world, 'REF-2'),
      await addUnit(world, 'REF-3'),
    ];
    const [key, shared] = [await addKey(world), await addKey(world, { seats: 2 })];
    for (const id of [key.id, shared.id]) await applyTo(world, id, { equipmentId: from });
    await applyTo(world, shared.id, { equipmentId: to });
    await admin('PATCH', `/equipment/${gone}`, { status: 'retired' }, any);
    const before = await logSize(world);
    const same = await transfer(from, from);
    expect([same.status, same.body.errors]).toMatchObject([400, [{ pointer: '/toEquipmentId', code: 'same_unit' }]]);
    const retired = await transfer(from, gone);
    expect([retired.status, retired.body.code]).toEqual([409, 'equipment_out_of_service']);
    expect((await transfer(from, 'none')).status).toBe(404);
    const twice = await transfer(from, to);
    expect([twice.status, twice.body]).toMatchObject([
      409,
      { code: 'already_on_equipment', heldBy: [{ type: 'key', id: shared.id }] },
    ]);
    expect(twice.body.detail).toContain(shared.maskedKey);
    expect(await onUnit(from)).toEqual([key.id, shared.id].toSorted());
    expect(await logSize(world)).toBe(before);
  });

  it('P2: a technician moves all keys between their units, also those of a customer that is not theirs', async () => {
    const [from, to] = [
      await addUnit(world, 'MINE-1', { customerId: acme }),
      await addUnit(world, 'MINE-2', { customerId: acme }),
    ];
    const house = await addKey(world);
    await applyTo(world, house.id, { equipmentId: from });
    expect((await technician('GET', `/keys/${house.id}`)).status).toBe(200);
    const done = await technician('POST', `/equipment/${from}/transfer`, { toEquipmentId: to });
    expect([done.status, done.body.items.length]).toEqual([200, 1]);
    expect(await onUnit(to)).toEqual([house.id]);
    const recovered = await technician('POST', `/equipment/${to}/recovery`);
    expect([recovered.status, recovered.body.items.length]).toEqual([200, 1]);
    expect((await technician('GET', `/keys/${house.id}`)).status).toBe(404);
    const foreign = await addUnit(world, 'HOUSE-1');
    const refused = await technician('POST', `/equipment/${from}/transfer`, { toEquipmentId: foreign });
    expect(refused.status).toBe(404);
  });

  it('A11: simultaneous moves, recoveries, applications and removals lose and double no seat', async () => {
    const units = [await addUnit(world, 'MIX-1'), await addUnit(world, 'MIX-2'), await addUnit(world, 'MIX-3')];
    const [a = '', b = '', c = ''] = units;
    const keys: Item[] = [];
    for (let i = 0; i < 5; i += 1) keys.push(await addKey(world, { seats: 2 }));
    for (const key of keys) await applyTo(world, key.id, { equipmentId: a });
    const [first] = (await admin('GET', `/assignments?equipmentId=${a}`)).body.items;
    const answers = await Promise.all([
      transfer(a, b),
      transfer(a, c),
      recover(a),
      ...keys.map((key) => admin('POST', `/keys/${key.id}/assignments`, { equipmentId: b })),
      admin('DELETE', `/assignments/${first.id}`, undefined, any),
    ]);
    for (const { status } of answers) expect([200, 201, 204, 409]).toContain(status);
    for (const key of keys) {
      const active = (await admin('GET', `/assignments?keyId=${key.id}`)).body;
      const { seatsTaken } = (await admin('GET', `/keys/${key.id}`)).body;
      expect(seatsTaken).toBe(active.total);
      const actions = await actionsOf(world, key.id);
      const count = (action: string) => actions.filter((one) => one === action).length;
      expect(count('key.applied') - count('key.removed')).toBe(seatsTaken);
    }
  });
});
