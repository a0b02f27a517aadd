import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { foldText } from '../../src/domain/fold.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { applyTo, freshLicenseKey } from '../harness/arrange.ts';
import { addCustomerWorld } from '../harness/customer-world.ts';
import { unguarded } from '../harness/forged-log.ts';
import { recordedOf } from '../harness/recorded.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

type Values = Record<string, string | number | null>;

describe.each(engines)('rows written by somebody with an account, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const scope = [mine.customerId];
  const technician = await addPerson(world, { role: 'technician', scope });
  const anywhere = await addPerson(world, { role: 'technician', scope: 'all' });
  const manager = await addPerson(world, { role: 'administrator', scope: 'all' });
  const { admin } = world.database;
  const ask = (person: Person, method: string, path: string, body?: unknown) =>
    send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });
  const reveal = async (person: Person) => {
    const { status, text } = await ask(person, 'POST', `/keys/${theirs.keyId}/reveal`);
    expect(text.includes(theirs.licenseKey)).toBe(status === 200);
    return status;
  };
  const set = (table: string, id: string, values: Values) => {
    const changes = Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    return sql`update ${sql.table(table)} set ${sql.join(changes)} where id = ${id}`.execute(admin);
  };
  const takeSeats = (count: number, keyId = theirs.keyId) =>
    sql`update "key" set seats_taken = seats_taken + ${count} where id = ${keyId}`.execute(admin);
  const assignmentOf = async (keyId: string, equipmentId: string) => {
    const row = { key_id: keyId, seat: 3, equipment_id: equipmentId, customer_id: mine.customerId, user_name: '' };
    const day = { applied_on: '2026-01-01', applied_at: '2026-01-01T00:00:00.000Z', applied_by: world.adminId };
    const made = { id: randomUUID(), ...row, user_f: '', ...day, remarks: '', remarks_f: '' };
    const [names, values] = [Object.keys(made).map((name) => sql.ref(name)), Object.values(made)];
    await sql`insert into assignment (${sql.join(names)}) values (${sql.join(values)})`.execute(admin);
    await takeSeats(1, keyId);
    return made.id;
  };
  const removeRow = async (id: string, keyId = theirs.keyId) => {
    await sql`delete from assignment where id = ${id}`.execute(admin);
    await takeSeats(-1, keyId);
  };
  const named = async (id: string) =>
    (await examine(world.app, false)).some(({ ok, detail }) => !ok && detail.includes(id));
  const isRecorded = async (subject: string) =>
    (await recordedOf(world, subject)).some(({ action }) => action === 'tampering.found');

  it('S3: an assignment that only its row tells of reveals nothing; it is recorded and named', async () => {
    const id = await assignmentOf(theirs.keyId, mine.equipmentId);
    expect(await reveal(technician)).toBe(403);
    expect(await isRecorded(`assignment:${id}`)).toBe(true);
    expect(await named(id)).toBe(true);
    await removeRow(id);
    expect(await named(id)).toBe(false);
  });

  it('S3, C9: doctor mends nothing by rows that the log does not tell of', async () => {
    const taken = async () => {
      const query = admin.selectFrom('key').select('seats_taken').where('id', '=', mine.freeKeyId);
      return (await query.executeTakeFirstOrThrow()).seats_taken;
    };
    const id = await assignmentOf(theirs.keyId, mine.equipmentId);
    await takeSeats(1, mine.freeKeyId);
    await examine(world.app, true);
    expect(await taken()).toBe(1);
    await removeRow(id);
    // The people of this test have no entries, so that doctor mends nothing here.
    expect((await world.admin('POST', '/consistency-checks', { mend: true })).status).toBe(201);
    expect(await taken()).toBe(0);
  });

  it('S3: a past assignment that is made active again, or moved to another unit, reveals nothing', async () => {
    expect(await reveal(technician)).toBe(404);
    const { id } = await applyTo(world, theirs.keyId, { equipmentId: mine.equipmentId });
    expect(await reveal(technician)).toBe(200);
    expect((await world.admin('DELETE', `/assignments/${id}`, undefined, { 'if-match': '*' })).status).toBeLessThan(
      300,
    );
    await set('assignment', id, { removed_at: null, removed_on: null, removed_by: null });
    await takeSeats(1);
    expect(await reveal(technician)).toBe(403);
    await removeRow(id);
    await set('assignment', theirs.assignmentId, { equipment_id: mine.equipmentId, customer_id: mine.customerId });
    expect(await reveal(technician)).toBe(403);
    expect(await isRecorded(`assignment:${theirs.assignmentId}`)).toBe(true);
    await set('assignment', theirs.assignmentId, {
      equipment_id: theirs.equipmentId,
      customer_id: theirs.customerId,
    });
    expect(await reveal(anywhere)).toBe(200);
  });

  /** A key of theirs put on my unit, by the row alone, and how to take it off again. */
  const onMine = async () => {
    const id = await assignmentOf(theirs.keyId, mine.equipmentId);
    return { id, undo: () => removeRow(id) };
  };
  /** What each verb is asked that would write an entry about such an assignment. */
  const confirming: Record<string, (at: { id: string }) => [method: string, path: string, body?: object]> = {
    'is moved to another unit': () => [
      'POST',
      `/equipment/${mine.equipmentId}/transfer`,
      { toEquipmentId: mine.otherEquipmentId },
    ],
    'is recovered': () => ['POST', `/equipment/${mine.equipmentId}/recovery`, {}],
    'is removed': ({ id }) => ['DELETE', `/assignments/${id}`],
    'is corrected': ({ id }) => ['PATCH', `/assignments/${id}`, { remarks: 'mine' }],
    'is removed as its key is revoked': () => [
      'POST',
      `/keys/${theirs.keyId}/revocation`,
      { reason: 'a test', removeAssignments: true },
    ],
    'goes along to a new key': () => [
      'POST',
      `/keys/${theirs.keyId}/replacement`,
      { licenseKey: randomUUID(), reason: 'a test' },
    ],
  };

  it.each(Object.entries(confirming))(
    'S3, P8: an assignment that only its row tells of %s by nobody',
    async (_, request) => {
      const { id, undo } = await onMine();
      const before = (await sql<Values>`select size from audit_head`.execute(admin)).rows;
      for (const person of [technician, manager]) {
        const [method, path, body] = request({ id });
        expect((await ask(person, method, path, body)).status).toBeGreaterThanOrEqual(403);
      }
      const isActive = await sql`select 1 from assignment where id = ${id} and removed_at is null`.execute(admin);
      expect(isActive.rows).toHaveLength(1);
      expect(await reveal(technician)).toBe(403);
      expect([await named(id), await isRecorded(`assignment:${id}`)]).toEqual([true, true]);
      const after = (await sql<Values>`select size from audit_head`.execute(admin)).rows;
      // Nothing but what was refused and found.
      const told = await sql<Values>`select action from audit_entry where idx >= ${Number(before[0]?.size)}`.execute(
        admin,
      );
      expect(Number(after[0]?.size) - Number(before[0]?.size)).toBe(told.rows.length);
      expect(
        told.rows.filter(({ action }) => !/^(access.refused|tampering.found|consistency)/.test(String(action))),
      ).toEqual([]);
      await undo();
    },
  );

  it('S3, P8: a past assignment is told by no entry whose content was erased', async () => {
    const { id } = await applyTo(world, theirs.freeKeyId, { equipmentId: mine.equipmentId });
    expect((await ask(technician, 'POST', `/keys/${theirs.freeKeyId}/reveal`)).status).toBe(200);
    await world.admin('DELETE', `/assignments/${id}`, undefined, { 'if-match': '*' });
    const applied = await sql<{ idx: number }>`select idx from audit_entry
      where key_id = ${theirs.freeKeyId} and action in ('key.applied', 'key.removed') order by idx`.execute(admin);
    const [first, last] = applied.rows;
    await set('assignment', id, { removed_at: null, removed_on: null, removed_by: null });
    await takeSeats(1, theirs.freeKeyId);
    for (const erased of [last, first]) {
      await sql`insert into audit_erasure (idx, by_idx) values (${erased?.idx}, ${last?.idx})`.execute(admin);
      await sql`delete from audit_payload where idx = ${erased?.idx}`.execute(admin);
      expect((await ask(technician, 'POST', `/keys/${theirs.freeKeyId}/reveal`)).status).toBe(403);
      expect(await named(id)).toBe(true);
    }
    await removeRow(id, theirs.freeKeyId);
  });

  it('S3, P8: an entry about a free seat, its content erased, tells of no assignment made for it', async () => {
    const id = await assignmentOf(theirs.keyId, mine.otherEquipmentId);
    await removeRow(id);
    const { id: real } = await applyTo(world, theirs.keyId, { equipmentId: mine.otherEquipmentId });
    const entry = await sql<{ idx: number }>`select max(idx) as idx from audit_entry
      where key_id = ${theirs.keyId} and action = 'key.applied'`.execute(admin);
    const idx = entry.rows[0]?.idx;
    await removeRow(real);
    const forged = await assignmentOf(theirs.keyId, mine.otherEquipmentId);
    await sql`insert into audit_erasure (idx, by_idx) values (${idx}, ${idx})`.execute(admin);
    await sql`delete from audit_payload where idx = ${idx}`.execute(admin);
    expect(await reveal(technician)).toBe(403);
    expect(await named(forged)).toBe(true);
    await removeRow(forged);
  });

  it('S3: an entry put into the log for it has no tag and reveals nothing', async () => {
    const id = await assignmentOf(theirs.keyId, mine.equipmentId);
    const [last] = (await sql<Values>`select * from audit_entry order by idx desc limit 1`.execute(admin)).rows;
    const header = JSON.parse(String(last?.header));
    const idx = Number(last?.idx) + 1;
    const said = { a: 'key.applied', e: mine.equipmentId, i: idx, k: theirs.keyId, o: mine.customerId };
    await sql`insert into audit_entry (idx, at, action, subject, key_id, equipment_id, customer_id, actor_id, header)
      values (${idx}, ${last?.at}, 'key.applied', ${`key:${theirs.keyId}`}, ${theirs.keyId}, ${mine.equipmentId},
        ${mine.customerId}, ${last?.actor_id}, ${JSON.stringify({ ...header, ...said })})`.execute(admin);
    expect(await reveal(technician)).toBe(403);
    expect(await named(id)).toBe(true);
  });
});

