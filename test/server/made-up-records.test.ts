import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addKey, applyTo, freshLicenseKey } from '../harness/arrange.ts';
import { addCustomerWorld, type CustomerWorld } from '../harness/customer-world.ts';
import { rawTables } from '../harness/forge.ts';
import { unguarded } from '../harness/forged-log.ts';
import { recordedOf } from '../harness/recorded.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('keys and units of which the log tells nothing, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const technician = await addPerson(world, { role: 'technician', scope: [mine.customerId] });
  const victim = await addPerson(world, { role: 'technician', scope: [theirs.customerId] });
  const manager = await addPerson(world, { role: 'administrator', scope: 'all' });
  const limited = await addPerson(world, { role: 'administrator', scope: [mine.customerId] });
  const tables = rawTables(world);
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

  it.each(['key', 'equipment'] as const)('S3, L7: %s that was deleted and is put back is nobody’s', async (table) => {
    const { id } =
      table === 'key'
        ? await addKey(world, { productId: mine.productId, customerId: mine.customerId })
        : (await world.admin('POST', '/equipment', { name: 'Gone', customerId: mine.customerId })).body;
    const [row] = await tables.all(table, { id });
    const address = table === 'key' ? `/keys/${id}` : `/equipment/${id}`;
    expect(await status(manager, 'DELETE', address)).toBe(204);
    // The engine works it out.
    const kept = Object.entries(row ?? {}).filter(([column]) => column !== 'hold');
    await tables.put(table, Object.fromEntries(kept));
    const [keyId, equipmentId] = table === 'key' ? [id, mine.equipmentId] : [mine.freeKeyId, id];
    expect(await status(technician, 'POST', `/keys/${keyId}/assignments`, { equipmentId })).toBe(
      table === 'key' ? 403 : 404,
    );
    expect(await status(manager, 'POST', `/keys/${keyId}/assignments`, { equipmentId })).toBe(503);
    if (table === 'key') expect(await status(limited, 'POST', `${address}/reveal`)).not.toBe(200);
    expect([await named(id), await isRecorded(`${table}:${id}`)]).toEqual([true, true]);
    await tables.remove(table, { id });
  });

  it('S2: what was read of a unit once is not read again, however many changes it has', async () => {
    const change = (remarks: string) =>
      world.admin('PATCH', `/equipment/${mine.equipmentId}`, { remarks }, { 'if-match': '*' });
    for (const remarks of ['one', 'two']) expect((await change(remarks)).status).toBe(200);
    // A payload that is not there any more is noticed by whoever reads it.
    const blank = (to: string, from: string) =>
      unguarded(world.database, async (tx) => {
        await sql`update audit_payload set body = replace(body, ${from}, ${to}) where idx in
          (select idx from audit_entry where equipment_id = ${mine.equipmentId} and action like 'equipment.%')
          and idx < (select max(idx) from audit_entry)`.execute(tx);
      });
    await blank('"rEmarks"', '"remarks"');
    expect((await change('three')).status).toBe(200);
    await blank('"remarks"', '"rEmarks"');
    world.app.signing.units.clear();
    expect((await change('four')).status).toBe(200);
  });
});

