import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { maskAgain } from '../../src/server/upkeep/mask-again.ts';
import { addCustomer, addKey, addUnit } from '../harness/arrange.ts';
import { rawTables, type Values } from '../harness/forge.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

/** A row without what the database works out itself. */
function withoutHold(row: Values = {}): Values {
  return Object.fromEntries(Object.entries(row).filter(([column]) => column !== 'hold'));
}

describe.each(engines)('rows that somebody put back or made, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { all, put, remove, set } = rawTables(world);
  const found = async () => (await examine(world.app, false)).filter(({ ok }) => !ok).map(({ detail }) => detail);
  const named = async (id: string) => (await found()).some((detail) => detail.includes(id));
  const mine = await addCustomer(world, 'Mine');
  const theirs = await addCustomer(world, 'Theirs');

  it('S3: an assignment whose making was undone, put back as a row, reveals nothing and is named', async () => {
    const unit = await addUnit(world, 'Undone', { customerId: mine });
    const key = await addKey(world, { customerId: theirs, licenseKey: 'UNDO1-QWERT-YUIOP-ASDFG-HJKLA' });
    const file = 'License Key,Equipment,Customer\nUNDO1-QWERT-YUIOP-ASDFG-HJKLA,Undone,Mine\n';
    const { status, body } = await upload(world.admin, file, { kind: 'assignments' });
    expect([status, body.created]).toMatchObject([201, { assignment: 1 }]);
    const [row] = await all('assignment', { equipment_id: unit });
    expect((await world.admin('POST', `/imports/${body.id}/undo`)).status).toBeLessThan(300);
    expect(await all('assignment', { equipment_id: unit })).toEqual([]);
    await put('assignment', row ?? {});
    await set('key', { id: key.id }, { seats_taken: 1 });
    expect(await named(row?.id ?? '-')).toBe(true);
    expect((await world.admin('POST', `/equipment/${unit}/transfer`, { toEquipmentId: unit })).status).not.toBe(200);
    await remove('assignment', { id: row?.id ?? '' });
    await set('key', { id: key.id }, { seats_taken: 0 });
    expect(await found()).toEqual([]);
  });

  it('S3: a deleted key and a deleted unit that are put back are named', async () => {
    const unit = await addUnit(world, 'Deleted', { customerId: mine });
    const key = await addKey(world, { customerId: mine });
    const [[keyRow], [unitRow]] = [await all('key', { id: key.id }), await all('equipment', { id: unit })];
    for (const path of [`/keys/${key.id}`, `/equipment/${unit}`])
      expect((await world.admin('DELETE', path, undefined, { 'if-match': '*' })).status, path).toBeLessThan(300);
    const stored = withoutHold(keyRow);
    await put('key', stored);
    await put('equipment', unitRow ?? {});
    expect([await named(key.id), await named(unit)]).toEqual([true, true]);
    await remove('key', { id: key.id });
    await remove('equipment', { id: unit });
    expect(await found()).toEqual([]);
  });

  it('S3: rows whose ids are none of ours are named, hide no other, and no command stops at them or runs for ever', async () => {
    const key = await addKey(world, { customerId: theirs });
    const [first] = await all('key', { id: key.id });
    const stored = withoutHold(first);
    const ids = engine === 'sqlite' ? [`cast(x'2FFF' as text)`, `cast(x'7A7AFF' as text)`] : [`'/'`, `'zz'`];
    for (const [i, id] of ids.entries()) {
      await put('key', { ...stored, id: `made-up-${i}`, hx: `x${i}`, hl: `l${i}` });
      await sql`update "key" set id = ${sql.raw(id)} where id = ${`made-up-${i}`}`.execute(world.database.admin);
    }
    await set('key', { id: key.id }, { customer_id: mine });
    const rights = await found();
    expect(rights.some((detail) => detail.includes(key.id))).toBe(true);
    expect(rights.filter((detail) => detail.startsWith('key "'))).toHaveLength(2);
    await set('key', { id: key.id }, { customer_id: theirs });
    const before = (await all('key', { id: key.id }))[0]?.cipher;
    expect((await maskAgain(world.app, () => undefined)).keys).toBeGreaterThan(0);
    await rotateKeys(world.app, { index: false, keepMaster: true, progress: () => undefined });
    expect((await all('key', { id: key.id }))[0]?.cipher).not.toBe(before);
  });
});