describe.each(engines)('customers written by somebody with an account, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const scope = [mine.customerId];
  const technician = await addPerson(world, { role: 'technician', scope });
  const administrator = await addPerson(world, { role: 'administrator', scope });
  const ask = (person: Person, method: string, path: string, body?: unknown) =>
    send(world, person.session, { method, path, body, headers: { 'if-match': '*' } });
  const status = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).status;
  const own = (table: 'key' | 'equipment' | 'assignment', id: string, customerId: string) =>
    sql`update ${sql.table(table)} set customer_id = ${customerId} where id = ${id}`.execute(world.database.admin);
  const named = async (id: string) =>
    (await examine(world.app, false)).some(({ ok, detail }) => !ok && detail.includes(id));
  const deepSearch = async (person: Person, contains: string) =>
    JSON.parse((await ask(person, 'POST', '/keys/deep-search', { contains, reason: 'a test' })).text).items;

  it('S3: a key that only its row gives to my customer opens nothing, and no entry makes it true', async () => {
    await own('key', theirs.freeKeyId, mine.customerId);
    await own('key', theirs.keyId, mine.customerId);
    expect(await status(administrator, 'POST', `/keys/${theirs.keyId}/reveal`)).toBe(403);
    expect(await deepSearch(administrator, theirs.licenseKey.slice(0, 12))).toEqual([]);
    const file = await ask(administrator, 'POST', '/keys/export', { reason: 'a test', columns: 'maskedKey' });
    expect([file.status, file.text.includes(theirs.licenseKey)]).toEqual([200, false]);
    const onMine = { equipmentId: mine.equipmentId };
    for (const person of [administrator, technician])
      expect(await status(person, 'POST', `/keys/${theirs.freeKeyId}/assignments`, onMine)).toBe(403);
    expect(await status(administrator, 'PATCH', `/keys/${theirs.freeKeyId}`, { remarks: 'mine' })).toBe(403);
    expect(await named(theirs.keyId)).toBe(true);
    // Nor is it shown to those of all customers, by an entry that its customer would not see.
    const anybody = await addPerson(world, { role: 'administrator', scope: 'all' });
    expect(await status(anybody, 'POST', `/keys/${theirs.keyId}/reveal`)).toBe(503);
    const all = await ask(anybody, 'POST', '/keys/export', { reason: 'a test', columns: 'maskedKey' });
    expect([all.status, all.text.includes(theirs.licenseKey)]).toEqual([200, false]);
    await own('key', theirs.freeKeyId, theirs.customerId);
    await own('key', theirs.keyId, theirs.customerId);
    expect(await named(theirs.keyId)).toBe(false);
  });

  it('S3: a unit that only its row gives to my customer opens no key on it, and no entry makes it true', async () => {
    await own('equipment', theirs.equipmentId, mine.customerId);
    await own('assignment', theirs.assignmentId, mine.customerId);
    expect(await status(technician, 'POST', `/keys/${theirs.keyId}/reveal`)).toBe(403);
    expect(await status(technician, 'PATCH', `/equipment/${theirs.equipmentId}`, { remarks: 'mine' })).toBe(404);
    expect(await named(theirs.equipmentId)).toBe(true);
    await own('equipment', theirs.equipmentId, theirs.customerId);
    await own('assignment', theirs.assignmentId, theirs.customerId);
    expect(await named(theirs.equipmentId)).toBe(false);
  });

  it('S3, P8: what is on such a unit is not moved, recovered, removed or corrected, nor is anything moved onto it', async () => {
    await own('equipment', theirs.equipmentId, mine.customerId);
    await own('assignment', theirs.assignmentId, mine.customerId);
    await own('equipment', theirs.otherEquipmentId, mine.customerId);
    const from = (id: string) => `/equipment/${id}/transfer`;
    const to = (toEquipmentId: string) => ({ toEquipmentId });
    expect(await status(technician, 'POST', from(theirs.equipmentId), to(mine.equipmentId))).toBe(404);
    expect(await status(technician, 'POST', from(mine.equipmentId), to(theirs.otherEquipmentId))).toBe(404);
    expect(await status(technician, 'POST', `/equipment/${theirs.equipmentId}/recovery`, {})).toBe(404);
    expect(await status(technician, 'DELETE', `/assignments/${theirs.assignmentId}`)).toBe(404);
    expect(await status(technician, 'PATCH', `/assignments/${theirs.assignmentId}`, { remarks: 'x' })).toBe(404);
    expect(await status(administrator, 'DELETE', `/equipment/${theirs.otherEquipmentId}`)).toBe(404);
    expect(await status(technician, 'POST', `/keys/${theirs.keyId}/reveal`)).toBe(403);
    expect(await named(theirs.equipmentId)).toBe(true);
    await own('equipment', theirs.equipmentId, theirs.customerId);
    await own('assignment', theirs.assignmentId, theirs.customerId);
    await own('equipment', theirs.otherEquipmentId, theirs.customerId);
    expect(await named(theirs.equipmentId)).toBe(false);
  });

  it('S3, P8: a forged customer is confirmed by nobody who edits the record, though they see all customers', async () => {
    await own('key', theirs.freeKeyId, mine.customerId);
    await own('equipment', theirs.otherEquipmentId, mine.customerId);
    const ifMatch = { 'if-match': '*' };
    const asAll = async (method: string, path: string, body?: unknown) =>
      (await world.admin(method, path, body, ifMatch)).status;
    expect(await asAll('PATCH', `/keys/${theirs.freeKeyId}`, { remarks: 'x' })).toBe(503);
    expect(await asAll('PATCH', `/keys/${theirs.freeKeyId}`, { customerId: theirs.customerId })).toBe(503);
    expect(await asAll('POST', '/revocations', { keyIds: [theirs.freeKeyId], reason: 'x' })).toBe(503);
    expect(await asAll('PATCH', `/equipment/${theirs.otherEquipmentId}`, { remarks: 'x' })).toBe(503);
    expect(await asAll('DELETE', `/equipment/${theirs.otherEquipmentId}`)).toBe(503);
    expect([await named(theirs.freeKeyId), await named(theirs.otherEquipmentId)]).toEqual([true, true]);
    await own('key', theirs.freeKeyId, theirs.customerId);
    await own('equipment', theirs.otherEquipmentId, theirs.customerId);
    expect(await asAll('PATCH', `/keys/${theirs.freeKeyId}`, { remarks: 'x' })).toBe(200);
    expect(await asAll('PATCH', `/equipment/${theirs.otherEquipmentId}`, { remarks: 'x' })).toBe(200);
    expect([await named(theirs.freeKeyId), await named(theirs.otherEquipmentId)]).toEqual([false, false]);
  });

  it('S3: a key that went to another customer, by an entry hidden from queries for a while, opens nothing to the former', async () => {
    const keyId = mine.freeKeyId;
    const put = (customerId: string) => world.admin('PATCH', `/keys/${keyId}`, { customerId }, { 'if-match': '*' });
    expect((await put(theirs.customerId)).status).toBe(200);
    const hide = (action: string) =>
      unguarded(world.database, async (tx) => {
        await sql`update audit_entry set action = ${action} where idx =
          (select max(idx) from audit_entry where key_id = ${keyId})`.execute(tx);
      });
    await hide('key.revealed');
    await own('key', keyId, mine.customerId);
    expect(await status(administrator, 'POST', `/keys/${keyId}/reveal`)).toBe(403);
    expect(await status(administrator, 'PATCH', `/keys/${keyId}`, { remarks: 'mine' })).toBe(403);
    await hide('key.updated');
    await own('key', keyId, theirs.customerId);
    expect((await put(mine.customerId)).status).toBe(200);
    expect(await status(administrator, 'POST', `/keys/${keyId}/reveal`)).toBe(200);
  });

  it('S3, P8: names of customers that were exchanged give nobody a key of the other by a file, and no edit makes them true', async () => {
    const { body: listed } = await world.admin('GET', '/customers?limit=200');
    const nameOf = (id: string): string => listed.items.find((one: { id: string }) => one.id === id)?.name ?? '';
    const [mineName, theirsName] = [nameOf(mine.customerId), nameOf(theirs.customerId)];
    const call = async (id: string, name: string) =>
      sql`update customer set name = ${name}, name_f = ${foldText(name)} where id = ${id}`.execute(
        world.database.admin,
      );
    const exchange = async (first: string, second: string) => {
      await call(mine.customerId, 'x');
      await call(theirs.customerId, first);
      await call(mine.customerId, second);
    };
    await exchange(mineName, theirsName);
    const file = `License Key,Feature,Customer\n${freshLicenseKey()},Office 2026,${theirsName}\n`;
    const bring = async (more = {}) => (await upload(world.admin, file, { kind: 'keys', ...more })).status;
    expect([await bring({ dryRun: 'true' }), await bring()]).toEqual([503, 503]);
    const edit = () => world.admin('PATCH', `/customers/${mine.customerId}`, { number: '1' }, { 'if-match': '*' });
    expect((await edit()).status).toBe(503);
    expect([await named(mine.customerId), await named(theirs.customerId)]).toEqual([true, true]);
    await exchange(theirsName, mineName);
    expect([(await edit()).status, await bring()]).toEqual([200, 201]);
    expect([await named(mine.customerId), await named(theirs.customerId)]).toEqual([false, false]);
  });

  it('S3: keys and units that change customer as they should open as before', async () => {
    const put = async (path: string, customerId: string) =>
      expect((await world.admin('PATCH', path, { customerId, licenseId: undefined }, { 'if-match': '*' })).status).toBe(
        200,
      );
    await world.admin('PATCH', `/keys/${theirs.freeKeyId}`, { licenseId: null }, { 'if-match': '*' });
    await put(`/keys/${theirs.freeKeyId}`, mine.customerId);
    expect(await status(administrator, 'POST', `/keys/${theirs.freeKeyId}/reveal`)).toBe(200);
    await put(`/equipment/${theirs.otherEquipmentId}`, mine.customerId);
    const on = { equipmentId: theirs.otherEquipmentId };
    expect(await status(technician, 'POST', `/keys/${theirs.freeKeyId}/assignments`, on)).toBe(201);
    expect(await status(technician, 'POST', `/keys/${theirs.freeKeyId}/reveal`)).toBe(200);
    expect((await examine(world.app, false)).filter(({ name, ok }) => name === 'rights' && !ok)).toEqual([]);
  });

  it('P2: deep search finds no key whose text is not the administrator’s to reveal', async () => {
    await applyTo(world, theirs.keyId, { userName: 'Mine Berta', customerId: mine.customerId });
    expect(await status(administrator, 'GET', `/keys/${theirs.keyId}`)).toBe(200);
    expect(await status(administrator, 'POST', `/keys/${theirs.keyId}/reveal`)).toBe(403);
    expect(await deepSearch(administrator, theirs.licenseKey.slice(0, 12))).toEqual([]);
    expect(await deepSearch(administrator, mine.licenseKey.slice(0, 12))).toHaveLength(1);
  });
});
