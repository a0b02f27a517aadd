import { describe, expect, it, vi } from 'vitest';
import { cleanUp } from '../../src/server/upkeep/clean-up.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { totp } from '../harness/totp.ts';
import { adminPassword, engines, newWorld } from '../harness/world.ts';

// A hundred passwords are hashed, on a machine that may do other work.
vi.setConfig({ testTimeout: 300_000 });

const email = 'ada@nordwind.example';

describe.each(engines)('guessing at a second factor, with the password known, on %s', async (engine) => {
  const world = await newWorld(engine, { TRUSTED_PROXIES: '127.0.0.1' });
  const { url } = await listenFor(world);
  const ada = newBrowser(url);
  await ada.call('POST', '/session', { email, password: adminPassword });
  const { secret } = (await ada.call('POST', '/me/second-factor')).body;
  const { call } = ada;
  const code = totp(secret, world.clock.now());
  const { recoveryCodes } = (await call('POST', '/me/second-factor/confirmation', { code })).body;
  const later = (seconds: number) =>
    world.clock.set(new Date(world.clock.now().getTime() + seconds * 1000).toISOString());
  let from = 0;
  /** From another address each time. */
  const signIn = (proof: object) => {
    from += 1;
    const headers = { 'x-forwarded-for': `198.51.${from >> 8}.${from & 255}` };
    return newBrowser(url).call('POST', '/session', { email, password: adminPassword, ...proof }, headers);
  };
  const rightCode = () => ({ code: totp(secret, world.clock.now()) });
  const wrongCode = () => ({
    code: String((Number(totp(secret, world.clock.now())) + 500_000) % 1_000_000).padStart(6, '0'),
  });

  it('S19: after a hundred wrong codes within a day none is looked at any more, while a recovery code opens', async () => {
    for (let guess = 0; guess < 100; guess += 1) {
      later(301);
      expect((await signIn(wrongCode())).status).toBe(401);
    }
    await cleanUp(world.app);
    later(301);
    const refused = await signIn(rightCode());
    expect([refused.status, refused.body.code]).toEqual([429, 'too_many_requests']);
    expect(refused.body.errors).toMatchObject([{ code: 'codes_used_up' }]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3600);
    expect((await signIn({ recoveryCode: recoveryCodes[0] })).status).toBe(201);
    later(31);
    expect((await signIn(rightCode())).status).toBe(201);
  });

  it('S19: nobody is locked out for good: a day after the first wrong code, codes are looked at again', async () => {
    later(301);
    expect((await signIn(wrongCode())).status).toBe(401);
    const soon = new Date(world.clock.now().getTime() + 23 * 3_600_000).toISOString();
    await world.database.transaction((tx) =>
      tx.updateTable('throttle').set({ failures: 100 }).where('blocked_until', '>', soon).execute(),
    );
    later(301);
    expect((await signIn(rightCode())).body.errors).toMatchObject([{ code: 'codes_used_up' }]);
    later(24 * 3600);
    expect((await signIn(rightCode())).status).toBe(201);
  });
});