describe.each(engines)('what keys and units are found by, changed by somebody else, on %s', async (engine) => {
  const world = await newWorld(engine);
  const mine = await addCustomerWorld(world, 'Mine');
  const theirs = await addCustomerWorld(world, 'Theirs');
  const technician = await addPerson(world, { role: 'technician', scope: [mine.customerId] });
  const { admin } = world.database;
  type Row = Record<string, string | null>;
  const rowOf = async (table: string, id: string): Promise<Row> =>
    (await sql<Row>`select * from ${sql.table(table)} where id = ${id}`.execute(admin)).rows[0] ?? {};
  const set = (table: string, id: string, values: Row) => {
    const changes = Object.entries(values).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
    return sql`update ${sql.table(table)} set ${sql.join(changes)} where id = ${id}`.execute(admin);
  };
  /** Writes into each of two rows what the other has in these columns, and answers how to undo it. */
  const exchange = async (table: string, ids: [string, string], columns: string[], blank: string | null) => {
    const rows = await Promise.all(ids.map((id) => rowOf(table, id)));
    const of = (row: Row | undefined) => Object.fromEntries(columns.map((name) => [name, row?.[name] ?? null]));
    const write = async (first: Row | undefined, second: Row | undefined) => {
      await set(table, ids[0], Object.fromEntries(columns.map((name) => [name, blank])));
      await set(table, ids[1], of(second));
      await set(table, ids[0], of(first));
    };
    await write(rows[1], rows[0]);
    return () => write(rows[0], rows[1]);
  };
  const named = async (id: string) =>
    (await examine(world.app, false)).some(({ ok, detail }) => !ok && detail.includes(id));
  const isRecorded = async (subject: string) =>
    (await recordedOf(world, subject)).some(({ action }) => action === 'tampering.found');
  const aKey = async (owner: CustomerWorld) => {
    const licenseKey = freshLicenseKey();
    const { id } = await addKey(world, { licenseKey, productId: owner.productId, customerId: owner.customerId });
    return { id, licenseKey };
  };
  const bring = async (heads: string, row: string) =>
    (await upload(world.admin, `${heads}\n${row}\n`, { kind: 'assignments' })).status;
  const isFree = async (keyId: string) => {
    const { status } = await send(world, technician.session, { method: 'POST', path: `/keys/${keyId}/reveal` });
    expect(status).not.toBe(200);
    return Number((await rowOf('key', keyId)).seats_taken) === 0;
  };

  const marks: [words: string, column: string, columns: string[]][] = [
    ['serial number', 'Serial Number', ['serial_f']],
    ['serial number, with all that shows it', 'Serial Number', ['serial_f', 'serial_number']],
    ['asset tag', 'Asset Tag', ['asset_tag_f']],
    ['name', 'Equipment', ['name_f']],
  ];
  it.each(marks)(
    'S3, P8: a unit by the %s of another takes no key from a file, and both are named',
    async (_, head, columns) => {
      const key = await aKey(theirs);
      const unit = await rowOf('equipment', theirs.equipmentId);
      const value = { 'Serial Number': unit.serial_number, 'Asset Tag': unit.asset_tag, Equipment: unit.name }[head];
      const undo = await exchange(
        'equipment',
        [mine.equipmentId, theirs.equipmentId],
        columns,
        columns.includes('serial_number') ? '' : head === 'Equipment' ? 'x' : null,
      );
      expect(await bring(`License Key,${head}`, `${key.licenseKey},${value}`)).toBe(503);
      expect(await isFree(key.id)).toBe(true);
      expect(await isRecorded(`equipment:${mine.equipmentId}`)).toBe(true);
      expect([await named(mine.equipmentId), await named(theirs.equipmentId)]).toEqual([true, true]);
      const edit = () =>
        world.admin('PATCH', `/equipment/${mine.equipmentId}`, { remarks: head + columns.length }, { 'if-match': '*' });
      expect((await edit()).status).toBe(503);
      await undo();
      expect([await named(mine.equipmentId), await named(theirs.equipmentId)]).toEqual([false, false]);
      expect((await edit()).status).toBe(200);
    },
  );

  it('S3: a unit whose change of serial number is hidden for a while is not found by the former', async () => {
    const { id, licenseKey } = await aKey(theirs);
    const before = await rowOf('equipment', mine.otherEquipmentId);
    const put = await world.admin(
      'PATCH',
      `/equipment/${mine.otherEquipmentId}`,
      { serialNumber: 'another' },
      { 'if-match': '*' },
    );
    expect(put.status).toBe(200);
    const after = await rowOf('equipment', mine.otherEquipmentId);
    const call = (action: string) =>
      unguarded(world.database, async (tx) => {
        await sql`update audit_entry set action = ${action} where idx =
          (select max(idx) from audit_entry where equipment_id = ${mine.otherEquipmentId})`.execute(tx);
      });
    const { serial_f = null, serial_number = null } = before;
    await call('key.expired');
    await set('equipment', mine.otherEquipmentId, { serial_f, serial_number });
    expect(await bring('License Key,Serial Number', `${licenseKey},${serial_number}`)).toBe(503);
    expect(await isFree(id)).toBe(true);
    await call('equipment.updated');
    await set('equipment', mine.otherEquipmentId, {
      serial_f: after.serial_f ?? null,
      serial_number: after.serial_number ?? null,
    });
    expect(await bring('License Key,Serial Number', `${licenseKey},another`)).toBe(201);
  });

  it('P2: a unit by its serial number or ID takes nothing where the row names another customer', async () => {
    const { id, licenseKey } = await aKey(theirs);
    const unit = await rowOf('equipment', mine.equipmentId);
    const { name } = await rowOf('customer', theirs.customerId);
    for (const [head, value] of [
      ['Serial Number', unit.serial_number],
      ['Equipment ID', unit.id],
    ])
      expect(await bring(`License Key,${head},Customer`, `${licenseKey},${value},${name}`)).toBe(400);
    expect(await isFree(id)).toBe(true);
    const own = await rowOf('customer', mine.customerId);
    expect(await bring('License Key,Serial Number,Customer', `${licenseKey},${unit.serial_number},${own.name}`)).toBe(
      201,
    );
  });

  it('S3, P8: a key by the hash of another text is taken for it by no file, no lookup and no new key', async () => {
    const [key, own] = [await aKey(theirs), await aKey(mine)];
    const undo = await exchange('key', [key.id, own.id], ['hl', 'hx'], 'x');
    const unit = await rowOf('equipment', mine.equipmentId);
    expect(await bring('License Key,Serial Number', `${own.licenseKey},${unit.serial_number}`)).toBe(503);
    expect((await world.admin('POST', '/keys/lookup', { licenseKey: own.licenseKey })).status).toBe(503);
    const again = { licenseKey: own.licenseKey, productId: mine.productId, customerId: mine.customerId };
    expect((await world.admin('POST', '/keys', { keyType: 'permanent', ...again })).status).toBe(503);
    expect(await isFree(key.id)).toBe(true);
    expect(await isRecorded(`key:${key.id}`)).toBe(true);
    expect([await named(key.id), await named(own.id)]).toEqual([true, true]);
    await undo();
    expect(await bring('License Key,Serial Number', `${own.licenseKey},${unit.serial_number}`)).toBe(201);
    expect([await named(key.id), await named(own.id)]).toEqual([false, false]);
  });
});
