import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addCustomer, addUnit } from '../harness/arrange.ts';
import { temporaryFolder, verifyApart } from '../harness/single-file-verifier.ts';
import { type Answer, engines, newWorld, type World } from '../harness/world.ts';

const folder = temporaryFolder();
const anyVersion = { 'if-match': '*' };

/** A customer and a unit of it, both of that name. */
async function customerWithUnit(world: World, name: string, serialNumber: string) {
  const customerId = await addCustomer(world, name);
  return { customerId, unitId: await addUnit(world, name, { customerId, serialNumber }) };
}

type Entry = { idx: number; action: string; sentence: string | null };
const sentences = ({ body }: Answer): (string | null)[] => body.items.map((entry: Entry) => entry.sentence);
const actions = ({ body }: Answer): string[] => body.items.map((entry: Entry) => entry.action);

describe.each(engines)('the audit log on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin, clock } = world;
  const nord = await customerWithUnit(world, 'LAPTOP-001', 'SN-4711');
  const south = await customerWithUnit(world, 'PRESS-9', 'PRESS-9');
  const technician = await world.tokenFor('technician', [south.customerId]);
  const auditor = await world.tokenFor('auditor', [south.customerId]);
  const nobody = await world.tokenFor('auditor', []);

  const newKey = async (licenseKey: string, more: object = {}): Promise<string> => {
    const made = await admin('POST', '/keys', {
      licenseKey,
      productName: 'Office',
      keyType: 'permanent',
      customerId: nord.customerId,
      ...more,
    });
    expect(made.status).toBe(201);
    return made.body.id;
  };
  const apply = async (keyId: string, body: object): Promise<string> => {
    const applied = await admin('POST', `/keys/${keyId}/assignments`, body);
    expect(applied.status).toBe(201);
    return applied.body.id;
  };
  const remove = (id: string) => admin('DELETE', `/assignments/${id}`, undefined, anyVersion);
  const readsOf = (keyId: string) => admin('GET', `/audit?keyId=${keyId}&sort=idx`);

  it('L1, L2: what happens to a key is recorded with time, user, key and unit, in the words of the guide', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10001');
    await remove(await apply(keyId, { equipmentId: nord.unitId }));
    await remove(await apply(keyId, { userName: 'Anna Berg' }));
    await apply(keyId, { equipmentId: south.unitId });
    const log = await readsOf(keyId);
    expect(sentences(log)).toEqual([
      'Created by Ada Admin',
      'Applied to Equipment "LAPTOP-001" (SN-4711) by Ada Admin',
      'Revoked from Equipment "LAPTOP-001" (SN-4711) by Ada Admin',
      'Applied to User "Anna Berg" by Ada Admin',
      'Revoked from User "Anna Berg" by Ada Admin',
      'Applied to Equipment "PRESS-9" by Ada Admin',
    ]);
    expect(log.body.items[1]).toMatchObject({
      at: '2026-11-21T09:00:00.000Z',
      action: 'key.applied',
      group: 'applied',
      subject: `key:${keyId}`,
      actor: { id: world.adminId, name: 'Ada Admin' },
      keyId,
      equipmentId: nord.unitId,
      customerId: nord.customerId,
      details: { maskedKey: '•••••-•••••-•••••-•••••-10001', equipment: 'LAPTOP-001', actor: { via: 'token' } },
      erased: null,
    });
    expect(log.body.items[2]).toMatchObject({ action: 'key.removed', group: 'revoked' });
  });

  it('L6: an expiry names the system as its user', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10002', { keyType: 'trial', validityEnd: '2026-11-21' });
    clock.set('2026-11-22T09:00:00.000Z');
    expect((await admin('POST', '/expiry-runs')).status).toBe(201);
    const log = await readsOf(keyId);
    expect(sentences(log)).toEqual(['Created by Ada Admin', 'Expired by System']);
    expect(log.body.items[1]).toMatchObject({ group: 'expired', actor: { name: 'System' } });
  });

  it('L4: the list is filtered by action, in codes or in groups', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10003');
    await remove(await apply(keyId, { userName: 'Anna Berg' }));
    await admin('POST', `/keys/${keyId}/revocation`, { reason: 'lost' });
    const of = async (action: string) => actions(await admin('GET', `/audit?keyId=${keyId}&sort=idx&action=${action}`));
    expect(await of('revoked')).toEqual(['key.removed', 'key.revoked']);
    expect(await of('key.removed')).toEqual(['key.removed']);
    expect(await of('created,key.revoked')).toEqual(['key.created', 'key.revoked']);
    expect(await of('expired')).toEqual([]);
    expect(await of('other')).toEqual([]);
    const wrong = await admin('GET', '/audit?action=key.remove');
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '?action', code: 'unknown_value' }] } });
  });

  it('L4: the list is filtered by key, unit, customer, user and subject', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10004');
    await apply(keyId, { equipmentId: nord.unitId });
    const total = async (query: string): Promise<number> => (await admin('GET', `/audit?${query}`)).body.total;
    expect(await total(`keyId=${keyId}`)).toBe(2);
    expect(await total(`keyId=${keyId}&equipmentId=${nord.unitId}`)).toBe(1);
    expect(await total(`keyId=${keyId}&equipmentId=`)).toBe(1);
    expect(await total(`equipmentId=${nord.unitId}&action=key.applied&keyId=${keyId},other`)).toBe(1);
    expect(await total(`customerId=${nord.customerId}&keyId=${keyId}`)).toBe(2);
    expect(await total(`actorId=${world.adminId}&keyId=${keyId}`)).toBe(2);
    expect(await total(`actorId=nobody&keyId=${keyId}`)).toBe(0);
    expect(await total(`subject=key:${keyId}`)).toBe(2);
    expect(await total(`keyId=${keyId}&idx=0,999999999999`)).toBe(0);
    expect(await total(`keyId=${keyId}&idxFrom=0&idxTo=999999999999`)).toBe(2);
  });

  it('L4: a period is whole days in the organisation’s zone, or moments, both ends included', async () => {
    clock.set('2026-12-01T22:59:59.999Z');
    const last = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10005');
    clock.set('2026-12-01T23:00:00.000Z');
    const first = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10006');
    const found = async (query: string): Promise<string[]> => {
      const log = await admin('GET', `/audit?action=key.created&sort=idx&${query}`);
      return log.body.items.map((entry: { keyId: string }) => entry.keyId);
    };
    expect(await found('from=2026-12-01&to=2026-12-01')).toEqual([last]);
    expect(await found('from=2026-12-02&to=2026-12-02')).toEqual([first]);
    expect(await found('from=2026-12-01')).toEqual([last, first]);
    expect(await found('from=2026-12-01T22:59:59.999Z&to=2026-12-01T23:00Z')).toEqual([last, first]);
    expect(await found('from=2026-12-01T23:00:00Z&to=2026-12-31T00:00:00Z')).toEqual([first]);
    expect(await found('from=2026-12-01&to=2026-12-01T22:59:59.998Z')).toEqual([]);
    expect((await admin('GET', '/audit?from=yesterday')).body.errors).toMatchObject([{ pointer: '?from' }]);
    expect((await admin('GET', '/audit?to=2026-02-30')).body.errors).toMatchObject([{ pointer: '?to' }]);
  });

  it('L4: it is sorted by number or time, paged, grouped with counts, and searched by user and action', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10007');
    await remove(await apply(keyId, { equipmentId: south.unitId }));
    const page = await admin('GET', `/audit?keyId=${keyId}&sort=-at&limit=2`);
    expect(actions(page)).toEqual(['key.removed', 'key.applied']);
    const rest = await admin('GET', `/audit?keyId=${keyId}&sort=-at&limit=2&cursor=${page.body.nextCursor}`);
    expect(actions(rest)).toEqual(['key.created']);
    const groups = async (field: string) => {
      const { body } = await admin('GET', `/audit?keyId=${keyId}&groupBy=${field}`);
      return body.groups.map(({ label, count }: { label: string; count: number }) => `${label} ${count}`);
    };
    expect(await groups('action')).toEqual(['key.applied 1', 'key.created 1', 'key.removed 1']);
    expect(await groups('equipmentId')).toEqual([' 1', 'PRESS-9 2']);
    expect(await groups('actorId')).toEqual(['Ada Admin 3']);
    expect(await groups('customerId')).toEqual(['LAPTOP-001 1', 'PRESS-9 2']);
    expect(await groups('keyId')).toEqual(['•••••-•••••-•••••-•••••-10007 3']);
    const search = async (q: string): Promise<number> =>
      (await admin('GET', `/audit?keyId=${keyId}&q=${q}`)).body.total;
    expect(await Promise.all(['ada', 'dmi', 'dm', 'appl', 'zzz', 'PRESS'].map(search))).toEqual([3, 3, 0, 1, 0, 0]);
  });

  it('L4: an empty result says how many entries there are without the filters', async () => {
    const all = (await admin('GET', '/audit?limit=1')).body.total;
    expect(all).toBeGreaterThan(20);
    const none = await admin('GET', '/audit?keyId=nothing');
    expect(none.body).toMatchObject({ items: [], total: 0, totalUnfiltered: all, limitedTo: null });
  });

  it('P2: somebody limited to customers has the entries of those, in items, counts, groups and search', async () => {
    const nordKey = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10008');
    await remove(await apply(nordKey, { equipmentId: nord.unitId }));
    await apply(nordKey, { equipmentId: south.unitId });
    const own = await admin('GET', `/audit?customerId=${south.customerId}&limit=200`);
    expect(own.body.total).toBeGreaterThan(3);
    // The product of the key on their unit is theirs to see, and what became of it.
    const { product } = (await admin('GET', `/keys/${nordKey}`)).body;
    const ofProduct = (await admin('GET', `/audit?subject=product:${product.id}`)).body.items;
    expect(ofProduct.length).toBeGreaterThan(0);
    const seen = await technician('GET', '/audit?limit=200');
    const total = own.body.total + ofProduct.length;
    // All these keys are of others: which seat it is would tell how many hold them.
    const shown = [...own.body.items, ...ofProduct].map((entry) => {
      const { seat: _, ...details } = entry.details;
      return { ...entry, details };
    });
    expect(seen.body.items).toEqual(shown.sort((a, b) => b.idx - a.idx));
    expect(seen.body).toMatchObject({ total, totalUnfiltered: total, limitedTo: 'customers' });
    expect(JSON.stringify(seen.body)).not.toContain('LAPTOP-001');
    expect(JSON.stringify(seen.body)).not.toContain(nord.customerId);
    expect(sentences(await technician('GET', `/audit?keyId=${nordKey}`))).toEqual([
      'Applied to Equipment "PRESS-9" by Ada Admin',
    ]);
    const groups = await technician('GET', '/audit?groupBy=customerId');
    expect(groups.body).toMatchObject({ groups: [{ value: null }, { label: 'PRESS-9' }], total });
    const none = await technician('GET', `/audit?equipmentId=${nord.unitId}`);
    expect(none.body).toMatchObject({ total: 0, totalUnfiltered: total, limitedTo: 'customers' });
    expect((await nobody('GET', '/audit')).body).toMatchObject({ items: [], total: 0, totalUnfiltered: 0 });
  });

  it('P2: a customer out of scope is not named where a key came from', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10009');
    const moved = await admin('PATCH', `/keys/${keyId}`, { customerId: south.customerId }, anyVersion);
    expect(moved.status).toBe(200);
    const log = await auditor('GET', `/audit?keyId=${keyId}&action=key.updated`);
    expect(log.body.items[0].details.changes).toEqual({ customerId: { old: null, new: south.customerId } });
    const evidence = await auditor('POST', '/audit/export', { keyId });
    expect(JSON.stringify(evidence.body)).not.toContain(nord.customerId);
  });

  it('P2: a unit out of scope is not named where a key was moved to', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10013');
    await apply(keyId, { equipmentId: south.unitId });
    const moved = await admin('POST', `/equipment/${south.unitId}/transfer`, { toEquipmentId: nord.unitId });
    expect(moved.status).toBe(200);
    const query = `/audit?keyId=${keyId}&action=key.removed`;
    const detailsFor = async (call: World['admin']) => (await call('GET', query)).body.items[0].details;
    expect(await detailsFor(admin)).toMatchObject({ equipment: 'PRESS-9', movedTo: nord.unitId });
    expect(await detailsFor(technician)).toMatchObject({ equipment: 'PRESS-9', movedTo: null });
    const evidence = await auditor('POST', '/audit/export', { keyId });
    const [, removed, ...more] = evidence.body.entries;
    expect([removed.salt, removed.body, removed.withheld, more]).toEqual([null, null, true, []]);
    expect(JSON.stringify(evidence.body)).not.toContain(nord.unitId);
  });

  it('L7: the entries of a deleted key say that their content was erased, when and by which entry', async () => {
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10010');
    await remove(await apply(keyId, { equipmentId: nord.unitId }));
    expect((await admin('DELETE', `/keys/${keyId}`, undefined, anyVersion)).status).toBe(204);
    const { items } = (await readsOf(keyId)).body;
    const by = items[4].idx;
    expect(items.map(({ action, sentence }: Entry) => [action, sentence])).toEqual([
      ['key.created', null],
      ['key.applied', null],
      ['key.removed', null],
      ['key.deleted', 'Deleted by Ada Admin'],
      ['entries.erased', 'Content of 3 entries erased by Ada Admin'],
    ]);
    expect(items[1]).toMatchObject({ details: null, erased: { by, at: items[4].at }, actor: { name: 'Ada Admin' } });
    expect(items[3]).toMatchObject({ details: { erasedEntries: 3 }, erased: null });
  });

  it('L10: evidence of a unit is accepted, with what erased the content of a key that was on it', async () => {
    const { body } = await admin('POST', '/audit/export', { equipmentId: nord.unitId });
    const chosen = body.entries.filter(({ header }: { header: string }) => header.includes(nord.unitId));
    expect(chosen.length).toBe((await admin('GET', `/audit?equipmentId=${nord.unitId}`)).body.total);
    expect(body.entries.length).toBeGreaterThan(chosen.length);
    const verdict = verifyApart(join(folder, `${engine}-unit.json`), {
      text: JSON.stringify(body),
      key: body.publicKey,
    });
    expect(verdict).toMatchObject({ ok: true, problems: [], status: 0 });
  });

  it('L3: no address of the interface writes, changes or deletes an entry', async () => {
    for (const method of ['POST', 'PATCH', 'DELETE']) {
      expect([404, 405], method).toContain((await admin(method, '/audit', {}, anyVersion)).status);
      expect([404, 405], method).toContain((await admin(method, '/audit/3', {}, anyVersion)).status);
    }
  });

  it('L1: the time of the log never goes back, whatever the clock does', async () => {
    clock.set('2026-12-02T10:00:00.000Z');
    await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10011');
    clock.set('2026-12-01T10:00:00.000Z');
    const keyId = await newKey('AAAAA-BBBBB-CCCCC-DDDDD-10012');
    expect((await readsOf(keyId)).body.items[0].at).toBe('2026-12-02T10:00:00.000Z');
  });
});
