import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addPerson, type Credentials, send } from '../harness/actors.ts';
import { addCustomer, addKey, addUnit, applyTo } from '../harness/arrange.ts';
import { setUser } from '../harness/sealed.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('who may do what on %s', async (engine) => {
  const world = await newWorld(engine);
  const [mine, theirs] = [await addCustomer(world, 'Mine'), await addCustomer(world, 'Theirs')];
  const anyVersion = { 'if-match': '*' };

  async function ask(who: Credentials, method: string, path: string, body?: unknown) {
    const answer = await send(world, who, { method, path, body, headers: anyVersion });
    return { status: answer.status, body: answer.text === '' ? undefined : JSON.parse(answer.text) };
  }

  it('A9: an administrator of my customer only removes its key from another’s unit, and changes nothing of it', async () => {
    const { session } = await addPerson(world, { role: 'administrator', scope: [mine] });
    const key = await addKey(world, { customerId: mine });
    const to = { equipmentId: await addUnit(world, 'Far away', { customerId: theirs }) };
    const { id } = await applyTo(world, key.id, to);
    const changed = await ask(session, 'PATCH', `/assignments/${id}`, { remarks: 'x' });
    expect([changed.status, changed.body.detail]).toEqual([
      403,
      expect.stringContaining('Ask an administrator: Ada Admin'),
    ]);
    expect((await ask(session, 'DELETE', `/assignments/${id}`)).status).toBe(204);
    const other = await applyTo(world, (await addKey(world, { customerId: theirs })).id, to);
    for (const method of ['PATCH', 'DELETE'])
      expect((await ask(session, method, `/assignments/${other.id}`, method === 'PATCH' ? {} : undefined)).status).toBe(
        404,
      );
  });

  it('P1: only administrators make tokens; everybody sees and revokes their own (security 24)', async () => {
    const [technician, auditor] = [
      await addPerson(world, { role: 'technician', scope: [mine] }),
      await addPerson(world, { role: 'auditor', scope: 'all' }),
    ];
    const tokensOf = async (who: Credentials) => (await ask(who, 'GET', '/tokens')).body.items;
    for (const { id, session } of [technician, auditor]) {
      expect((await ask(session, 'POST', '/tokens', { name: 'x', role: 'auditor' })).status).toBe(403);
      expect(await tokensOf(session)).toMatchObject([{ owner: { id } }]);
    }
    const [ofAuditor] = await tokensOf(auditor.session);
    expect((await ask(technician.session, 'DELETE', `/tokens/${ofAuditor.id}`)).status).toBe(404);
    const [own] = await tokensOf(technician.session);
    expect((await ask(technician.token, 'DELETE', `/tokens/${own.id}`)).status).toBe(403);
    expect((await ask(technician.session, 'DELETE', `/tokens/${own.id}`)).status).toBe(204);
    expect((await ask(technician.token, 'GET', '/me')).status).toBe(401);
    const limited = await addPerson(world, { role: 'administrator', scope: [mine] });
    expect(await tokensOf(limited.session)).toHaveLength(1);
    expect((await ask(limited.session, 'DELETE', `/tokens/${ofAuditor.id}`)).status).toBe(404);
    const everybody = await addPerson(world, { role: 'administrator', scope: 'all' });
    expect((await tokensOf(everybody.session)).length).toBeGreaterThan(2);
    expect((await ask(everybody.session, 'DELETE', `/tokens/${ofAuditor.id}`)).status).toBe(204);
  });

  it('P4: a token has its role and its owner’s present one, and the customers of both (security 24) (security 25)', async () => {
    const owner = await addPerson(world, { role: 'administrator', scope: [mine] });
    const make = (body: object) => ask(owner.session, 'POST', '/tokens', { name: 'x', role: 'administrator', ...body });
    expect((await make({ customerIds: [theirs] })).status).toBe(404);
    const bearer = async (body: object) => ({ authorization: `Bearer ${(await make(body)).body.token}` });
    const [whole, nothing] = [await bearer({}), await bearer({ customerIds: [] })];
    const unit = await addUnit(world, `U ${engine}`, { customerId: mine });
    expect((await ask(whole, 'GET', `/equipment/${unit}`)).status).toBe(200);
    expect((await ask(nothing, 'GET', `/equipment/${unit}`)).status).toBe(404);
    expect((await ask(nothing, 'GET', '/customers')).body).toMatchObject({ items: [], total: 0 });
    const demote = (values: Parameters<typeof setUser>[2]) => setUser(world, owner.id, values);
    await demote({ role: 'auditor' });
    expect((await ask(whole, 'POST', '/equipment', { name: 'x', customerId: mine })).status).toBe(403);
    expect((await ask(owner.session, 'POST', '/equipment', { name: 'x', customerId: mine })).status).toBe(403);
    await demote({ scope: '[]' });
    expect((await ask(whole, 'GET', `/equipment/${unit}`)).status).toBe(404);
    expect((await ask(owner.session, 'GET', `/equipment/${unit}`)).status).toBe(404);
  });

  it('P4: a token is 256 random bits with a prefix, shown once, kept as a keyed hash, for a year at most (security 28)', async () => {
    const { session } = await addPerson(world, { role: 'administrator', scope: 'all' });
    const make = (expiresOn: string) => ask(session, 'POST', '/tokens', { name: 'x', role: 'auditor', expiresOn });
    for (const day of ['2026-11-20', '2027-11-22']) expect((await make(day)).body.code).toBe('invalid');
    const [one, other] = [(await make('2027-11-21')).body, (await make('2027-11-21')).body];
    expect(one.token).toMatch(/^keybook_[\w-]{43}$/);
    expect(one.token).not.toBe(other.token);
    const rows = await world.database.read.selectFrom('token').selectAll().execute();
    const hash = createHash('sha256').update(one.token).digest('base64url');
    expect(rows.find(({ id }) => id === one.id)?.token_mac).toBe(world.app.vault.credentialMac('token', hash));
    expect(JSON.stringify(rows)).not.toContain(hash);
    expect(JSON.stringify([rows, (await ask(session, 'GET', '/tokens')).body])).not.toContain(one.token);
    const bearer = { authorization: `Bearer ${one.token}` };
    expect((await ask(bearer, 'GET', '/me')).status).toBe(200);
    const [listed] = (await ask(session, 'GET', '/tokens')).body.items.filter(
      (item: { id: string }) => item.id === one.id,
    );
    expect(listed.lastUsedOn).toBe('2026-11-21');
  });

  it('api: ids are random, and none opens anything by itself (security 27)', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await addKey(world)).id));
    const random = ids.map(
      (id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-([89ab][0-9a-f]{3}-[0-9a-f]{12})$/.exec(id)?.[1],
    );
    expect(new Set(random).size).toBe(20);
    expect((await ask({}, 'GET', `/keys/${ids[0]}`)).status).toBe(401);
    const { session } = await addPerson(world, { role: 'administrator', scope: [mine] });
    expect((await ask(session, 'GET', `/keys/${ids[0]}`)).status).toBe(404);
  });

  it('P2: a stored scope that is no list of customers is nothing, never everything (security 25)', async () => {
    const { id, session } = await addPerson(world, { role: 'auditor', scope: [mine] });
    for (const scope of ['[]', 'null', '{}', '"all"', '["*"]', '["all"]', '[null]', '[["all"]]']) {
      await setUser(world, id, { scope });
      expect([scope, (await ask(session, 'GET', '/customers')).body.total]).toEqual([scope, 0]);
      expect((await ask(session, 'GET', '/keys')).body.total).toBe(0);
    }
  });

  it('P1: a technician revokes no key that is on a unit of another customer, even where technicians may', async () => {
    await ask((await addPerson(world, { role: 'administrator', scope: 'all' })).session, 'PATCH', '/settings', {
      techniciansManageKeys: true,
    });
    const { session } = await addPerson(world, { role: 'technician', scope: [mine] });
    const key = await addKey(world, { customerId: mine, seats: 2 });
    await applyTo(world, key.id, { equipmentId: await addUnit(world, 'Theirs', { customerId: theirs }) });
    const body = { reason: 'Lost', removeAssignments: true };
    expect((await ask(session, 'POST', `/keys/${key.id}/revocation`, body)).body.code).toBe('forbidden');
    const own = await addKey(world, { customerId: mine });
    await applyTo(world, own.id, { equipmentId: await addUnit(world, 'Mine', { customerId: mine }) });
    expect((await ask(session, 'POST', `/keys/${own.id}/revocation`, body)).status).toBe(200);
  });
});
