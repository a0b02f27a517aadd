import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addKey, applyTo, freshLicenseKey } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { unguarded } from '../harness/forged-log.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('whose a record is, written by a writer of the database, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const scope = [mine.customerId];
  const technician = await addPerson(world, { role: 'technician', scope });
  const administrator = await addPerson(world, { role: 'administrator', scope });
  const { admin } = world.database;
  const put = (table: string, id: string, column: string, value: string | null) =>
    sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where id = ${id}`.execute(admin);
  const own = (table: string, id: string, customerId: string) => put(table, id, 'customer_id', customerId);
  const ask = (person: Person, method: string, path: string, body?: unknown) =>
    send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });
  const status = async (person: Person, method: string, path: string, body?: unknown) =>
    (await ask(person, method, path, body)).status;
  const asAll = async (method: string, path: string, body?: unknown) =>
    (await world.admin(method, path, body, { 'if-match': '*' })).status;
  const wrong = async () =>
    (await examine(world.app, false)).filter(({ name, ok }) => name === 'rights' && !ok).map(({ detail }) => detail);
  const isNamed = async (id: string) => (await wrong()).some((detail) => detail.includes(id));
  const actionsOf = async (subject: string) => (await recordedOf(world, subject)).map(({ action }) => action);

  it('S3, P8: a license that only its row gives to my customer is changed, deleted and taken for a key by nobody', async () => {
    const made = { productId: theirs.productId, customerId: theirs.customerId };
    const { id } = (await world.admin('POST', '/licenses', made)).body;
    await own('license', id, mine.customerId);
    const before = await actionsOf(`license:${id}`);
    expect(await status(administrator, 'PATCH', `/licenses/${id}`, { remarks: 'mine' })).toBe(404);
    expect(await status(administrator, 'DELETE', `/licenses/${id}`)).toBe(404);
    const key = {
      licenseKey: freshLicenseKey(),
      productId: mine.productId,
      customerId: mine.customerId,
      keyType: 'permanent',
      licenseId: id,
    };
    expect(await status(administrator, 'POST', '/keys', key)).toBe(404);
    expect(await status(administrator, 'PATCH', `/keys/${mine.freeKeyId}`, { licenseId: id })).toBe(404);
    expect(await asAll('PATCH', `/licenses/${id}`, { remarks: 'whoever' })).toBe(503);
    expect(await actionsOf(`license:${id}`)).toEqual([...before, 'tampering.found']);
    expect(await isNamed(id)).toBe(true);
    await own('license', id, theirs.customerId);
    expect(await asAll('PATCH', `/licenses/${id}`, { remarks: 'theirs' })).toBe(200);
    expect(await wrong()).toEqual([]);
  });

  it('S3, P8: a license that changes customer as it should is its people’s, also while its entry is hidden', async () => {
    const { body } = await world.admin('POST', '/licenses', {
      productId: mine.productId,
      customerId: theirs.customerId,
    });
    expect(await asAll('PATCH', `/licenses/${body.id}`, { customerId: mine.customerId })).toBe(200);
    expect(await status(administrator, 'PATCH', `/licenses/${body.id}`, { remarks: 'x' })).toBe(200);
    expect(await asAll('PATCH', `/licenses/${body.id}`, { customerId: theirs.customerId })).toBe(200);
    const about = admin.selectFrom('audit_entry').where('subject', '=', `license:${body.id}`);
    const { idx } = await about.select((eb) => eb.fn.max('idx').as('idx')).executeTakeFirstOrThrow();
    const hide = (action: string) =>
      unguarded(world.database, async (tx) => {
        await sql`update audit_entry set action = ${action} where idx = ${idx}`.execute(tx);
      });
    await hide('product.created');
    await own('license', body.id, mine.customerId);
    expect(await status(administrator, 'PATCH', `/licenses/${body.id}`, { remarks: 'y' })).toBe(404);
    await hide('license.updated');
    await own('license', body.id, theirs.customerId);
    expect(await wrong()).toEqual([]);
  });

  it('S3, P8: a deleted license that is put back as a row is nobody’s', async () => {
    const { body } = await world.admin('POST', '/licenses', { productId: mine.productId, customerId: mine.customerId });
    const row = await admin.selectFrom('license').selectAll().where('id', '=', body.id).executeTakeFirstOrThrow();
    expect(await asAll('DELETE', `/licenses/${body.id}`)).toBe(204);
    await admin.insertInto('license').values(row).execute();
    expect(await status(administrator, 'PATCH', `/licenses/${body.id}`, { remarks: 'back' })).toBe(404);
    expect(await isNamed(body.id)).toBe(true);
    await admin.deleteFrom('license').where('id', '=', body.id).execute();
    expect(await wrong()).toEqual([]);
  });

  it('S3, P8: an assignment to a person that only its row gives to my customer is corrected, ended and replaced by nobody', async () => {
    const key = await addKey(world, { productId: mine.productId, customerId: mine.customerId, seats: 2 });
    const on = { userName: 'Berta Theirs', customerId: theirs.customerId };
    const { id } = await applyTo(world, key.id, on);
    const fresh = () => ({ licenseKey: freshLicenseKey(), reason: 'lost' });
    expect(await status(administrator, 'POST', `/keys/${key.id}/replacement`, fresh())).toBe(403);
    await own('assignment', id, mine.customerId);
    expect(await status(administrator, 'PATCH', `/assignments/${id}`, { remarks: 'x' })).toBe(404);
    expect(await status(technician, 'DELETE', `/assignments/${id}`)).toBe(404);
    expect(await status(administrator, 'DELETE', `/assignments/${id}`)).toBe(404);
    expect(await status(administrator, 'POST', `/keys/${key.id}/replacement`, fresh())).toBe(404);
    expect(await asAll('DELETE', `/assignments/${id}`)).toBe(503);
    expect(await isNamed(id)).toBe(true);
    await own('assignment', id, theirs.customerId);
    expect(await wrong()).toEqual([]);
    expect(await asAll('PATCH', `/assignments/${id}`, { remarks: 'y' })).toBe(200);
    expect(await asAll('DELETE', `/assignments/${id}`)).toBe(204);
    const removed = { removed_on: '2026-01-01', removed_at: '2026-01-01T00:00:00.000Z', removed_by: world.adminId };
    const none = { removed_on: null, removed_at: null, removed_by: null };
    const set = (values: typeof removed | typeof none) =>
      admin.updateTable('assignment').set(values).where('id', '=', id).execute();
    await set(none);
    expect(await asAll('PATCH', `/assignments/${id}`, { remarks: 'z' })).toBe(503);
    expect(await isNamed(id)).toBe(true);
    await set(removed);
    expect(await wrong()).toEqual([]);
  });

  it('S3, P8: an assignment taken off its unit by its row is no person’s', async () => {
    const { id } = await applyTo(world, mine.keyId, { equipmentId: mine.otherEquipmentId, userName: 'Mine Carla' });
    await put('assignment', id, 'equipment_id', null);
    expect(await asAll('PATCH', `/assignments/${id}`, { remarks: 'x' })).toBe(503);
    expect(await isNamed(id)).toBe(true);
    await put('assignment', id, 'equipment_id', mine.otherEquipmentId);
    expect(await wrong()).toEqual([]);
  });

  it('S3, P8: an assignment on a unit of others that only its row gives to my customer is ended by nobody', async () => {
    await own('assignment', theirs.assignmentId, mine.customerId);
    expect(await status(administrator, 'DELETE', `/assignments/${theirs.assignmentId}`)).toBe(404);
    expect(await asAll('DELETE', `/assignments/${theirs.assignmentId}`)).toBe(503);
    expect(await isNamed(theirs.assignmentId)).toBe(true);
    await own('assignment', theirs.assignmentId, theirs.customerId);
    expect(await wrong()).toEqual([]);
  });

  it('S3, P8: what is on a unit goes with it to its new customer as before', async () => {
    const unit = await world.admin('POST', '/equipment', { name: 'Wandering', customerId: theirs.customerId });
    const { id } = await applyTo(world, mine.keyId, { equipmentId: unit.body.id });
    expect(await asAll('PATCH', `/equipment/${unit.body.id}`, { customerId: mine.customerId })).toBe(200);
    expect(await wrong()).toEqual([]);
    expect(await status(technician, 'DELETE', `/assignments/${id}`)).toBe(204);
  });

  it('S3, C6: a revoked key that only its row has in use is applied, renewed and changed by nobody', async () => {
    const { id } = await addKey(world, { productId: mine.productId, customerId: mine.customerId });
    const apply = () => status(technician, 'POST', `/keys/${id}/assignments`, { userName: 'Mine Dora' });
    expect(await asAll('POST', `/keys/${id}/revocation`, { reason: 'compromised' })).toBe(200);
    expect(await apply()).toBe(409);
    await put('key', id, 'revoked_at', null);
    expect(await apply()).toBe(403);
    expect(await asAll('PATCH', `/keys/${id}`, { remarks: 'x' })).toBe(503);
    expect(await isNamed(id)).toBe(true);
    await put('key', id, 'revoked_at', '2026-01-01T00:00:00.000Z');
    expect(await wrong()).toEqual([]);
    expect(await asAll('POST', `/keys/${id}/reinstatement`, { reason: 'found' })).toBe(200);
    expect(await apply()).toBe(201);
    expect(await wrong()).toEqual([]);
  });

  it('S3, C2: the expiry job makes no entry of a key that only its row gives to a customer, and one of it once that is put back', async () => {
    const ended = { keyType: 'subscription', validityStart: '2025-01-01', validityEnd: '2026-01-31' };
    const { id } = await addKey(world, { productId: theirs.productId, customerId: theirs.customerId, ...ended });
    await own('key', id, mine.customerId);
    expect(await asAll('POST', '/expiry-runs')).toBe(201);
    expect(await actionsOf(`key:${id}`)).toEqual(['key.created', 'tampering.found']);
    await own('key', id, theirs.customerId);
    expect(await asAll('POST', '/expiry-runs')).toBe(201);
    expect(await actionsOf(`key:${id}`)).toEqual(['key.created', 'tampering.found', 'key.expired']);
  });
});
