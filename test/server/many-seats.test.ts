import { describe, expect, it, vi } from 'vitest';
import { addKey, addUnit, applyTo } from '../harness/arrange.ts';
import { countReads } from '../harness/count-reads.ts';
import { insertRows } from '../harness/seed.ts';
import { upload } from '../harness/upload.ts';
import { engines, newWorld } from '../harness/world.ts';

// A thousand seats and more, on a machine that may do other work.
vi.setConfig({ testTimeout: 120_000 });

const any = { 'if-match': '*' };

describe.each(engines)('a key with very many seats on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin } = world;

  /** Gives seats of a key to so many people. */
  async function seat(keyId: string, count: number, mark = 'u'): Promise<void> {
    const rows = Array.from({ length: count }, (_, i) => `${keyId},${mark}${i}`);
    const mapping = JSON.stringify({ key: 'keyId', user: 'userName' });
    const { status } = await upload(admin, `key,user\n${rows.join('\n')}\n`, { kind: 'assignments', mapping });
    expect(status).toBe(201);
  }
  const seatsOf = async (keyId: string): Promise<number[]> => {
    const rows = await world.database.read
      .selectFrom('assignment')
      .select('seat')
      .where('key_id', '=', keyId)
      .where('removed_at', 'is', null)
      .orderBy('seat')
      .execute();
    return rows.map((row) => row.seat);
  };

  it('S2: a seat is found without reading those that are taken', async () => {
    const { id } = await addKey(world, { seats: 1000 });
    await seat(id, 300);
    expect(await seatsOf(id)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    const { rows } = await countReads(world, () => applyTo(world, id, { userName: 'last' }));
    expect(rows).toBeLessThan(30);
    const unit = await addUnit(world, 'SEATED');
    const lines = [await applyTo(world, id, { equipmentId: unit })];
    for (const line of lines) await admin('DELETE', `/assignments/${line.id}`, undefined, any);
    const few = await countReads(world, () => seat(id, 10, 'few'));
    const many = await countReads(world, () => seat(id, 100, 'many'));
    expect(many.rows).toBeLessThan(11 * few.rows);
  });

  it('A1: the lowest free seat is taken, of those that were free on that day', async () => {
    const { id } = await addKey(world, { seats: 6 });
    const lines = [];
    for (const userName of ['a', 'b', 'c', 'd'])
      lines.push(await applyTo(world, id, { userName, appliedOn: '2026-11-01' }));
    for (const line of [lines[0], lines[2]]) await admin('DELETE', `/assignments/${line.id}`, undefined, any);
    const past = await applyTo(world, id, { userName: 'e', appliedOn: '2026-11-02' });
    expect(past.seat).toBe(5);
    expect((await applyTo(world, id, { userName: 'f' })).seat).toBe(1);
    expect((await applyTo(world, id, { userName: 'g', appliedOn: '2026-11-02' })).seat).toBe(6);
    const late = await admin('POST', `/keys/${id}/assignments`, { userName: 'h', appliedOn: '2026-11-02' });
    expect(late.body).toMatchObject({ code: 'applied_before_removal' });
    expect(late.body.detail).toContain('until 2026-11-21');
    expect((await applyTo(world, id, { userName: 'i' })).seat).toBe(3);
    expect((await admin('POST', `/keys/${id}/assignments`, { userName: 'j' })).body.code).toBe('seat_taken');
  });

  it('S2: with more than a thousand assignments a key is neither replaced nor revoked in one step', async () => {
    const { id } = await addKey(world, { seats: 2000 });
    await seat(id, 1);
    await plantSeats(id, 1000);
    const refusal = { status: 400, body: { errors: [{ code: 'removes_too_many' }] } };
    const revocation = { reason: 'lost', removeAssignments: true };
    const replacement = { licenseKey: 'QQQQQ-WWWWW-EEEEE-RRRRR', reason: 'lost' };
    expect(await admin('POST', `/keys/${id}/replacement`, replacement)).toMatchObject(refusal);
    expect(await admin('POST', `/keys/${id}/revocation`, revocation)).toMatchObject(refusal);
    const other = await addKey(world, { userName: 'one' });
    const many = { ...revocation, keyIds: [other.id, id] };
    expect(await admin('POST', '/revocations', many)).toMatchObject(refusal);
    const held = await admin('POST', `/keys/${id}/revocation`, { reason: 'lost' });
    expect(held.body.detail).toContain('998 more');
  });

  it('S2: each assignment of a key that is replaced costs as little as the first', async () => {
    const { id } = await addKey(world, { seats: 100 });
    await seat(id, 60);
    let replaced = '';
    const { rows } = await countReads(world, async () => {
      const answer = await admin('POST', `/keys/${id}/replacement`, {
        licenseKey: 'ZZZZZ-WWWWW-EEEEE',
        reason: 'lost',
      });
      expect(answer.status).toBe(201);
      replaced = answer.body.id;
    });
    expect(await seatsOf(replaced)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(rows).toBeLessThan(12 * 60);
  });

  /** Further seats of a key that has one, by their rows alone. */
  async function plantSeats(keyId: string, more: number): Promise<void> {
    const { id, ...row } = await world.database.read
      .selectFrom('assignment')
      .selectAll()
      .where('key_id', '=', keyId)
      .executeTakeFirstOrThrow();
    const rows = Array.from({ length: more }, (_, i) => ({ ...row, id: `${id}-${i}`, seat: i + 2 }));
    await insertRows(world, 'assignment', rows);
    await world.database.transaction((tx) =>
      tx
        .updateTable('key')
        .set({ seats_taken: more + 1 })
        .where('id', '=', keyId)
        .execute(),
    );
  }
});
