import { describe, expect, it } from 'vitest';
import { addCustomer, addKey, addUnit, applyTo, logSize, trailOf } from '../harness/arrange.ts';
import { type Answer, engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };
type Item = Answer['body'];

describe.each(engines)('assignments on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;
  const [acme, umbra] = [await addCustomer(world, 'Acme'), await addCustomer(world, 'Umbra')];
  const technician = await world.tokenFor('technician', [acme]);
  const auditor = await world.tokenFor('auditor');
  const limitedAdmin = await world.tokenFor('administrator', [acme]);
  const patch = (id: string, body: object, headers: Record<string, string> = any) =>
    admin('PATCH', `/assignments/${id}`, body, headers);
  const idsOf = async (query: string): Promise<string[]> =>
    (await admin('GET', `/assignments?${query}`)).body.items.map((item: Item) => item.id).toSorted();

  it('A5: one unit carries many keys, each its own line with its own date and history; the same key once', async () => {
    const unit = await addUnit(world, 'MANY-1');
    const lines: Item[] = [];
    for (const appliedOn of ['2026-11-01', '2026-11-10', '2026-11-20'])
      lines.push(await applyTo(world, (await addKey(world, { seats: 2 })).id, { equipmentId: unit, appliedOn }));
    const listed = await admin('GET', `/assignments?equipmentId=${unit}&sort=appliedOn`);
    expect(listed.body.items.map((item: Item) => item.appliedOn)).toEqual(['2026-11-01', '2026-11-10', '2026-11-20']);
    const twice = await admin('POST', `/keys/${lines[0].key.id}/assignments`, { equipmentId: unit });
    expect([twice.status, twice.body.code]).toEqual([409, 'already_on_equipment']);
    await admin('DELETE', `/assignments/${lines[1].id}`, undefined, any);
    expect(await idsOf(`equipmentId=${unit}`)).toEqual([lines[0].id, lines[2].id].toSorted());
    expect((await admin('GET', `/equipment/${unit}`)).body.keyCount).toBe(2);
  });

  it('A8: a key with seats goes to several users; what Anna uses has an answer, however her name is typed', async () => {
    const volume = await addKey(world, { seats: 3 });
    const single = await addKey(world, { userName: 'Anna' });
    const unit = await addUnit(world, 'ANNA-PC');
    await applyTo(world, volume.id, { userName: 'Anna', equipmentId: unit });
    await applyTo(world, volume.id, { userName: 'Ben' });
    for (const name of ['Anna', 'ANNA', ' anna ']) {
      const query = new URLSearchParams({ userName: name });
      const used = (await admin('GET', `/assignments?${query}`)).body;
      expect(used.items.map((item: Item) => item.key.id).toSorted()).toEqual([volume.id, single.id].toSorted());
    }
    expect((await admin('GET', `/keys/${volume.id}`)).body).toMatchObject({ userName: 'Anna, Ben', seatsTaken: 2 });
    expect((await admin('GET', '/keys?userName=anna')).body.total).toBe(2);
    expect((await admin('GET', '/assignments?groupBy=userName&userName=anna,ben')).body.groups).toMatchObject([
      { label: 'Anna', count: 2 },
      { label: 'Ben', count: 1 },
    ]);
  });

  it('A12: what was on a unit on a day is what was on it at the end of that day where the organisation is', async () => {
    const unit = await addUnit(world, 'DAY-1');
    const [old, short, late] = [await addKey(world), await addKey(world), await addKey(world)];
    const start = world.clock.now().toISOString();
    const first = await applyTo(world, old.id, { equipmentId: unit, appliedOn: '2026-11-01' });
    const shortLine = await applyTo(world, short.id, { equipmentId: unit });
    await admin('DELETE', `/assignments/${shortLine.id}`, undefined, any);
    // 00:30 on 22 November in Berlin, still the 21st in UTC.
    world.clock.set('2026-11-21T23:30:00.000Z');
    const second = await applyTo(world, late.id, { equipmentId: unit });
    expect(second.appliedOn).toBe('2026-11-22');
    await admin('DELETE', `/assignments/${first.id}`, undefined, any);
    const on = (day: string) => idsOf(`equipmentId=${unit}&on=${day}`);
    expect(await on('2026-10-31')).toEqual([]);
    expect(await on('2026-11-01')).toEqual([first.id]);
    expect(await on('2026-11-21')).toEqual([first.id]);
    expect(await on('2026-11-22')).toEqual([second.id]);
    expect(await idsOf(`equipmentId=${unit}&state=removed`)).toEqual([first.id, shortLine.id].toSorted());
    expect(await idsOf(`equipmentId=${unit}&state=all`)).toHaveLength(3);
    expect((await admin('GET', `/assignments/${first.id}`)).body).toMatchObject({
      removedOn: '2026-11-22',
      removedAt: '2026-11-21T23:30:00.000Z',
      removedBy: { name: 'Ada Admin' },
    });
    expect((await admin('GET', '/assignments?on=yesterday')).status).toBe(400);
    world.clock.set(start);
  });

  it('A1, L8: the applied date and the remarks of an active assignment are corrected, found and recorded', async () => {
    const unit = await addUnit(world, 'EDIT-1', { customerId: acme, serialNumber: 'ED-1' });
    const key = await addKey(world);
    const { id } = await applyTo(world, key.id, { equipmentId: unit, remarks: 'Typo' });
    const changed = await patch(id, { appliedOn: '2026-11-02', remarks: 'Küche' }, { 'if-match': '"1"' });
    expect(changed.body).toMatchObject({ appliedOn: '2026-11-02', remarks: 'Küche', version: 2 });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(await idsOf('q=kuche')).toEqual([id]);
    expect(await idsOf('q=typo')).toEqual([]);
    expect((await trailOf(world, key.id)).at(-1)).toMatchObject({
      action: 'assignment.updated',
      equipmentId: unit,
      customerId: acme,
      details: {
        equipment: 'EDIT-1',
        maskedKey: key.maskedKey,
        changes: { appliedOn: { old: '2026-11-21', new: '2026-11-02' }, remarks: { old: 'Typo', new: 'Küche' } },
      },
    });
    expect((await patch(id, { remarks: null })).body.remarks).toBeNull();
  });

  it('A1: refuses a date after today, before the last removal of the seat, of a removed assignment, a stale version', async () => {
    const key = await addKey(world);
    const first = await applyTo(world, key.id, { userName: 'Anna', appliedOn: '2026-11-01' });
    await admin('DELETE', `/assignments/${first.id}`, undefined, any);
    const { id } = await applyTo(world, key.id, { userName: 'Ben' });
    const before = await logSize(world);
    const future = await patch(id, { appliedOn: '2026-11-22' });
    expect([future.status, future.body.errors]).toMatchObject([400, [{ pointer: '/appliedOn', code: 'in_future' }]]);
    const early = await patch(id, { appliedOn: '2026-11-20' });
    expect([early.status, early.body.code]).toEqual([409, 'applied_before_removal']);
    const removed = await patch(first.id, { remarks: 'late' });
    expect([removed.status, removed.body.code]).toEqual([409, 'already_removed']);
    expect((await patch(id, { remarks: 'x' }, { 'if-match': '"3"' })).status).toBe(412);
    expect((await patch(id, { remarks: 'x' }, {})).status).toBe(428);
    expect((await patch(id, { userName: 'x' })).body.errors).toMatchObject([{ code: 'unknown_field' }]);
    expect((await patch('none', { remarks: 'x' })).status).toBe(404);
    const same = await patch(id, { appliedOn: '2026-11-21', remarks: null }, { 'if-match': '"1"' });
    expect([same.status, same.body.version]).toEqual([200, 1]);
    expect(await logSize(world)).toBe(before);
  });

  it('A9: who may not edit a unit may not change its lines, and is told whom to ask; an administrator may remove', async () => {
    const unit = await addUnit(world, 'THEIRS-1', { customerId: umbra });
    const key = await addKey(world, { customerId: acme });
    const { id } = await applyTo(world, key.id, { equipmentId: unit });
    expect((await technician('GET', `/assignments/${id}`)).body).toMatchObject({ equipment: null, customer: null });
    for (const refused of [
      await technician('PATCH', `/assignments/${id}`, { remarks: 'x' }, any),
      await technician('DELETE', `/assignments/${id}`, undefined, any),
    ]) {
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
      expect(refused.body.detail).toContain('Ada Admin');
      expect(JSON.stringify(refused.body)).not.toContain('THEIRS-1');
    }
    expect((await auditor('PATCH', `/assignments/${id}`, { remarks: 'x' }, any)).status).toBe(403);
    expect((await auditor('DELETE', `/assignments/${id}`, undefined, any)).status).toBe(403);
    expect((await limitedAdmin('DELETE', `/assignments/${id}`, undefined, any)).status).toBe(204);
  });

  it('P2: an assignment of another customer does not exist', async () => {
    const unit = await addUnit(world, 'HIDDEN-1', { customerId: umbra });
    const { id } = await applyTo(world, (await addKey(world)).id, { equipmentId: unit });
    expect((await technician('GET', `/assignments/${id}`)).status).toBe(404);
    expect((await technician('PATCH', `/assignments/${id}`, { remarks: 'x' }, any)).status).toBe(404);
    expect((await technician('GET', `/assignments?equipmentId=${unit}`)).body.total).toBe(0);
    expect((await technician('GET', '/assignments?q=hidden')).body.total).toBe(0);
  });
});
