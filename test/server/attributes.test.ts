import { describe, expect, it } from 'vitest';
import { addKey, logSize } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { engines, newWorld } from '../harness/world.ts';

const any = { 'if-match': '*' };

describe.each(engines)('attribute definitions on %s', async (engine) => {
  const world = await newWorld(engine);
  const define = async (recordType: string, name: string, more: object = {}) => {
    const body = { recordType, name, kind: 'text', labelEn: `${name} (en)`, labelDe: `${name} (de)`, ...more };
    return world.admin('POST', '/attributes', body);
  };

  it('K12: an attribute is defined per record type with names in both languages, changed, listed and recorded', async () => {
    const made = await define('equipment', 'room', { mask: 'A-999', required: false });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ recordType: 'equipment', kind: 'text', mask: 'A-999', archived: false });
    await define('license', 'room', { kind: 'number' });
    const { id } = made.body;
    const changed = await world.admin('PATCH', `/attributes/${id}`, { labelDe: 'Raum', mask: null }, any);
    expect(changed.body).toMatchObject({ name: 'room', labelDe: 'Raum', mask: null, version: 2 });
    const list = await world.admin('GET', '/attributes?recordType=equipment');
    expect(list.body).toEqual({ items: [changed.body], total: 1 });
    expect((await world.admin('GET', '/attributes')).body.total).toBe(2);
    expect((await world.admin('GET', '/attributes?recordType=user')).status).toBe(400);
    expect(await recordedOf(world, `attribute:${id}`)).toMatchObject([
      { action: 'attribute.created', details: { name: 'room', recordType: 'equipment', mask: 'A-999' } },
      {
        action: 'attribute.updated',
        details: { changes: { labelDe: { old: 'room (de)', new: 'Raum' }, mask: { old: 'A-999', new: null } } },
      },
    ]);
  });

  it('K12: a faulty definition is refused at its field, and its name, kind and record type stay', async () => {
    const faults: [object, string][] = [
      [{ name: 'Big' }, '/name'],
      [{ name: 'constructor' }, '/name'],
      [{ kind: 'choice' }, '/choices'],
      [{ kind: 'choice', choices: ['a', 'A'] }, '/choices/1'],
      [{ kind: 'number', mask: '99' }, '/mask'],
      [{ mask: 'AA\\' }, '/mask'],
      [{ kind: 'colour' }, '/kind'],
      [{ labelDe: '' }, '/labelDe'],
    ];
    for (const [body, pointer] of faults) {
      const refused = await define('key', 'faulty', body);
      expect([refused.status, refused.body.errors]).toMatchObject([400, [{ pointer }]]);
    }
    const { id } = (await define('key', 'steady', { kind: 'choice', choices: ['S', 'M'] })).body;
    for (const body of [{ name: 'other' }, { kind: 'text' }, { recordType: 'license' }, { choices: [] }, { mask: 'A' }])
      expect((await world.admin('PATCH', `/attributes/${id}`, body, any)).status).toBe(400);
    expect((await world.admin('GET', `/attributes/${id}`)).body).toMatchObject({ choices: ['S', 'M'], version: 1 });
  });

  it('K12: a name is taken once per record type', async () => {
    const first = await define('key', 'project');
    const again = await define('key', 'project', { kind: 'number' });
    expect([again.status, again.body]).toMatchObject([
      409,
      { code: 'name_taken', existing: { type: 'attribute', id: first.body.id } },
    ]);
    expect((await define('license', 'project')).status).toBe(201);
  });

  it('K17: a stale version changes nothing; one that changes nothing is not recorded', async () => {
    const { id } = (await define('key', 'stale')).body;
    const before = await logSize(world);
    expect((await world.admin('PATCH', `/attributes/${id}`, { required: true }, { 'if-match': '"2"' })).status).toBe(
      412,
    );
    const same = await world.admin('PATCH', `/attributes/${id}`, { required: false }, { 'if-match': '"1"' });
    expect([same.status, same.body.version]).toEqual([200, 1]);
    expect((await world.admin('DELETE', `/attributes/${id}`, undefined, { 'if-match': '"2"' })).status).toBe(412);
    expect(await logSize(world)).toBe(before);
  });

  it.each(['key', 'equipment', 'license'])(
    'E7: a definition that a %s has a value for stays until it is gone',
    async (recordType) => {
      const { id } = (await define(recordType, 'flag', { kind: 'boolean' })).body;
      const attributes = { flag: false };
      const made: Record<string, () => Promise<{ id: string }>> = {
        key: () => addKey(world, { attributes }),
        equipment: async () => (await world.admin('POST', '/equipment', { name: 'FLAG-1', attributes })).body,
        license: async () => (await world.admin('POST', '/licenses', { productName: 'Flagged', attributes })).body,
      };
      const record = await made[recordType]?.();
      const refused = await world.admin('DELETE', `/attributes/${id}`, undefined, any);
      expect([refused.status, refused.body]).toMatchObject([
        409,
        { code: 'in_use', heldBy: [{ type: recordType, id: record?.id }] },
      ]);
      expect((await world.admin('GET', `/attributes/${id}`)).status).toBe(200);
      const path = { key: 'keys', equipment: 'equipment', license: 'licenses' }[recordType];
      const cleared = await world.admin('PATCH', `/${path}/${record?.id}`, { attributes: { flag: null } }, any);
      expect([cleared.status, cleared.body.attributes]).toEqual([200, {}]);
      expect((await world.admin('DELETE', `/attributes/${id}`, undefined, any)).status).toBe(204);
      expect((await recordedOf(world, `attribute:${id}`)).at(-1)).toMatchObject({
        action: 'attribute.deleted',
        details: { name: 'flag', recordType },
      });
      const unknown = await world.admin('PATCH', `/${path}/${record?.id}`, { attributes }, any);
      expect([unknown.status, unknown.body.errors]).toMatchObject([400, [{ pointer: '/attributes/flag' }]]);
    },
  );

  it('K12: an archived attribute is not asked for, and keeps its values', async () => {
    const { id } = (await define('license', 'owner', { required: true })).body;
    const missing = await world.admin('POST', '/licenses', { productName: 'CAD' });
    expect([missing.status, missing.body.errors]).toMatchObject([
      400,
      [{ pointer: '/attributes/owner', code: 'required' }],
    ]);
    const made = await world.admin('POST', '/licenses', { productName: 'CAD', attributes: { owner: 'Eva' } });
    await world.admin('PATCH', `/attributes/${id}`, { archived: true }, any);
    expect((await world.admin('POST', '/licenses', { productName: 'CAD' })).status).toBe(201);
    const kept = await world.admin('PATCH', `/licenses/${made.body.id}`, { quantity: 2 }, any);
    expect(kept.body.attributes).toEqual({ owner: 'Eva' });
  });

  it('P1, P2: everybody reads definitions; only an administrator of all customers writes them', async () => {
    const { id } = (await define('key', 'guarded')).body;
    const limited = await world.tokenFor('administrator', [world.houseId]);
    for (const call of [await world.tokenFor('technician'), await world.tokenFor('auditor'), limited]) {
      expect((await call('GET', `/attributes/${id}`)).status).toBe(200);
      const body = { recordType: 'key', name: 'mine', kind: 'text', labelEn: 'Mine', labelDe: 'Meins' };
      expect((await call('POST', '/attributes', body)).status).toBe(403);
      expect((await call('PATCH', `/attributes/${id}`, { required: true }, any)).status).toBe(403);
      expect((await call('DELETE', `/attributes/${id}`, undefined, any)).status).toBe(403);
    }
    expect((await world.admin('GET', '/attributes/none')).status).toBe(404);
  });
});
