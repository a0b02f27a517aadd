import { describe, expect, it } from 'vitest';
import { actionsOf, addKey, addUnit, applyTo, logSize, subscription, trailOf } from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('renewing keys on %s', async (engine) => {
  const world = await newWorld(engine);
  const renew = (id: string, body: object, headers: Record<string, string> = {}) =>
    world.admin('POST', `/keys/${id}/renewal`, body, headers);
  const get = async (id: string) => (await world.admin('GET', `/keys/${id}`)).body;

  it('C5: an expired key in use gets a later end, its status follows, its assignment stays, all of it recorded', async () => {
    const key = await addKey(world, { ...subscription('2026-11-21'), remarks: 'Volume deal' });
    await applyTo(world, key.id, { equipmentId: await addUnit(world, 'LAPTOP-001') });
    world.clock.addDays(1);
    expect((await get(key.id)).status).toBe('expired');
    const renewed = await renew(key.id, { validityEnd: '2027-11-21', reference: 'PO-1' });
    expect(renewed.status).toBe(200);
    expect(renewed.body).toMatchObject({
      status: 'applied',
      seatsTaken: 1,
      validityEnd: '2027-11-21',
      remarks: 'Volume deal\nRenewed subscription - expires 2027-11-21 - Reference: PO-1',
      version: 2,
    });
    expect((await world.admin('GET', '/keys?q=po-1')).body.total).toBe(1);
    const again = await renew(key.id, { extendBy: 'P1Y' });
    expect(again.body.remarks.split('\n').at(-1)).toBe('Renewed subscription - expires 2028-11-21');
    const { body } = await world.admin('GET', `/keys/${key.id}/renewals`);
    const ada = { id: world.adminId, name: 'Ada Admin' };
    expect(body.items).toMatchObject([
      { oldEnd: '2027-11-21', newEnd: '2028-11-21', reference: null, renewedBy: ada },
      { oldEnd: '2026-11-21', newEnd: '2027-11-21', reference: 'PO-1', renewedBy: ada },
    ]);
    expect((await trailOf(world, key.id)).slice(-2)).toMatchObject([
      { action: 'key.renewed', details: { oldEnd: '2026-11-21', newEnd: '2027-11-21', reference: 'PO-1' } },
      { action: 'key.renewed', details: { oldEnd: '2027-11-21', newEnd: '2028-11-21' } },
    ]);
  });

  it.each([
    ['not later', subscription('2027-06-30'), { validityEnd: '2027-06-30' }, 409, 'renewal_not_later'],
    ['permanent', {}, { extendBy: 'P1Y' }, 409, 'key_permanent'],
    ['neither end nor period', subscription('2027-06-30'), { reference: 'PO' }, 400, 'invalid'],
    ['both', subscription('2027-06-30'), { validityEnd: '2028-01-01', extendBy: 'P1Y' }, 400, 'invalid'],
    ['no period', subscription('2027-06-30'), { extendBy: 'P0D' }, 400, 'invalid'],
    ['the far end', subscription('2027-06-30'), { validityEnd: '9999-12-31' }, 400, 'invalid'],
    ['too long a period', subscription('2027-06-30'), { extendBy: 'P9000Y' }, 400, 'invalid'],
  ])('C5: a renewal is refused and nothing changes: %s', async (_, fields, body, status, code) => {
    const key = await addKey(world, fields);
    const refused = await renew(key.id, body);
    expect([refused.status, refused.body.code]).toEqual([status, code]);
    expect(await get(key.id)).toEqual(key);
    expect(await actionsOf(world, key.id)).toEqual(['key.created']);
  });

  it('C5: a revoked key is not renewed', async () => {
    const key = await addKey(world, subscription('2027-06-30'));
    await world.admin('POST', `/keys/${key.id}/revocation`, { reason: 'Lost' });
    expect((await renew(key.id, { extendBy: 'P1Y' })).body.code).toBe('key_revoked');
  });

  it('C5: a selection is renewed at once, each from its own end, with a common batch', async () => {
    const ends = ['2027-03-31', '2026-11-01', '2027-02-28'];
    const keys = await Promise.all(ends.map((end) => addKey(world, subscription(end))));
    const keyIds = keys.map((key) => key.id);
    const { status, body } = await world.admin('POST', '/renewals', { keyIds, extendBy: 'P1Y', reference: 'PO-9' });
    expect(status).toBe(200);
    expect(body.items.map((key: { id: string; validityEnd: string }) => [key.id, key.validityEnd])).toEqual([
      [keyIds[0], '2028-03-31'],
      [keyIds[1], '2027-11-01'],
      [keyIds[2], '2028-02-28'],
    ]);
    for (const id of keyIds)
      expect((await trailOf(world, id)).at(-1)).toMatchObject({
        action: 'key.renewed',
        details: { batch: body.batch, reference: 'PO-9' },
      });
  });

  it('S2: of a selection whose texts are too long together nothing is renewed; in parts it is', async () => {
    const long = { ...subscription('2027-03-31'), remarks: 'r'.repeat(9900), termsOfUse: 't'.repeat(9900) };
    const keyIds: string[] = [];
    for (let i = 0; i < 26; i += 1) keyIds.push((await addKey(world, long)).id);
    const size = await logSize(world);
    const refused = await world.admin('POST', '/renewals', { keyIds, extendBy: 'P1Y' });
    expect([refused.status, refused.body.errors]).toMatchObject([
      400,
      [{ code: 'texts_too_long', params: { max: 500_000 } }],
    ]);
    expect(await logSize(world)).toBe(size);
    const renewed = await world.admin('POST', '/renewals', { keyIds: keyIds.slice(0, 25), extendBy: 'P1Y' });
    expect(renewed.status).toBe(200);
    const [entry] = (await trailOf(world, keyIds[0] ?? '')).slice(-1);
    expect(entry).toMatchObject({ details: { changes: { remarks: { old: long.remarks } } } });
  });

  it('C5: one key of a selection that refuses stops all, and is named (security 26)', async () => {
    const good = await Promise.all([1, 2, 3].map(() => addKey(world, subscription('2027-03-31'))));
    const permanent = await addKey(world);
    const keyIds = [...good.map((key) => key.id), permanent.id, 'missing'];
    const size = await logSize(world);
    const missing = await world.admin('POST', '/renewals', { keyIds, extendBy: 'P1Y' });
    expect([missing.status, missing.body.errors[0].pointer]).toEqual([404, '/keyIds/4']);
    const refused = await world.admin('POST', '/renewals', { keyIds: keyIds.slice(0, 4), extendBy: 'P1Y' });
    expect(refused.body).toMatchObject({
      code: 'key_permanent',
      errors: [{ pointer: '/keyIds/3', code: 'key_permanent' }],
    });
    const twice = { keyIds: [keyIds[0], keyIds[0]], extendBy: 'P1Y' };
    expect((await world.admin('POST', '/renewals', twice)).body.errors).toMatchObject([
      { pointer: '/keyIds/1', code: 'repeated' },
    ]);
    for (const key of good) expect(await get(key.id)).toEqual(key);
    expect(await logSize(world)).toBe(size);
  });

  it('C5: two overlapping selections at the same moment renew every key twice', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => addKey(world, subscription('2027-03-31'))));
    const keyIds = keys.map((key) => key.id);
    const answers = await Promise.all(
      [keyIds, keyIds.toReversed()].map((ids) => world.admin('POST', '/renewals', { keyIds: ids, extendBy: 'P1Y' })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    for (const id of keyIds) expect((await get(id)).validityEnd).toBe('2029-03-31');
  });

  it('C5, K17: a stale If-Match is refused when sent', async () => {
    const key = await addKey(world, subscription('2027-03-31'));
    expect((await renew(key.id, { extendBy: 'P1Y' }, { 'if-match': '"1"' })).status).toBe(200);
    expect((await renew(key.id, { extendBy: 'P1Y' }, { 'if-match': '"1"' })).status).toBe(412);
  });

  it('C5: remarks that are full keep what people wrote', async () => {
    const key = await addKey(world, { ...subscription('2027-03-31'), remarks: 'x'.repeat(9_990) });
    expect((await renew(key.id, { extendBy: 'P1Y' })).body.remarks).toBe('x'.repeat(9_990));
    expect((await world.admin('GET', `/keys/${key.id}/renewals`)).body.items).toHaveLength(1);
  });

  it('Idempotency: a repeated renewal has one effect, also in parallel; another body is refused', async () => {
    const key = await addKey(world, subscription('2027-03-31'));
    const headers = { 'idempotency-key': 'renew-1' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => renew(key.id, { extendBy: 'P1Y', reference: 'PO-5' }, headers)),
    );
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, answers[0]?.body]);
    expect((await get(key.id)).validityEnd).toBe('2028-03-31');
    expect(await actionsOf(world, key.id)).toEqual(['key.created', 'key.renewed']);
    expect((await renew(key.id, { extendBy: 'P2Y' }, headers)).status).toBe(422);
  });
});
