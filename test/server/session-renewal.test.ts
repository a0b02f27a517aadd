import { describe, expect, it } from 'vitest';
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
});
