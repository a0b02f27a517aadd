import { describe, expect, it } from 'vitest';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import {
  actionsOf,
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

const reason = 'Stick lost';

describe.each(engines)('the life of a key on %s', async (engine) => {
  const world = await newWorld(engine);
  const get = async (id: string) => (await world.admin('GET', `/keys/${id}`)).body;
  const revoke = (id: string, body: object = { reason }, headers: Record<string, string> = {}) =>
    world.admin('POST', `/keys/${id}/revocation`, body, headers);
  const replace = (id: string, body: object) => world.admin('POST', `/keys/${id}/replacement`, { reason, ...body });
  const recover = (id: string) => world.admin('DELETE', `/assignments/${id}`, undefined, { 'if-match': '*' });

  it('C1: nobody types a status: it follows from seats, end and revocation at any moment', async () => {
    const key = await addKey(world, { ...subscription('2026-11-21'), seats: 2 });
    const statusOf = async () => (await get(key.id)).status;
    expect(key.status).toBe('available');
    const first = await applyTo(world, key.id, { userName: 'Anna' });
    expect(await get(key.id)).toMatchObject({ status: 'available', inUse: true });
    await applyTo(world, key.id, { userName: 'Ben' });
    expect(await statusOf()).toBe('applied');
    await recover(first.id);
    expect(await statusOf()).toBe('available');
    world.clock.set('2026-11-21T22:59:59.000Z');
    expect(await statusOf()).toBe('available');
    world.clock.set('2026-11-21T23:00:00.000Z');
    expect(await statusOf()).toBe('expired');
    expect((await world.admin('GET', '/keys?status=expired')).body.items[0].id).toBe(key.id);
    await world.admin('POST', `/keys/${key.id}/renewal`, { validityEnd: '2027-01-31' });
    expect(await statusOf()).toBe('available');
    await revoke(key.id, { reason, removeAssignments: true });
    expect(await statusOf()).toBe('revoked');
    world.clock.addDays(100);
    expect(await statusOf()).toBe('revoked');
    await world.admin('POST', `/keys/${key.id}/reinstatement`, { reason: 'Found' });
    expect(await statusOf()).toBe('expired');
    world.clock.set('2026-11-21T09:00:00.000Z');
    expect(await get(key.id)).toMatchObject({ status: 'available', seatsTaken: 0 });
  });

  it('C1: a key whose validity starts later reads available, and is not applied before', async () => {
    const key = await addKey(world, { ...subscription('2027-12-31'), validityStart: '2026-12-01' });
    expect(key).toMatchObject({ status: 'available', notYetValid: true });
    const refused = await world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Anna' });
    expect(refused.body.code).toBe('key_not_yet_valid');
  });

  it('C6: a key with an assignment is refused with what holds it; one choice removes and revokes', async () => {
    const key = await addKey(world, { seats: 2 });
    const unit = await addUnit(world, 'LAPTOP-001', { serialNumber: 'SN-1' });
    await applyTo(world, key.id, { equipmentId: unit });
    await applyTo(world, key.id, { userName: 'Anna' });
    const refused = await revoke(key.id);
    expect([refused.status, refused.body.code]).toEqual([409, 'key_assigned']);
    expect(refused.body.heldBy).toMatchObject([{ type: 'equipment', id: unit, name: 'LAPTOP-001' }, { name: 'Anna' }]);
    expect(await get(key.id)).toMatchObject({ status: 'applied', revokedAt: null });

    const revoked = await revoke(key.id, { reason, removeAssignments: true }, { 'if-match': '"1"' });
    expect(revoked.body).toMatchObject({
      status: 'revoked',
      seatsTaken: 0,
      userName: null,
      assignments: [],
      revokedAt: world.clock.now().toISOString(),
      version: 2,
    });
    expect((await trailOf(world, key.id)).slice(-3)).toMatchObject([
      { action: 'key.removed', equipmentId: unit, details: { equipment: 'LAPTOP-001', serialNumber: 'SN-1' } },
      { action: 'key.removed', equipmentId: null, details: { userName: 'Anna' } },
      { action: 'key.revoked', equipmentId: null, details: { reason } },
    ]);
    expect((await world.admin('GET', `/assignments?state=removed&keyId=${key.id}`)).body.total).toBe(2);
    expect((await revoke(key.id)).body.code).toBe('key_revoked');
    const apply = await world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Ben' });
    expect(apply.body.code).toBe('key_revoked');
  });

  it('C6: a selection is revoked at once or not at all, and the first that refuses is named (security 26)', async () => {
    const [one, two, held] = [await addKey(world), await addKey(world), await addKey(world, { userName: 'Anna' })];
    const keyIds = [one.id, two.id, held.id];
    const refused = await world.admin('POST', '/revocations', { keyIds, reason });
    expect(refused.body).toMatchObject({
      code: 'key_assigned',
      errors: [{ pointer: '/keyIds/2' }],
      heldBy: [{ type: 'assignment', name: 'Anna' }],
    });
    expect((await get(one.id)).status).toBe('available');
    const done = await world.admin('POST', '/revocations', { keyIds, reason, removeAssignments: true });
    expect(done.body.items.map((key: { id: string; status: string }) => [key.id, key.status])).toEqual(
      keyIds.map((id) => [id, 'revoked']),
    );
    for (const id of keyIds)
      expect((await trailOf(world, id)).at(-1)?.details).toMatchObject({ batch: done.body.batch, reason });
    expect((await trailOf(world, held.id)).at(-2)).toMatchObject({
      action: 'key.removed',
      details: { batch: done.body.batch },
    });
  });

  it('C6: an administrator reinstates a revoked key with a reason; others do not', async () => {
    const key = await addKey(world);
    const reinstate = (as = world.admin, body: object = { reason: 'Found again' }) =>
      as('POST', `/keys/${key.id}/reinstatement`, body);
    expect((await reinstate()).body.code).toBe('key_not_revoked');
    await revoke(key.id);
    expect((await reinstate(await world.tokenFor('technician'))).status).toBe(403);
    expect((await reinstate(world.admin, {})).status).toBe(400);
    expect((await reinstate()).body).toMatchObject({ status: 'available', revokedAt: null, version: 3 });
    expect((await trailOf(world, key.id)).at(-1)).toMatchObject({
      action: 'key.reinstated',
      details: { reason: 'Found again' },
    });
  });

  it('C6, A4: of a revocation and an application at the same moment one wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const key = await addKey(world);
      const [revoked, applied] = await Promise.all([
        revoke(key.id),
        world.admin('POST', `/keys/${key.id}/assignments`, { userName: 'Anna' }),
      ]);
      expect([
        [200, 409],
        [409, 201],
      ]).toContainEqual([revoked.status, applied.status]);
      expect(await get(key.id)).toMatchObject(
        revoked.status === 200 ? { status: 'revoked', seatsTaken: 0 } : { status: 'applied', revokedAt: null },
      );
    }
  });

  it('C6, A7: of a removal and a revocation that removes, at the same moment, both end well', async () => {
    for (let round = 0; round < 3; round += 1) {
      const key = await addKey(world, { seats: 3, userName: 'Anna' });
      const { id } = await applyTo(world, key.id, { userName: 'Ben' });
      const [revoked, removed] = await Promise.all([revoke(key.id, { reason, removeAssignments: true }), recover(id)]);
      expect(revoked.status).toBe(200);
      expect([204, 409]).toContain(removed.status);
      expect(await get(key.id)).toMatchObject({ status: 'revoked', seatsTaken: 0, userName: null });
    }
  });

  it('Idempotency: a repeated revocation answers the same and has one effect, also in parallel', async () => {
    const key = await addKey(world, { userName: 'Anna' });
    const body = { reason, removeAssignments: true };
    const headers = { 'idempotency-key': 'revoke-1' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => revoke(key.id, body, headers)));
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, answers[0]?.body]);
    expect(await actionsOf(world, key.id)).toEqual(['key.created', 'key.applied', 'key.removed', 'key.revoked']);
    expect((await revoke(key.id, { reason: 'Other' }, headers)).status).toBe(422);
    expect((await revoke(key.id, body, { 'idempotency-key': 'revoke-2' })).body.code).toBe('key_revoked');
  });

  it('C7: the new key has the old one’s data and assignments, and both trails name the other', async () => {
    const old = await addKey(world, {
      ...subscription('2027-05-31'),
      productName: 'Photo Studio',
      validityStart: '2026-06-01',
      seats: 3,
      code: 'PHOTO',
      serialNumber: 'SN-9',
      activationDate: '2026-06-02',
      purchaseDate: '2026-05-30',
      termsOfUse: 'Per seat',
      remarks: 'Shelf 3',
    });
    const unit = await addUnit(world, 'LAPTOP-007');
    await applyTo(world, old.id, { equipmentId: unit, remarks: 'Left dock', appliedOn: '2026-06-03' });
    await applyTo(world, old.id, { userName: 'Anna' });
    const before = await get(old.id);
    const licenseKey = freshLicenseKey();
    const done = await replace(old.id, { licenseKey: `${licenseKey} ` });
    expect(done.status).toBe(201);
    const fresh = done.body;
    const { id, maskedKey, assignments, replaces, replacedBy, warnings, ...data } = fresh;
    expect(before).toMatchObject({ ...data, createdAt: before.createdAt, version: before.version });
    expect(fresh).toMatchObject({ replaces: old.id, replacedBy: null, status: 'available', seatsTaken: 2 });
    expect(fresh.maskedKey.slice(-5)).toBe(licenseKey.slice(-5));
    expect(warnings).toMatchObject([{ code: 'stripped_blanks' }]);
    expect(assignments).toMatchObject([
      { equipment: { id: unit }, appliedOn: '2026-11-21' },
      { equipment: null, userName: 'Anna', appliedOn: '2026-11-21' },
    ]);
    expect((await world.admin('GET', `/assignments/${assignments[0].id}`)).body.remarks).toBe('Left dock');
    expect(await get(old.id)).toMatchObject({ status: 'revoked', seatsTaken: 0, replacedBy: id, assignments: [] });
    expect((await trailOf(world, old.id)).slice(3)).toMatchObject([
      { action: 'key.removed', details: { replacedBy: id } },
      { action: 'key.removed', details: { replacedBy: id } },
      { action: 'key.revoked', details: { reason, replacedBy: id } },
      { action: 'key.replaced', details: { reason, replacedBy: id } },
    ]);
    const trail = await trailOf(world, id);
    expect(trail).toMatchObject([
      { action: 'key.created', details: { replaces: old.id } },
      { action: 'key.applied', equipmentId: unit, details: { replaces: old.id, appliedOn: '2026-11-21' } },
      { action: 'key.applied', equipmentId: null, details: { userName: 'Anna' } },
    ]);
    expect(JSON.stringify(trail)).not.toContain(old.maskedKey);
    expect((await world.admin('POST', `/keys/${id}/reveal`)).body).toEqual({ licenseKey });
  });

  it('C7, K4: the new text must be unique, also against the old one, and then nothing changes', async () => {
    const licenseKey = freshLicenseKey();
    const old = await addKey(world, { licenseKey, userName: 'Anna' });
    const size = await logSize(world);
    const same = await replace(old.id, { licenseKey: licenseKey.toLowerCase() });
    expect([same.status, same.body.code, same.body.existing]).toEqual([
      409,
      'license_key_taken',
      { type: 'key', id: old.id },
    ]);
    expect(await get(old.id)).toEqual(old);
    // That one was told so is recorded.
    expect(await logSize(world)).toBe(size + 1);
    const alike = await replace(old.id, { licenseKey: licenseKey.toLowerCase(), allowSimilarTo: old.id });
    expect(alike.status).toBe(201);
    expect((await replace(old.id, { licenseKey: freshLicenseKey() })).body.code).toBe('key_revoked');
  });

  it('C7: an expired key of an archived product on a returned unit can be replaced: the holders have it now', async () => {
    const old = await addKey(world, { ...subscription('2026-11-21'), productName: 'Old Suite' });
    const unit = await addUnit(world, 'RETURNED-1');
    await applyTo(world, old.id, { equipmentId: unit });
    await world.database.transaction(async (tx) => {
      await tx.updateTable('product').set({ archived: 1 }).where('id', '=', old.product.id).execute();
      await tx.updateTable('equipment').set({ status: 'returned' }).where('id', '=', unit).execute();
    });
    world.clock.addDays(3);
    const done = await replace(old.id, { licenseKey: freshLicenseKey() });
    expect(done.body).toMatchObject({ status: 'expired', seatsTaken: 1, assignments: [{ equipment: { id: unit } }] });
    world.clock.addDays(-3);
  });

  it('P2: what is not mine I neither revoke, renew, reinstate nor replace', async () => {
    const [mine, theirs] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Theirs')];
    const limited = await world.tokenFor('administrator', [mine]);
    const verbs: [string, object][] = [
      ['revocation', { reason }],
      ['renewal', { extendBy: 'P1Y' }],
      ['reinstatement', { reason }],
      ['replacement', { reason, licenseKey: freshLicenseKey() }],
    ];
    const key = await addKey(world, { ...subscription('2027-01-31'), customerId: theirs });
    for (const [verb, body] of verbs)
      expect((await limited('POST', `/keys/${key.id}/${verb}`, body)).status, verb).toBe(404);
    await applyTo(world, key.id, { equipmentId: await addUnit(world, 'MINE-1', { customerId: mine }) });
    for (const [verb, body] of verbs)
      expect((await limited('POST', `/keys/${key.id}/${verb}`, body)).status, verb).toBe(403);
    expect(await actionsOf(world, key.id)).toEqual(['key.created', 'key.applied']);
  });

  it('L1, L2: creation, application, removal and revocation are recorded with key, equipment, user and time', async () => {
    const key = await addKey(world);
    const unit = await addUnit(world, 'LAPTOP-002', { serialNumber: 'SN-2' });
    const { id } = await applyTo(world, key.id, { equipmentId: unit });
    await recover(id);
    await revoke(key.id);
    const trail = await trailOf(world, key.id);
    expect(trail.map((entry) => [entry.action, entry.equipmentId, entry.actorId])).toEqual([
      ['key.created', null, world.adminId],
      ['key.applied', unit, world.adminId],
      ['key.removed', unit, world.adminId],
      ['key.revoked', null, world.adminId],
    ]);
    for (const entry of trail)
      expect(entry.details).toMatchObject({ maskedKey: key.maskedKey, actor: { name: 'Ada Admin', via: 'token' } });
    expect(trail[2]?.details).toMatchObject({ equipment: 'LAPTOP-002', serialNumber: 'SN-2' });
  });

  it('L1: what cannot be recorded is not done', async () => {
    const key = await addKey(world, { userName: 'Anna' });
    const { frontier } = await world.database.read
      .selectFrom('audit_head')
      .select('frontier')
      .executeTakeFirstOrThrow();
    const setHead = (value: string) =>
      world.database.transaction((tx) => tx.updateTable('audit_head').set({ frontier: value }).execute());
    await setHead('damaged');
    await expect(revoke(key.id, { reason, removeAssignments: true })).rejects.toThrow('answered 500');
    await expect(replace(key.id, { licenseKey: freshLicenseKey() })).rejects.toThrow('answered 500');
    await setHead(frontier);
    expect(await get(key.id)).toEqual(key);
  });

  it('L9: the log of all this is whole', async () => {
    expect(await verifyDatabase(world.database)).toMatchObject({ ok: true, problems: [] });
  });
});
