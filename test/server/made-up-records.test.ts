import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { applyTo } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { unguarded } from '../harness/forged-log.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('keys and units of which the log tells nothing, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const technician = await addPerson(world, { role: 'technician', scope: [mine.customerId] });
  const victim = await addPerson(world, { role: 'technician', scope: [theirs.customerId] });
  const manager = await addPerson(world, { role: 'administrator', scope: 'all' });
  const { admin } = world.database;
  const ask = (person: Person, method: string, path: string, body?: unknown) =>
    send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });
  const status = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;
  const own = (table: string, id: string, customerId: string) =>
    sql`update ${sql.table(table)} set customer_id = ${customerId} where id = ${id}`.execute(admin);
  /** Gives the entry about a record another action, which is what no query looks for. */
  const hide = (column: 'key_id' | 'equipment_id', id: string, from: string, to: string) =>
    unguarded(world.database, async (tx) => {
      await sql`update audit_entry set action = ${to} where ${sql.ref(column)} = ${id} and action = ${from}`.execute(
        tx,
      );
    });
  const named = async (id: string) =>
    (await examine(world.app, false)).some(({ ok, detail }) => !ok && detail.includes(id));
  const isRecorded = async (subject: string) =>
    (await recordedOf(world, subject)).some(({ action }) => action === 'tampering.found');

  it('S3: a key whose first entry is hidden is applied by nobody and read by nobody, whatever its row says', async () => {
    const id = theirs.freeKeyId;
    await hide('key_id', id, 'key.created', 'key.expired');
    await own('key', id, mine.customerId);
    const onMine = { equipmentId: mine.equipmentId };
    expect(await status(technician, 'POST', `/keys/${id}/assignments`, onMine)).toBe(403);
    expect(await status(manager, 'POST', `/keys/${id}/assignments`, onMine)).toBe(503);
    expect(await status(technician, 'POST', `/keys/${id}/reveal`)).toBe(403);
    expect([await named(id), await isRecorded(`key:${id}`)]).toEqual([true, true]);
    await own('key', id, theirs.customerId);
    await hide('key_id', id, 'key.expired', 'key.created');
    expect(await named(id)).toBe(false);
  });

  it('S3: a unit whose first entry is hidden gives nobody what is on it', async () => {
    const id = theirs.equipmentId;
    await hide('equipment_id', id, 'equipment.created', 'key.expired');
    await own('equipment', id, mine.customerId);
    await own('assignment', theirs.assignmentId, mine.customerId);
    const revealed = await ask(technician, 'POST', `/keys/${theirs.keyId}/reveal`);
    expect([revealed.status, revealed.text.includes(theirs.licenseKey)]).toEqual([403, false]);
    expect([await named(id), await isRecorded(`equipment:${id}`)]).toEqual([true, true]);
    await own('equipment', id, theirs.customerId);
    await own('assignment', theirs.assignmentId, theirs.customerId);
    await hide('equipment_id', id, 'key.expired', 'equipment.created');
    expect(await named(id)).toBe(false);
  });

  it('S3: a unit that nobody made takes no key from anybody, and is named', async () => {
    const [row] = (
      await sql<Record<string, unknown>>`select * from equipment where id = ${theirs.otherEquipmentId}`.execute(admin)
    ).rows;
    const id = randomUUID();
    const marks = { serial_number: '', serial_f: null, asset_tag: '', asset_tag_f: null };
    const unit = { ...row, ...marks, id, name: 'Theirs LAPTOP 12', name_f: 'theirs laptop 12' };
    const [columns, values] = [Object.keys(unit).map((name) => sql.ref(name)), Object.values(unit)];
    await sql`insert into equipment (${sql.join(columns)}) values (${sql.join(values)})`.execute(admin);
    expect(await status(victim, 'POST', `/keys/${theirs.freeKeyId}/assignments`, { equipmentId: id })).toBe(404);
    expect(await status(manager, 'POST', `/keys/${theirs.freeKeyId}/assignments`, { equipmentId: id })).toBe(503);
    const move = { toEquipmentId: id };
    expect(await status(victim, 'POST', `/equipment/${theirs.equipmentId}/transfer`, move)).toBe(404);
    expect(await status(manager, 'POST', `/equipment/${theirs.equipmentId}/transfer`, move)).toBe(503);
    expect([await named(id), await isRecorded(`equipment:${id}`)]).toEqual([true, true]);
    await sql`delete from equipment where id = ${id}`.execute(admin);
  });

  it('S3, P8: nobody, not they who see all customers, puts a key on a unit that the log gives to another customer', async () => {
    const id = mine.otherEquipmentId;
    await own('equipment', id, theirs.customerId);
    expect(await status(manager, 'POST', `/keys/${theirs.freeKeyId}/assignments`, { equipmentId: id })).toBe(503);
    const move = { toEquipmentId: id };
    expect(await status(manager, 'POST', `/equipment/${theirs.equipmentId}/transfer`, move)).toBe(503);
    expect(await status(manager, 'POST', `/equipment/${id}/recovery`, {})).toBe(503);
    expect([await named(id), await isRecorded(`equipment:${id}`)]).toEqual([true, true]);
    await own('equipment', id, mine.customerId);
    const before = await own('key', theirs.freeKeyId, mine.customerId);
    expect(before.rows).toEqual([]);
    expect(await status(manager, 'POST', `/keys/${theirs.freeKeyId}/assignments`, { userName: 'Berta' })).toBe(503);
    await own('key', theirs.freeKeyId, theirs.customerId);
    await applyTo(world, theirs.freeKeyId, { equipmentId: theirs.otherEquipmentId });
    expect((await examine(world.app, false)).filter(({ name, ok }) => name === 'rights' && !ok)).toEqual([]);
  });
});
