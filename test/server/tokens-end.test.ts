import { describe, expect, it } from 'vitest';
import { addPerson, send } from '../harness/actors.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { adminPassword, engines, newWorld } from '../harness/world.ts';

const password = 'violet ladder harbour';
const next = 'maple orbit tunic seven';

describe.each(engines)('API tokens on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const ada = newBrowser(url);
  await ada.call('POST', '/session', { email: 'ada@nordwind.example', password: adminPassword });
  let made = 0;
  /** An administrator, signed in, with two tokens of their own. */
  const person = async () => {
    made += 1;
    const email = `tom${made}@x.example`;
    const added = await ada.call('POST', '/users', { name: `Tom ${made}`, email, role: 'administrator', password });
    const browser = newBrowser(url);
    await browser.call('POST', '/session', { email, password });
    const tokens: string[] = [];
    for (const name of ['one', 'two'])
      tokens.push((await browser.call('POST', '/tokens', { name, role: 'administrator' })).body.token);
    return { id: added.body.id, email, browser, tokens };
  };
  const opening = (tokens: string[]) =>
    Promise.all(tokens.map(async (token) => (await world.as(token)('GET', '/me')).status));
  const detailsOf = async (id: string, action: string) => {
    const { body } = await world.admin('GET', `/audit?action=${action}&sort=-idx&limit=5`);
    return body.items.find(({ subject }: { subject: string }) => subject === `user:${id}`)?.details;
  };

  it('S14: end with a new password, counted in its entry', async () => {
    const { id, browser, tokens } = await person();
    expect(await opening(tokens)).toEqual([200, 200]);
    expect((await browser.call('POST', '/me/password', { current: password, password: next })).status).toBe(204);
    expect(await opening(tokens)).toEqual([401, 401]);
    const { items } = (await browser.call('GET', '/tokens')).body;
    expect(items.filter(({ owner }: { owner: { id: string } }) => owner.id === id)).toEqual([]);
    expect(await detailsOf(id, 'user.passwordChanged')).toMatchObject({ tokensEnded: 2, sessionsEnded: 0 });
  });

  it('S14: end where a person is disabled, and enabling brings none back', async () => {
    const { id, tokens } = await person();
    const set = (disabled: boolean) => ada.call('PATCH', `/users/${id}`, { disabled }, { 'if-match': '*' });
    expect((await set(true)).status).toBe(200);
    expect((await set(false)).status).toBe(200);
    expect(await opening(tokens)).toEqual([401, 401]);
    expect(await detailsOf(id, 'user.disabled')).toMatchObject({ tokensEnded: 2, sessionsEnded: 1 });
  });

  it('S14: of somebody disabled before tokens ended with that do not come back either', async () => {
    const tom = await addPerson(world, { role: 'administrator', scope: 'all', disabled: true });
    expect((await ada.call('PATCH', `/users/${tom.id}`, { disabled: false }, { 'if-match': '*' })).status).toBe(200);
    expect((await send(world, tom.token, { method: 'GET', path: '/me' })).status).toBe(401);
    expect(await detailsOf(tom.id, 'user.updated')).toMatchObject({ tokensEnded: 1 });
  });
});
