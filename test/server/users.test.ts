import { describe, expect, it } from 'vitest';
import { seedCustomers } from '../harness/seed.ts';
import { adminPassword, type Call, engines, newWorld, type World } from '../harness/world.ts';

const password = 'a long enough password';
const anyVersion = { 'if-match': '*' };

/** Signs somebody in, or answers the refusal; the caller sends the session's cookie. */
async function signIn(world: World, email: string, as = password): Promise<{ status: number; call: Call }> {
  const { status, headers } = await world.as(undefined)('POST', '/session', { email, password: as });
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const call: Call = (method, path, body, more) => world.as(undefined)(method, path, body, { cookie, ...more });
  return { status, call };
}

async function recorded({ database }: World, id: string) {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.action', 'p.body'])
    .where('e.subject', '=', `user:${id}`)
    .where('e.action', 'like', 'user.%')
    .orderBy('e.idx')
    .execute();
  return rows.map(({ action, body }) => ({ action, details: JSON.parse(body) }));
}

describe.each(engines)('people on %s', async (engine) => {
  const world = await newWorld(engine);
  const ada = (await signIn(world, 'ada@nordwind.example', adminPassword)).call;
  const [acme = '', umbra = ''] = await seedCustomers(world, ['Acme', 'Umbra']);
  let made = 0;
  const add = async (role: string, more: object = {}): Promise<{ id: string; email: string }> => {
    made += 1;
    const email = `person${made}@nordwind.example`;
    const { status, body } = await ada('POST', '/users', { name: `Person ${made}`, email, role, password, ...more });
    expect(status).toBe(201);
    return { id: body.id, email };
  };

  it('P1: an administrator adds a person, who signs in with the role and customers given', async () => {
    const body = { name: 'Tom Berg', email: 'Tom@Nordwind.example', role: 'technician', password, customerIds: [acme] };
    const added = await ada('POST', '/users', body, { 'idempotency-key': 'tom' });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({ name: 'Tom Berg', role: 'technician', customerIds: [acme], disabled: false });
    expect((await ada('POST', '/users', body, { 'idempotency-key': 'tom' })).body).toEqual(added.body);
    const tom = await signIn(world, 'tom@nordwind.example');
    expect((await tom.call('GET', '/me')).body).toMatchObject({ id: added.body.id, customerIds: [acme] });
    expect((await tom.call('GET', '/users')).status).toBe(403);
    expect(await recorded(world, added.body.id)).toMatchObject([
      { action: 'user.created', details: { name: 'Tom Berg', role: 'technician', customerIds: [acme] } },
    ]);
  });

  it('P1: a person without a password cannot sign in until it is reset', async () => {
    const { email } = await add('technician', { password: undefined });
    for (const guess of ['', password]) expect((await signIn(world, email, guess)).status).toBe(401);
  });

  it('P1: refuses an e-mail address that somebody has, however it is spelled in case, and unknown customers', async () => {
    const twice = await ada('POST', '/users', { name: 'X', email: 'ADA@nordwind.example', role: 'auditor' });
    expect([twice.status, twice.body.code, twice.body.errors[0].pointer]).toEqual([409, 'name_taken', '/email']);
    const unknown = { name: 'X', email: 'x@x.example', role: 'auditor', customerIds: [acme, 'nowhere'] };
    const refused = await ada('POST', '/users', unknown);
    expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/customerIds/1']);
  });

  it('P4: a token makes and changes no users', async () => {
    const { id } = await add('auditor');
    const attempts = [
      await world.admin('POST', '/users', { name: 'X', email: 'x@x.example', role: 'auditor' }),
      await world.admin('PATCH', `/users/${id}`, { name: 'X' }, anyVersion),
      await world.admin('DELETE', `/users/${id}`, undefined, anyVersion),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([403, 403, 403]);
  });

  it('P2: an administrator of certain customers writes no users; the list names no customer of others', async () => {
    const { id } = await add('technician', { customerIds: [acme, umbra] });
    const limited = (await signIn(world, (await add('administrator', { customerIds: [acme] })).email)).call;
    const attempts = [
      await limited('POST', '/users', { name: 'X', email: 'x@x.example', role: 'auditor' }),
      await limited('PATCH', `/users/${id}`, { customerIds: null }, anyVersion),
      await limited('DELETE', `/users/${id}`, undefined, anyVersion),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([403, 403, 403]);
    const list = (await limited('GET', '/users')).body.items;
    expect(list.find((user: { id: string }) => user.id === id).customerIds).toEqual([acme]);
  });

  it('P1: a changed role and changed customers hold at the next request of an open session and of a token', async () => {
    const { id, email } = await add('administrator');
    const { call } = await signIn(world, email);
    const token = await call('POST', '/tokens', { name: 'mine', role: 'administrator' });
    const withToken = world.as(token.body.token);
    expect((await withToken('GET', '/users')).status).toBe(200);
    const changed = await ada(
      'PATCH',
      `/users/${id}`,
      { role: 'technician', customerIds: [umbra] },
      { 'if-match': '"1"' },
    );
    expect(changed.body).toMatchObject({ role: 'technician', customerIds: [umbra], version: 2 });
    for (const someone of [call, withToken]) {
      expect((await someone('GET', '/users')).status).toBe(403);
      expect((await someone('GET', '/me')).body.customerIds).toEqual([umbra]);
    }
    expect((await recorded(world, id)).at(-1)).toMatchObject({
      action: 'user.updated',
      details: {
        changes: { role: { old: 'administrator', new: 'technician' }, customerIds: { old: null, new: [umbra] } },
      },
    });
  });

  it('K17: a stale version is refused; a change that changes nothing leaves version and log alone', async () => {
    const { id } = await add('auditor');
    expect((await ada('PATCH', `/users/${id}`, { name: 'Nora' }, { 'if-match': '"7"' })).status).toBe(412);
    expect((await ada('PATCH', `/users/${id}`, { name: 'Nora' })).status).toBe(428);
    const renamed = await ada('PATCH', `/users/${id}`, { name: 'Nora' }, { 'if-match': '"1"' });
    expect(renamed.headers.get('etag')).toBe('"2"');
    const same = await ada('PATCH', `/users/${id}`, { name: 'Nora', role: 'auditor' }, { 'if-match': '"2"' });
    expect(same.body).toEqual(renamed.body);
    expect(await recorded(world, id)).toHaveLength(2);
    expect((await ada('PATCH', '/users/system', { name: 'X' }, anyVersion)).status).toBe(404);
  });

  it('P1: nobody changes the own role or customers', async () => {
    const { id, email } = await add('administrator');
    const { call } = await signIn(world, email);
    for (const body of [{ role: 'auditor' }, { customerIds: [acme] }])
      expect((await call('PATCH', `/users/${id}`, body, anyVersion)).body.code).toBe('forbidden');
    expect((await call('PATCH', `/users/${id}`, { name: 'Me', role: 'administrator' }, anyVersion)).status).toBe(200);
  });

  it('E7, S14: disabling ends sessions and tokens at once; enabling again brings back neither', async () => {
    const { id, email } = await add('administrator');
    const { call } = await signIn(world, email);
    const withToken = world.as((await call('POST', '/tokens', { name: 'mine', role: 'auditor' })).body.token);
    expect((await ada('DELETE', `/users/${id}`, undefined, anyVersion)).status).toBe(204);
    expect([(await call('GET', '/me')).status, (await withToken('GET', '/me')).status]).toEqual([401, 401]);
    expect((await signIn(world, email)).status).toBe(401);
    expect((await ada('DELETE', `/users/${id}`, undefined, anyVersion)).status).toBe(204);
    const enabled = await ada('PATCH', `/users/${id}`, { disabled: false }, anyVersion);
    expect(enabled.body.disabled).toBe(false);
    expect([(await call('GET', '/me')).status, (await withToken('GET', '/me')).status]).toEqual([401, 401]);
    expect((await recorded(world, id)).map(({ action }) => action)).toEqual([
      'user.created',
      'user.disabled',
      'user.updated',
    ]);
  });

  it('P1: lists people, never the system, by name, e-mail, role and state', async () => {
    const all = (await ada('GET', '/users?limit=200')).body;
    expect(all.items).toHaveLength(all.total);
    expect(all.items.map((user: { id: string }) => user.id)).not.toContain('system');
    expect((await ada('GET', '/users?q=tom@nord')).body.items).toMatchObject([{ name: 'Tom Berg' }]);
    expect((await ada('GET', '/users?role=technician&disabled=false&q=tom')).body.total).toBe(1);
    const groups = (await ada('GET', '/users?groupBy=role')).body.groups;
    expect(groups.map((group: { value: string }) => group.value)).toEqual(['administrator', 'technician', 'auditor']);
  });
});

describe.each(engines)('the last administrator on %s', async (engine) => {
  const world = await newWorld(engine);
  const signInAda = async () => (await signIn(world, 'ada@nordwind.example', adminPassword)).call;

  it('P1: cannot be disabled; an administrator of certain customers does not count', async () => {
    const ada = await signInAda();
    const half = {
      name: 'Half',
      email: 'half@x.example',
      role: 'administrator',
      password,
      customerIds: [world.houseId],
    };
    expect((await ada('POST', '/users', half)).status).toBe(201);
    const attempts = [
      await ada('DELETE', `/users/${world.adminId}`, undefined, anyVersion),
      await ada('PATCH', `/users/${world.adminId}`, { disabled: true }, anyVersion),
    ];
    expect(attempts.map(({ body }) => body.code)).toEqual(['last_administrator', 'last_administrator']);
    expect((await ada('GET', '/me')).status).toBe(200);
  });

  it('P1: stays however two administrators disable or demote each other at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const ada = await signInAda();
      const email = `other${round}@x.example`;
      const { body } = await ada('POST', '/users', { name: 'Other', email, role: 'administrator', password });
      const other = (await signIn(world, email)).call;
      const demote = round % 2 === 0;
      const against = (call: Call, id: string) =>
        demote
          ? call('PATCH', `/users/${id}`, { role: 'auditor' }, anyVersion)
          : call('DELETE', `/users/${id}`, undefined, anyVersion);
      const answers = await Promise.all([against(ada, body.id), against(other, world.adminId)]);
      const refused = answers.filter(({ status }) => status >= 400);
      expect(refused).toHaveLength(1);
      // Too late is told apart by when it was: before the change, in it, or by a session that is gone already.
      expect(['last_administrator', 'forbidden', 'unauthenticated']).toContain(refused[0]?.body.code);
      const left = await world.database.read
        .selectFrom('user')
        .select('id')
        .where('role', '=', 'administrator')
        .where('scope', '=', 'all')
        .where('kind', '=', 'person')
        .where('disabled_at', 'is', null)
        .execute();
      expect(left).toHaveLength(1);
      if (left[0]?.id !== world.adminId) await bringBack(world, other);
    }
  });
});

/** The other one won: makes Ada an enabled administrator again, and goes. */
async function bringBack(world: World, other: Call): Promise<void> {
  const again = { role: 'administrator', disabled: false };
  expect((await other('PATCH', `/users/${world.adminId}`, again, anyVersion)).status).toBe(200);
  const me = (await other('GET', '/me')).body.id;
  expect((await other('DELETE', `/users/${me}`, undefined, anyVersion)).status).toBe(204);
}
