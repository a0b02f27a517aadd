import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { compareState } from '../../src/server/audit/state/compare-state.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { addKey, addLicense, addUnit, applyTo } from '../harness/arrange.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

type Value = string | number | null;

/** A column of each record that people write, and what a writer of the database puts there. */
const written: [table: string, column: string, value: Value][] = [
  ['key', 'seats', 9],
  ['key', 'validity_end', '2039-12-31'],
  ['key', 'code', 'other'],
  ['key', 'remarks', 'other'],
  ['equipment', 'location', 'elsewhere'],
  ['equipment', 'status', 'retired'],
  ['license', 'quantity', 999],
  ['license', 'order_number', 'other'],
  ['product', 'code', 'other'],
  ['customer', 'contact', 'other'],
  ['assignment', 'applied_on', '2020-01-01'],
  ['assignment', 'user_name', 'Somebody Else'],
  ['renewal', 'new_end', '2035-01-01'],
  ['attribute', 'label_en', 'other'],
  ['user', 'locale', 'de'],
  ['settings', 'organisation', 'other'],
];

describe.each(engines)('the records against the log, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world.database;
  const any = { 'if-match': '*' };
  const unit = await addUnit(world, 'Compared');
  const licenseId = await addLicense(world);
  const end = { keyType: 'subscription', validityEnd: '2027-01-31' };
  const key = await addKey(world, { ...end, productName: 'Compared', seats: 4, licenseId });
  for (const userName of ['Ada', 'Bert', 'Cleo']) await applyTo(world, key.id, { userName });
  await applyTo(world, key.id, { equipmentId: unit });
  await world.admin('POST', `/keys/${key.id}/renewal`, { validityEnd: '2028-01-31' });
  const attribute = { recordType: 'key', name: 'room', kind: 'text', labelEn: 'Room', labelDe: 'Raum' };
  await world.admin('POST', '/attributes', attribute);

  const differences = async () => {
    const found: string[] = [];
    for await (const { table, id, ...what } of compareState(world.app))
      found.push(`${table} ${id} ${'fact' in what ? what.fact : what.only}`);
    return found;
  };
  const firstOf = async (table: string) => {
    const { rows } = await sql<Record<string, Value>>`select * from ${sql.table(table)} order by id limit 1`.execute(
      admin,
    );
    return rows[0] ?? {};
  };
  const set = (table: string, id: Value | undefined, column: string, value: Value | undefined) =>
    sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where id = ${id}`.execute(admin);
  const mended = async () => (await examine(world.app, true)).filter(({ ok }) => !ok).map(({ detail }) => detail);

  it('V1: agree as they were made', async () => {
    expect(await differences()).toEqual([]);
  });

  it.each(written)('V1: %s.%s written past Keybook is found, with both values', async (table, column, value) => {
    const row = await firstOf(table);
    expect(row[column]).not.toBe(value);
    await set(table, row.id, column, value);
    const found = await differences();
    const named = (await examine(world.app, false)).filter(({ name, ok }) => name === 'records' && !ok);
    await set(table, row.id, column, row[column]);
    expect(found).toEqual([expect.stringMatching(new RegExp(`^${table} ${row.id} `))]);
    expect(named).toMatchObject([{ detail: expect.stringContaining(JSON.stringify(value)) }]);
    expect(await differences()).toEqual([]);
  });

  it('V1: a record that is in one of the two alone is found, and a row that cannot be read', async () => {
    const definition = await firstOf('attribute');
    await sql`delete from attribute where id = ${definition.id}`.execute(admin);
    expect(await differences()).toEqual([`attribute ${definition.id} log`]);
    const id = randomUUID();
    await admin
      .insertInto('attribute')
      .values({ ...definition, id } as never)
      .execute();
    expect((await differences()).sort()).toEqual([`attribute ${definition.id} log`, `attribute ${id} row`].sort());
    await set('attribute', id, 'id', definition.id);
    await set('license', licenseId, 'attributes', '{broken');
    expect(await differences()).toEqual([`license ${licenseId} unreadable`]);
    await set('license', licenseId, 'attributes', '{}');
    expect(await differences()).toEqual([]);
  });

  it('S3, C9: doctor --fix ends no assignment of a key whose seats its row alone makes fewer', async () => {
    const active = () =>
      admin
        .selectFrom('assignment')
        .select('id')
        .where('key_id', '=', key.id)
        .where('removed_at', 'is', null)
        .execute();
    const before = await active();
    await admin.updateTable('key').set({ seats: 1, seats_taken: 1 }).where('id', '=', key.id).execute();
    expect(await mended()).toEqual(expect.arrayContaining([expect.stringContaining(`key ${key.id}: seats is 1`)]));
    expect(await active()).toEqual(before);
    await admin.updateTable('key').set({ seats: 4, seats_taken: 4 }).where('id', '=', key.id).execute();
    await admin.updateTable('key').set({ seats_taken: 2 }).where('id', '=', key.id).execute();
    expect(await mended()).toEqual([]);
    expect(await active()).toEqual(before);
  });

  it('X7: an undo leaves what the log says was changed since, whatever the version of its row says', async () => {
    const { body } = await upload(world.admin, 'Unit,Serial number\nUndone unit,SN-UNDO-1\n', { kind: 'equipment' });
    expect(body.created).toMatchObject({ equipment: 1 });
    const made = await admin
      .selectFrom('equipment')
      .select('id')
      .where('name', '=', 'Undone unit')
      .executeTakeFirstOrThrow();
    const changed = await world.admin('PATCH', `/equipment/${made.id}`, { remarks: 'mine now' }, any);
    expect(changed.status).toBe(200);
    await set('equipment', made.id, 'version', 1);
    const undone = await world.admin('POST', `/imports/${body.id}/undo`);
    expect(undone.body.undone).toMatchObject({ left: [{ record: 'equipment', id: made.id, code: 'changed_since' }] });
    expect((await world.admin('GET', `/equipment/${made.id}`)).body.remarks).toBe('mine now');
  });
});
