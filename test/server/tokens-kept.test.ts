import { describe, expect, it } from 'vitest';
import { localContext } from '../../src/server/local-context.ts';
import { personByEmail, resetPassword } from '../../src/server/people/reset-user.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { adminPassword, engines, newWorld } from '../harness/world.ts';

const email = 'ada@nordwind.example';
const next = 'maple orbit tunic seven';

describe.each(engines)('the API tokens of somebody with a new password on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const open = async (): Promise<number> => (await world.admin('GET', '/me')).status;

  it('S14: go on where their owner says so, and end with a reset', async () => {
    const ada = newBrowser(url);
    await ada.call('POST', '/session', { email, password: adminPassword });
    const body = { current: adminPassword, password: next, keepTokens: true };
    expect((await ada.call('POST', '/me/password', body)).status).toBe(204);
    expect(await open()).toBe(200);
    const ctx = await localContext(world.app);
    const order = { password: 'three owls in a canoe', secondFactor: false };
    expect(await resetPassword(ctx, await personByEmail(ctx, email), order)).toMatchObject({ tokens: 1 });
    expect(await open()).toBe(401);
  });
});
