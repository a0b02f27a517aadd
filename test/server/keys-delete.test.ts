import { describe, expect, it } from 'vitest';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import {
  addCustomer,
  addKey,
  addUnit,
  applyTo,
  freshLicenseKey,
  logSize,
  subscription,
  trailOf,
} from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };

describe.each(engines)('deleting a key on %s', async (engine) => {
  const world = await newWorld(engine);
  const remove = (id: string, headers: Record<string, string> = any) =>
    world.admin('DELETE', `/keys/${id}`, undefined, headers);

  it('K11: a key with an assignment is not deleted, and the refusal says what holds it', async () => {
    const key = await addKey(world, { seats: 3 });
    const unit = await addUnit(world, 'LAPTOP-001');
    await applyTo(world, key.id, { equipmentId: unit });
    const { id: assignment } = await applyTo(world, key.id, { userName: 'Anna Berg' });
    const size = await logSize(world);
    const refused = await remove(key.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'key_assigned']);
    expect(refused.body.heldBy).toEqual([
      { type: 'equipment', id: unit, name: 'LAPTOP-001' },
      { type: 'assignment', id: assignment, name: 'Anna Berg' },
    ]);
    expect(refused.body.detail).toContain('LAPTOP-001, Anna Berg');
    expect((await world.admin('GET', `/keys/${key.id}`)).body.seatsTaken).toBe(2);
    expect(await logSize(world)).toBe(size);
  });

  it('K11, P2: a holder out of my customers holds it too, and is not named', async () => {
    const mine = await addCustomer(world, 'Mine');
    const theirs = await addCustomer(world, 'Theirs');
    const key = await addKey(world, { customerId: mine });
    await applyTo(world, key.id, { equipmentId: await addUnit(world, 'SECRET-9', { customerId: theirs }) });
    const limited = await world.tokenFor('administrator', [mine]);
    const refused = await limited('DELETE', `/keys/${key.id}`, undefined, any);
    expect(refused.body).toMatchObject({ code: 'key_assigned', heldBy: [] });
    expect(JSON.stringify(refused.body)).not.toContain('SECRET-9');
  });

  it('K17: deleting needs the version that was read', async () => {
    const key = await addKey(world);
    expect((await remove(key.id, {})).status).toBe(428);
    expect((await remove(key.id, { 'if-match': '"2"' })).status).toBe(412);
    expect((await remove(key.id, { 'if-match': '"1"' })).status).toBe(204);
    expect((await remove(key.id)).status).toBe(404);
  });

  it('L7: deleting takes the readable content of its entries; that, when, by whom and how many went stays', async () => {
    const told: { size: number; erased: boolean }[] = [];
    world.app.onAppended = (size, erased) => told.push({ size, erased });
    const other = await addKey(world, { remarks: 'stays' });
    const licenseKey = freshLicenseKey();
    const key = await addKey(world, { licenseKey, ...subscription('2027-05-31'), userName: 'Gerda Geheim' });
    const [held] = key.assignments;
    await world.admin('DELETE', `/assignments/${held.id}`, undefined, any);
    await world.admin('PATCH', `/keys/${key.id}`, { remarks: 'Geheimfach' }, any);
    await world.admin('POST', `/keys/${key.id}/renewal`, { extendBy: 'P1Y', reference: 'PO-GEHEIM' });
    await world.admin('POST', `/keys/${key.id}/reveal`);
    const before = await trailOf(world, key.id);
    expect(before).toHaveLength(6);
    expect(before.every((entry) => entry.details !== undefined)).toBe(true);
    const rest = await payloads();

    expect((await remove(key.id)).status).toBe(204);

    const after = await trailOf(world, key.id);
    expect(after.slice(0, 6)).toEqual(before.map((entry) => ({ ...entry, details: undefined })));
    const [deleted, erased] = after.slice(6);
    expect(deleted).toMatchObject({
      action: 'key.deleted',
      actorId: world.adminId,
      customerId: world.houseId,
      details: { erasedEntries: 6, actor: { name: 'Ada Admin' } },
    });
    expect(erased).toMatchObject({
      action: 'entries.erased',
      details: { erased: before.map((entry) => entry.idx), key: key.id },
    });
    const facts = Object(erased?.details).facts;
    expect(facts.map(({ idx }: { idx: number }) => idx)).toEqual(before.map((entry) => entry.idx));
    expect(facts.map((fact: { facts: object }) => fact.facts)).toMatchObject([
      { productId: key.product.id, keyType: 'subscription', validityEnd: '2027-05-31', seats: 1 },
      { assignment: held.id, seat: 1, appliedOn: held.appliedOn },
      { assignment: held.id, removedOn: held.appliedOn },
      {},
      { oldEnd: '2027-05-31', newEnd: '2028-05-31' },
      {},
    ]);
    expect(JSON.stringify(facts)).not.toMatch(/geheim|Gerda|Office|•/i);
    expect(told.at(-1)).toEqual({ size: await logSize(world), erased: true });
    const rows = await world.database.read
      .selectFrom('audit_erasure')
      .selectAll()
      .where('by_idx', '=', erased?.idx ?? -1)
      .orderBy('idx')
      .execute();
    expect(rows).toEqual(before.map(({ idx }) => ({ idx, by_idx: erased?.idx })));
    const left = await payloads();
    expect(left.filter(({ idx }) => idx < (deleted?.idx ?? 0))).toEqual(
      rest.filter(({ idx }) => !before.some((entry) => entry.idx === idx)),
    );
    expect(JSON.stringify(left)).not.toMatch(/geheim/i);
    for (const table of ['assignment', 'renewal'] as const)
      expect(await world.database.read.selectFrom(table).select('id').where('key_id', '=', key.id).execute()).toEqual(
        [],
      );
    expect((await world.admin('GET', `/keys/${other.id}`)).body.remarks).toBe('stays');
    expect(await addKey(world, { licenseKey })).toMatchObject({ status: 'available' });
    expect(await verifyDatabase(world.database)).toMatchObject({ ok: true, problems: [] });
  });

  async function payloads() {
    return world.database.read.selectFrom('audit_payload').selectAll().orderBy('idx').execute();
  }

  it('L7: the key on the other side of a replacement stays, and leads nowhere', async () => {
    const old = await addKey(world);
    const licenseKey = freshLicenseKey();
    const replaced = await world.admin('POST', `/keys/${old.id}/replacement`, { licenseKey, reason: 'Lost' });
    expect((await remove(old.id)).status).toBe(204);
    expect((await world.admin('GET', `/keys/${replaced.body.id}`)).body).toMatchObject({ replaces: null, version: 1 });
    expect((await trailOf(world, replaced.body.id))[0]?.details).toMatchObject({ replaces: old.id });
    expect(await verifyDatabase(world.database)).toMatchObject({ ok: true });
  });

  it('L7: of an application and a deletion at the same moment one wins, and the log is whole', async () => {
    for (let round = 0; round < 5; round += 1) {
      const key = await addKey(world);
      const [applied, deleted] = await Promise.all([
        world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Anna' }),
        remove(key.id),
      ]);
      expect([
        [201, 409],
        [404, 204],
      ]).toContainEqual([applied.status, deleted.status]);
    }
    expect(await verifyDatabase(world.database)).toMatchObject({ ok: true });
  });
});
