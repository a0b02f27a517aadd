import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { nameOf } from '../harness/endpoint-calls.ts';
import { type Answer, adminPassword, engines, newWorld } from '../harness/world.ts';

const password = 'seven quiet herons wade';
const cookieOf = ({ headers }: Answer) => (headers.get('set-cookie') ?? '').split(';')[0] ?? '';

describe.each(engines)('the token of a session on %s', async (engine) => {
  const world = await newWorld(engine);
  const anybody = world.as(undefined);
  const signIn = (email: string, secret: string, headers: Record<string, string> = {}) =>
    anybody('POST', '/session', { email, password: secret }, headers);
  const ada = async () => cookieOf(await signIn('ada@nordwind.example', adminPassword));
  const isOpen = async (cookie: string) => (await anybody('GET', '/me', undefined, { cookie })).status === 200;
  const person = async (more: object) => {
    const email = `${crypto.randomUUID()}@nordwind.example`;
    const body = { name: email, email, password, ...more };
    const made = await anybody('POST', '/users', body, { cookie: await ada() });
    expect(made.status).toBe(201);
    return { id: made.body.id as string, email };
  };

  it('S11: a confirmation gives the session a new token, and the one before opens nothing', async () => {
    const before = await ada();
    const confirmed = await anybody('POST', '/session/confirmation', { password: adminPassword }, { cookie: before });
    expect(confirmed.status).toBe(204);
    const after = cookieOf(confirmed);
    expect([after === before, await isOpen(before), await isOpen(after)]).toEqual([false, false, true]);
    const { items } = (await anybody('GET', '/sessions', undefined, { cookie: after })).body;
    expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1);
  });

  it('S11: signing in ends the session that browser had, whoever’s it was, and no other', async () => {
    const [before, elsewhere] = [await ada(), await ada()];
    const { email } = await person({ role: 'auditor' });
    const after = cookieOf(await signIn(email, password, { cookie: before }));
    expect([await isOpen(before), await isOpen(elsewhere), await isOpen(after)]).toEqual([false, true, true]);
  });

  it('S11: a sign-in that is refused ends nothing', async () => {
    const cookie = await ada();
    expect((await signIn('ada@nordwind.example', 'something else', { cookie })).status).toBe(401);
    expect(await isOpen(cookie)).toBe(true);
  });

  it.each([
    ['a higher role', { role: 'auditor' }, { role: 'technician' }, false],
    ['more customers', { role: 'auditor', customerIds: [] }, { customerIds: null }, false],
    ['another name', { role: 'auditor' }, { name: 'Somebody' }, true],
    ['a lower role', { role: 'technician' }, { role: 'auditor' }, true],
  ])('S11: a session of before goes with %s no further than it may', async (_, from, to, goesOn) => {
    const { id, email } = await person(from);
    const cookie = cookieOf(await signIn(email, password));
    const headers = { cookie: await ada(), 'if-match': '*' };
    expect((await anybody('PATCH', `/users/${id}`, to, headers)).status).toBe(200);
    expect(await isOpen(cookie)).toBe(goesOn);
  });

  describe('the end of a session', () => {
    const endOf = async (cookie: string): Promise<string | undefined> => {
      const { items } = (await anybody('GET', '/sessions', undefined, { cookie })).body;
      return items.find(({ current }: { current: boolean }) => current)?.expiresAt;
    };
    // What may be asked before a sign-in is finished, and what is about the session itself; not what ends or begins one.
    const asked = allEndpoints.filter(
      ({ method, permission, unfinished }) =>
        method !== 'DELETE' &&
        (unfinished !== undefined || permission === 'session.write' || permission === 'session.secure'),
    );

    it.each(asked.map((endpoint) => ({ name: nameOf(endpoint), endpoint })))(
      'S19: $name lengthens no open session, without proof or with the password',
      async ({ endpoint: { method, path, body } }) => {
        const { id, email } = await person({ role: 'auditor' });
        let cookie = cookieOf(await signIn(email, password));
        const before = await endOf(cookie);
        world.clock.set(new Date(world.clock.now().getTime() + 60_000).toISOString());
        for (const sent of body ? [{}, { password }, { current: password, password: `${password} on` }] : [undefined]) {
          const answer = await anybody(method, path.replace('{id}', id), sent, { cookie });
          cookie = cookieOf(answer) || cookie;
          expect([method, path, await endOf(cookie)]).toEqual([method, path, before]);
        }
      },
    );

    it('S19: a session that owes no code is refused one, and nothing is recorded as opened', async () => {
      const { email } = await person({ role: 'auditor' });
      const cookie = cookieOf(await signIn(email, password));
      const opened = async () => (await world.admin('GET', '/audit?action=session.opened')).body.total;
      const before = await opened();
      const answer = await anybody('POST', '/session/code', {}, { cookie });
      expect([answer.status, answer.body.code, await opened()]).toEqual([404, 'not_found', before]);
    });
  });
});
