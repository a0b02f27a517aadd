import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { localContext } from '../../src/server/local-context.ts';
import { personByEmail, resetPassword } from '../../src/server/people/reset-user.ts';
import { cast, enrol, faultsFound, password, rawTables, type Scene, type Values } from '../harness/forge.ts';
import { putBack as restoreLog, unguarded } from '../harness/forged-log.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { adminPassword, engines, newWorld, serverBeside } from '../harness/world.ts';

describe.each(engines)('a row of before that is put back whole on %s', async (engine) => {
  const world = await newWorld(engine);
  const tables = rawTables(world);
  const macColumn = await tables.column('session', 'token_mac', 'token_hash');
  const scene: Scene = { ...(await cast(world)), world, tables, macColumn };

  it('S3, P8: an older row of a person, put back whole, is found by doctor', async () => {
    const { id } = await scene.person('administrator');
    const [older] = await tables.all('user', { id });
    const demoted = await scene.ask(
      await scene.ada(),
      'PATCH',
      `/users/${id}`,
      { role: 'auditor' },
      { 'if-match': '*' },
    );
    expect(demoted.status).toBe(200);
    const [newer] = await tables.all('user', { id });
    await tables.set('user', { id }, older ?? {});
    const faults = await faultsFound(world);
    await tables.set('user', { id }, newer ?? {});
    expect(faults.some((fault) => fault.includes(id))).toBe(true);
    expect(await faultsFound(world)).toEqual([]);
  });

  /** Puts a row of before back whole, and answers how to end that. */
  const putBack = async (table: string, id: string, values: Values | undefined) => {
    const [now] = await tables.all(table, { id });
    await tables.set(table, { id }, values ?? {});
    return () => tables.set(table, { id }, now ?? {});
  };
  const faulty = async (id: string) => (await faultsFound(world)).some((fault) => fault.includes(id));
  const changed = async (...[method, path, body]: [string, string, unknown?]) => {
    const { status } = await scene.ask(await scene.ada(), method, path, body, { 'if-match': '*' });
    expect(status).toBeLessThan(300);
  };
  const newPassword = 'nine tired otters drift';

  it.each([
    ['demoted', (id: string) => changed('PATCH', `/users/${id}`, { role: 'auditor' })],
    ['disabled', (id: string) => changed('DELETE', `/users/${id}`)],
    [
      'given another password',
      async (_: string, email: string) => {
        const { cookie } = await scene.signIn(email);
        const own = { current: password, password: newPassword };
        expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBe(204);
      },
    ],
  ] as const)(
    'S3, P8: the row of before of a person who was %s opens nothing at sign-in, and nothing seals it anew',
    async (_, demote) => {
      const { id, email } = await scene.person('administrator');
      const { cookie } = await scene.signIn(email);
      const [older] = await tables.all('user', { id });
      await demote(id, email);
      const undo = await putBack('user', id, older);
      const recorded = async () =>
        (await world.admin('GET', '/audit?action=tampering.found&limit=200')).body.items.length;
      const told = await recorded();
      expect((await scene.signIn(email)).status).toBe(401);
      expect((await recorded()) - told).toBe(1);
      const own = { current: password, password: 'eleven small foxes nap' };
      expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBeGreaterThanOrEqual(400);
      const rename = await scene.ask(await scene.ada(), 'PATCH', `/users/${id}`, { name: 'Y' }, { 'if-match': '*' });
      expect(rename.status).toBe(404);
      expect((await tables.all('user', { id }))[0]?.seal).toBe(older?.seal);
      expect(await faulty(id)).toBe(true);
      await undo();
      expect(await faultsFound(world)).toEqual([]);
    },
  );

  it.each([
    ['its session', false],
    ['a token of theirs', false],
    ['its session, of which nothing was asked meanwhile', true],
  ])(
    'S3, P8: the row of before of a person who was demoted gives nothing to %s, though it is open',
    async (way, unasked) => {
      const { id, email } = await scene.person('administrator');
      const { cookie } = await scene.signIn(email);
      const wanted = { name: 'x', role: 'administrator', expiresOn: '2027-11-20' };
      const { body } = await scene.ask(cookie, 'POST', '/tokens', wanted);
      const add = async () => {
        const customer = { name: `Customer ${id} ${world.clock.now().getTime()}` };
        const { status } = way.includes('token')
          ? await world.as(body.token)('POST', '/customers', customer)
          : await scene.ask(cookie, 'POST', '/customers', customer);
        world.clock.set(new Date(world.clock.now().getTime() + 1000).toISOString());
        return status;
      };
      expect(await add()).toBe(201);
      const [older] = await tables.all('user', { id });
      await changed('PATCH', `/users/${id}`, { role: 'auditor' });
      if (!unasked) expect(await add()).toBe(403);
      const undo = await putBack('user', id, older);
      expect([await add(), await add()]).toEqual([401, 401]);
      const found = await world.admin('GET', '/audit?action=tampering.found&limit=200');
      expect(JSON.stringify(found.body.items)).toContain(id);
      await undo();
      expect(await add()).toBe(403);
      expect(await faultsFound(world)).toEqual([]);
    },
  );

  it('S3, P8: what another server made older is seen by this one within ten seconds', async () => {
    const { id, email } = await scene.person('administrator');
    const { cookie } = await scene.signIn(email);
    const other = (await serverBeside(world))(undefined);
    const status = async () => (await other('GET', '/users', undefined, { cookie })).status;
    expect(await status()).toBe(200);
    const [older] = await tables.all('user', { id });
    await changed('PATCH', `/users/${id}`, { role: 'auditor' });
    const undo = await putBack('user', id, older);
    world.clock.set(new Date(world.clock.now().getTime() + 10_000).toISOString());
    expect(await status()).toBe(401);
    await undo();
  });

  const lastOf = async (subject: string) => {
    const { rows } = await sql<{
      idx: number;
    }>`select max(idx) as idx from audit_entry where subject = ${subject}`.execute(world.database.admin);
    return Number(rows[0]?.idx);
  };
  const hide = (idx: number, action: string) =>
    unguarded(world.database, async (tx) => {
      await sql`update audit_entry set action = ${action} where idx = ${idx}`.execute(tx);
    });

  it('S3, P8: an entry that is hidden from queries for a while is not forgotten: nothing opens, and nothing is sealed anew', async () => {
    const { id, email } = await scene.person('administrator');
    const { cookie } = await scene.signIn(email);
    const [older] = await tables.all('user', { id });
    await changed('PATCH', `/users/${id}`, { role: 'auditor' });
    const idx = await lastOf(`user:${id}`);
    await hide(idx, 'session.refused');
    const undo = await putBack('user', id, older);
    expect((await scene.ask(cookie, 'GET', '/users')).status).toBe(401);
    expect((await scene.signIn(email)).status).toBe(401);
    const rename = await scene.ask(await scene.ada(), 'PATCH', `/users/${id}`, { name: 'Y' }, { 'if-match': '*' });
    expect([rename.status, (await tables.all('user', { id }))[0]?.seal]).toEqual([404, older?.seal]);
    await hide(idx, 'user.updated');
    expect(await faulty(id)).toBe(true);
    await undo();
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: the newest entries, dropped while the server runs, are missed: nothing is written on top, and nothing opens', async () => {
    const { id, email } = await scene.person('administrator');
    const { cookie } = await scene.signIn(email);
    const before = await readRawLog(world.database);
    const [older] = await tables.all('user', { id });
    await changed('PATCH', `/users/${id}`, { role: 'auditor' });
    const after = await readRawLog(world.database);
    await restoreLog(world.database, before);
    const undo = await putBack('user', id, older);
    expect((await scene.ask(cookie, 'GET', '/users')).status).toBe(401);
    const made = await world.admin('POST', '/customers', { name: `Customer of ${id}` });
    expect([made.status, made.body.code]).toEqual([503, 'log_inconsistent']);
    await restoreLog(world.database, after);
    await undo();
    expect((await world.admin('POST', '/customers', { name: `Customer of ${id}` })).status).toBe(201);
    expect(await faultsFound(world)).toEqual([]);
  });

  /** Somebody who has used up a recovery code, with the code and the row of before put back. */
  const withUsedCode = async () => {
    const { id, email } = await scene.person('technician');
    const [recoveryCode] = await enrol(scene, email);
    const [older] = await tables.all('user', { id });
    const codes = await tables.all('recovery_code', { user_id: id });
    expect((await scene.signIn(email, { recoveryCode })).status).toBe(201);
    const left = await tables.all('recovery_code', { user_id: id });
    const used = codes.find((code) => !left.some(({ code_mac }) => code_mac === code.code_mac));
    await tables.put('recovery_code', used ?? {});
    const undoRow = await putBack('user', id, older);
    const undo = async () => {
      await undoRow();
      await tables.remove('recovery_code', used ?? {});
    };
    return { id, email, recoveryCode, undo };
  };

  it('S3, P8: an entry that has lost its content tells the worst: a used recovery code stays used', async () => {
    const { id, email, recoveryCode, undo } = await withUsedCode();
    const idx = await lastOf(`user:${id}`);
    const [content] = (await readRawLog(world.database)).audit_payload.filter((one) => one.idx === idx);
    await unguarded(world.database, async (tx) => {
      await tx.deleteFrom('audit_payload').where('idx', '=', idx).execute();
    });
    const other = await serverBeside(world);
    const again = await other(undefined)('POST', '/session', { email, password, recoveryCode });
    expect(again.status).toBe(401);
    await unguarded(world.database, async (tx) => {
      if (content) await tx.insertInto('audit_payload').values(content).execute();
    });
    await undo();
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: a recovery code that was used, put back with the row of before, opens nothing', async () => {
    const { id, email, recoveryCode, undo } = await withUsedCode();
    expect((await scene.signIn(email, { recoveryCode })).status).toBe(401);
    expect(await faulty(id)).toBe(true);
    await undo();
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: settings of before, put back whole, let nobody in, and another change does not seal them anew', async () => {
    const cookie = await scene.ada();
    const [older] = await tables.all('settings', { id: 1 });
    await changed('PATCH', '/settings', { secondFactorRequired: false, techniciansManageKeys: true });
    const [now] = await tables.all('settings', { id: 1 });
    await tables.set('settings', { id: 1 }, older ?? {});
    expect((await scene.ask(cookie, 'GET', '/customers')).status).toBe(503);
    expect((await world.admin('GET', '/customers')).status).toBe(503);
    expect((await scene.signIn('ada@nordwind.example', {}, adminPassword)).status).toBe(503);
    const { status } = await scene.ask(cookie, 'PATCH', '/settings', { locale: 'de' }, { 'if-match': '*' });
    expect([status, await faulty('settings 1')]).toEqual([503, true]);
    await tables.set('settings', { id: 1 }, now ?? {});
    await changed('PATCH', '/settings', { techniciansManageKeys: false });
    expect(await faultsFound(world)).toEqual([]);
  });

  it('S3, P8: a revoked token that is put back whole is not sealed anew, and ends with all others of its owner', async () => {
    const { email } = await scene.person('administrator');
    const { cookie } = await scene.signIn(email);
    const wanted = { name: 'x', role: 'auditor', expiresOn: '2027-11-20' };
    const { body } = await scene.ask(cookie, 'POST', '/tokens', wanted);
    const [older] = await tables.all('token', { id: body.id });
    expect((await scene.ask(cookie, 'DELETE', `/tokens/${body.id}`)).status).toBe(204);
    const undo = await putBack('token', body.id, older);
    expect((await world.as(body.token)('GET', '/customers')).status).toBe(401);
    expect((await scene.ask(cookie, 'DELETE', `/tokens/${body.id}`)).status).toBe(404);
    expect(await faulty(body.id)).toBe(true);
    const own = { current: password, password: newPassword };
    expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBeLessThan(300);
    expect((await world.as(body.token)('GET', '/customers')).status).toBe(401);
    expect(await faulty(body.id)).toBe(true);
    await undo();
  });

  it.each([
    [
      'is disabled and enabled again',
      async (id: string) => {
        await changed('DELETE', `/users/${id}`);
        await changed('PATCH', `/users/${id}`, { disabled: false });
      },
    ],
    [
      'is reset',
      async (_: string, email: string) => {
        const ctx = await localContext(world.app);
        await resetPassword(ctx, await personByEmail(ctx, email), { password: newPassword, secondFactor: false });
      },
    ],
    [
      'gets a new password',
      async (_: string, email: string) => {
        const own = { current: password, password: newPassword };
        expect((await scene.ask((await scene.signIn(email)).cookie, 'POST', '/me/password', own)).status).toBe(204);
      },
    ],
  ])(
    'S3, S14: a token that is taken out of the table while its owner %s opens nothing when it is put back',
    async (_, end) => {
      const { id, email } = await scene.person('administrator');
      const wanted = { name: 'x', role: 'administrator', expiresOn: '2027-11-20' };
      const { body } = await scene.ask((await scene.signIn(email)).cookie, 'POST', '/tokens', wanted);
      const status = async () => (await world.as(body.token)('GET', '/me')).status;
      expect(await status()).toBe(200);
      const [row] = await tables.all('token', { id: body.id });
      await tables.remove('token', { id: body.id });
      await end(id, email);
      await tables.put('token', row ?? {});
      expect([await status(), await faulty(body.id)]).toEqual([401, true]);
      await tables.remove('token', { id: body.id });
    },
  );

  it('S3, S14: a token that its owner keeps with a new password is no older row', async () => {
    const { email } = await scene.person('administrator');
    const { cookie } = await scene.signIn(email);
    const wanted = { name: 'x', role: 'administrator', expiresOn: '2027-11-20' };
    const { body } = await scene.ask(cookie, 'POST', '/tokens', wanted);
    const own = { current: password, password: newPassword, keepTokens: true };
    expect((await scene.ask(cookie, 'POST', '/me/password', own)).status).toBe(204);
    expect([(await world.as(body.token)('GET', '/me')).status, await faulty(body.id)]).toEqual([200, false]);
  });

  it('S3, P8: an older row of a token, put back whole, is found by doctor', async () => {
    const cookie = await scene.ada();
    const { body } = await scene.ask(cookie, 'POST', '/tokens', {
      name: 'x',
      role: 'auditor',
      expiresOn: '2027-11-20',
    });
    const [older] = await tables.all('token', { id: body.id });
    expect((await scene.ask(cookie, 'DELETE', `/tokens/${body.id}`)).status).toBe(204);
    const [newer] = await tables.all('token', { id: body.id });
    await tables.set('token', { id: body.id }, older ?? {});
    const faults = await faultsFound(world);
    await tables.set('token', { id: body.id }, newer ?? {});
    expect(faults.some((fault) => fault.includes(body.id))).toBe(true);
  });
});
