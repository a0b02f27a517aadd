import { describe, expect, it } from 'vitest';
import { turnsDuring } from '../harness/turns-during.ts';
import { newWorld } from '../harness/world.ts';

/** SQLite does each statement at once: without a word, a request of very many would be one long step. */
describe('who else is served while one request does much (SQLite)', async () => {
  const world = await newWorld('sqlite');
  const { admin } = world;
  const count = 200;
  const newKeys = Array.from({ length: count }, (_, i) => ({
    licenseKey: `KEY-${i}`,
    productName: 'Office',
    keyType: 'subscription',
    validityEnd: '2030-01-01',
  }));
  const unit = async (name: string): Promise<string> => (await admin('POST', '/equipment', { name })).body.id;

  /** A turn for fifty statements at most: what a key takes, and its entry, are several. */
  async function othersAreServed(path: string, body: object, status: number) {
    const answer = admin('POST', path, body);
    const turns = await turnsDuring(answer);
    expect((await answer).status, path).toBe(status);
    expect(turns, path).toBeGreaterThanOrEqual(count / 25);
    return answer;
  }

  it('S2: all have their turn while many keys are made, renewed, moved, recovered and revoked', async () => {
    const { body: made } = await othersAreServed('/keys/batch', { keys: newKeys }, 201);
    const keyIds = made.items.map(({ id }: { id: string }) => id);
    await othersAreServed('/renewals', { keyIds, validityEnd: '2031-01-01' }, 200);
    const [first, second] = [await unit('PC-1'), await unit('PC-2')];
    for (const id of keyIds) await admin('POST', `/keys/${id}/assignments`, { equipmentId: first });
    await othersAreServed(`/equipment/${first}/transfer`, { toEquipmentId: second }, 200);
    await othersAreServed(`/equipment/${second}/recovery`, {}, 200);
    await othersAreServed('/revocations', { keyIds, reason: 'given back' }, 200);
  });

  it('S2: all have their turn while evidence is put together', async () => {
    const answer = admin('POST', '/audit/export', { from: '2000-01-01', to: '2100-01-01' });
    const turns = await turnsDuring(answer);
    const { status, body } = await answer;
    expect([status, body.entries.length > 5 * count]).toEqual([200, true]);
    expect(turns).toBeGreaterThanOrEqual(body.entries.length / 50);
  });

  it('S2: evidence is written some entries at a time, as the client takes them', async () => {
    const answer = await world.http.request('/api/v1/audit/export', {
      method: 'POST',
      headers: { authorization: `Bearer ${world.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ from: '2000-01-01', to: '2100-01-01' }),
    });
    expect(answer.headers.get('content-type')).toBe('application/json');
    const parts: string[] = [];
    for await (const part of answer.body ?? []) parts.push(Buffer.from(part).toString());
    const text = parts.join('');
    const { entries } = JSON.parse(text);
    expect(text).toBe(JSON.stringify(JSON.parse(text)));
    expect(parts.length).toBeGreaterThanOrEqual(entries.length / 50);
  });

  it('S2: a unit with more than a thousand keys is refused, and long remarks are told once', async () => {
    const { body: made } = await admin('POST', '/keys/batch', {
      keys: newKeys.map((key) => ({ ...key, licenseKey: `${key.licenseKey}-B` })).slice(0, 3),
    });
    const [from, to] = [await unit('PC-3'), await unit('PC-4')];
    for (const { id } of made.items) await admin('POST', `/keys/${id}/assignments`, { equipmentId: from });
    const moved = await admin('POST', `/equipment/${from}/transfer`, { toEquipmentId: to, remarks: 'x'.repeat(501) });
    expect(moved.status).toBe(200);
    const { body: trail } = await admin('GET', `/audit?equipmentId=${from}&action=key.removed`);
    expect(trail.items.filter((entry: { details: object }) => 'remarks' in entry.details)).toHaveLength(1);
    await addForeignRows(to, 998);
    for (const verb of [{ path: 'recovery' }, { path: 'transfer', body: { toEquipmentId: from } }])
      expect(await admin('POST', `/equipment/${to}/${verb.path}`, verb.body)).toMatchObject({
        status: 400,
        body: { errors: [{ code: 'unit_has_too_many' }] },
      });
  });

  /** Further keys on a unit, by their rows alone: as many as nobody would apply in a test. */
  async function addForeignRows(equipmentId: string, more: number): Promise<void> {
    const { database } = world;
    const { id, ...row } = await database.read
      .selectFrom('assignment')
      .selectAll()
      .where('equipment_id', '=', equipmentId)
      .where('removed_at', 'is', null)
      .limit(1)
      .executeTakeFirstOrThrow();
    const { hold: _, ...key } = await database.read
      .selectFrom('key')
      .selectAll()
      .where('id', '=', row.key_id)
      .executeTakeFirstOrThrow();
    await database.transaction(async (tx) => {
      for (let i = 0; i < more; i += 1) {
        await tx
          .insertInto('key')
          .values({ ...key, id: `${key.id}-${i}`, hx: `${key.hx}${i}`, hl: `${key.hl}${i}` })
          .execute();
        await tx
          .insertInto('assignment')
          .values({ ...row, id: `${id}-${i}`, key_id: `${key.id}-${i}` })
          .execute();
      }
    });
  }
});
