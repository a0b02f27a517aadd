import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  addCustomer,
  addKey,
  addLicense,
  addUnit,
  applyTo,
  logSize,
  subscription,
  trailOf,
} from '../harness/arrange.ts';
import { insertRows } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };

describe.each(engines)('changing a key on %s', async (engine) => {
  const world = await newWorld(engine);
  const patch = (id: string, body: object, headers: Record<string, string> = any) =>
    world.admin('PATCH', `/keys/${id}`, body, headers);

  it('K5: the license key is no field of a key: sending it is refused and nothing changes', async () => {
    const key = await addKey(world);
    for (const field of ['licenseKey', 'maskedKey', 'allowSimilarTo', 'status', 'userName', 'id', 'version']) {
      const refused = await patch(key.id, { remarks: 'new', [field]: 'VWXYZ-98765' });
      expect([refused.status, refused.body.errors]).toMatchObject([
        400,
        [{ pointer: `/${field}`, code: 'unknown_field' }],
      ]);
    }
    expect((await world.admin('GET', `/keys/${key.id}`)).body).toEqual(key);
    expect(await actionsOf(world, key.id)).toEqual(['key.created']);
  });

  it('K2, L8: changed fields are saved, cleared by null, found, and recorded with old and new values', async () => {
    const licenseId = await addLicense(world);
    const key = await addKey(world, { ...subscription('2027-01-31'), code: 'OLD', remarks: 'Box in room 4' });
    const changed = await patch(key.id, {
      validityEnd: '2027-02-28',
      code: null,
      remarks: 'Bücherregal',
      seats: 4,
      licenseId,
      productName: 'Renamed Suite',
    });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(changed.body).toMatchObject({
      validityEnd: '2027-02-28',
      code: null,
      remarks: 'Bücherregal',
      seats: 4,
      licenseId,
      product: { name: 'Renamed Suite' },
      version: 2,
    });
    expect((await world.admin('GET', '/keys?q=bucherregal')).body.total).toBe(1);
    expect((await world.admin('GET', '/keys?q=room 4')).body.total).toBe(0);
    expect((await trailOf(world, key.id)).at(-1)).toMatchObject({
      action: 'key.updated',
      actorId: world.adminId,
      details: {
        changes: {
          validityEnd: { old: '2027-01-31', new: '2027-02-28' },
          code: { old: 'OLD', new: null },
          remarks: { old: 'Box in room 4', new: 'Bücherregal' },
          seats: { old: 1, new: 4 },
          licenseId: { old: null, new: licenseId },
          product: { old: 'Office 2026', new: 'Renamed Suite' },
        },
      },
    });
  });

  it('K2: the type can be changed, and the whole record is then judged again', async () => {
    const key = await addKey(world, subscription('2027-01-31'));
    const pointers = async (body: object) =>
      (await patch(key.id, body)).body.errors?.map((fault: { pointer: string }) => fault.pointer);
    expect(await pointers({ keyType: 'timeLimited' })).toEqual(['/validityStart']);
    expect(await pointers({ keyType: 'permanent' })).toEqual(['/validityEnd']);
    expect(await pointers({ validityEnd: null })).toEqual(['/validityEnd']);
    expect(await pointers({ validityStart: '2027-02-01' })).toEqual(['/validityEnd']);
    const permanent = await patch(key.id, { keyType: 'permanent', validityStart: null, validityEnd: null });
    expect(permanent.body).toMatchObject({ keyType: 'permanent', validityStart: null, validityEnd: null });
    expect(await pointers({ keyType: 'trial' })).toEqual(['/validityEnd']);
    const trial = await patch(key.id, { keyType: 'trial', validityEnd: '2026-12-01' });
    expect(trial.body).toMatchObject({ keyType: 'trial', validityEnd: '2026-12-01' });
  });

  it('K12: attributes are added to, cleared by null, and judged', async () => {
    const definition = { record_type: 'key' as const, label_en: 'L', label_de: 'L', mask: '', choices: '[]' };
    const now = world.clock.now().toISOString();
    await insertRows(world, 'attribute', [
      { id: 'a1', name: 'rack', kind: 'text', required: 0, archived: 0, created_at: now, ...definition },
      { id: 'a2', name: 'floor', kind: 'number', required: 0, archived: 0, created_at: now, ...definition },
    ]);
    const key = await addKey(world, { attributes: { rack: 'R7' } });
    expect((await patch(key.id, { attributes: { floor: 3 } })).body.attributes).toEqual({ rack: 'R7', floor: 3 });
    expect((await patch(key.id, { attributes: { rack: null } })).body.attributes).toEqual({ floor: 3 });
    expect((await patch(key.id, { attributes: { floor: 'three' } })).status).toBe(400);
    expect((await trailOf(world, key.id)).at(-1)?.details?.changes).toEqual({
      'attributes.rack': { old: 'R7', new: null },
    });
  });

  it('K15: seats cannot go below those taken', async () => {
    const key = await addKey(world, { seats: 3 });
    await applyTo(world, key.id, { userName: 'Anna' });
    await applyTo(world, key.id, { equipmentId: await addUnit(world, 'LAPTOP-3') });
    const refused = await patch(key.id, { seats: 1, remarks: 'x' });
    expect([refused.status, refused.body.code]).toEqual([409, 'seats_below_taken']);
    expect(refused.body.errors).toMatchObject([{ pointer: '/seats' }]);
    const fewer = await patch(key.id, { seats: 2 });
    expect(fewer.body).toMatchObject({ seats: 2, seatsTaken: 2, status: 'applied', remarks: null });
    expect((await patch(key.id, { seats: 5 })).body.status).toBe('available');
  });

  it('K15: fewer seats and a further assignment at the same moment never leave more taken than there are', async () => {
    for (let round = 0; round < 5; round += 1) {
      const key = await addKey(world, { seats: 2 });
      await applyTo(world, key.id, { userName: 'Anna' });
      const [fewer, applied] = await Promise.all([
        patch(key.id, { seats: 1 }),
        world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Ben' }),
      ]);
      expect([fewer.status, applied.status].toSorted()).toEqual([200 + (applied.status === 201 ? 1 : 0), 409]);
      const { body } = await world.admin('GET', `/keys/${key.id}`);
      expect(body).toMatchObject({ seats: body.seatsTaken, status: 'applied' });
    }
  });

  it('K17: of two changes made from the same version one is refused, and nothing of it is saved', async () => {
    const key = await addKey(world);
    const answers = await Promise.all(
      ['Ada', 'Ben'].map((remarks) => patch(key.id, { remarks }, { 'if-match': `"${key.version}"` })),
    );
    const [done, stale] = answers.toSorted((a, b) => a.status - b.status);
    expect([done?.status, stale?.status, stale?.body.code]).toEqual([200, 412, 'stale']);
    expect(stale?.body.current).toEqual({ version: 2 });
    expect((await world.admin('GET', `/keys/${key.id}`)).body.remarks).toBe(done?.body.remarks);
    expect(await actionsOf(world, key.id)).toEqual(['key.created', 'key.updated']);
    expect((await patch(key.id, { remarks: 'Cy' }, {})).status).toBe(428);
  });

  it('K17: a change that changes nothing is answered, records nothing, and is still refused when stale', async () => {
    const key = await addKey(world, { remarks: 'same' });
    const size = await logSize(world);
    const same = await patch(key.id, { remarks: 'same', productId: key.product.id, seats: 1 });
    expect([same.status, same.body.version]).toEqual([200, 1]);
    expect(await logSize(world)).toBe(size);
    expect((await patch(key.id, { remarks: 'same' }, { 'if-match': '"7"' })).status).toBe(412);
  });

  it('P2: customer and license must be mine; a key seen only on a unit of mine is not mine to change', async () => {
    const mine = await addCustomer(world, 'Mine');
    const theirs = await addCustomer(world, 'Theirs');
    const limited = await world.tokenFor('administrator', [mine]);
    const key = await addKey(world, { customerId: mine });
    const theirLicense = await addLicense(world, { customerId: theirs });
    expect((await limited('PATCH', `/keys/${key.id}`, { customerId: theirs }, any)).status).toBe(404);
    expect((await limited('PATCH', `/keys/${key.id}`, { licenseId: theirLicense }, any)).status).toBe(404);
    const lent = await addKey(world, { customerId: theirs });
    expect((await limited('PATCH', `/keys/${lent.id}`, { remarks: 'x' }, any)).status).toBe(404);
    await applyTo(world, lent.id, { equipmentId: await addUnit(world, 'MINE-1', { customerId: mine }) });
    expect((await limited('GET', `/keys/${lent.id}`)).status).toBe(200);
    expect((await limited('PATCH', `/keys/${lent.id}`, { remarks: 'x' }, any)).status).toBe(403);
    const technician = await world.tokenFor('technician');
    expect((await technician('PATCH', `/keys/${key.id}`, { remarks: 'x' }, any)).status).toBe(403);
  });
});
