import { describe, expect, it } from 'vitest';
import { makeSetupToken } from '../../src/server/people/setup-token.ts';
import { cleanUp } from '../../src/server/upkeep/clean-up.ts';
import { adminPassword, emptyWorld, engines, newWorld } from '../harness/world.ts';

describe.each(engines)('the hourly clean-up on %s', async (engine) => {
  const world = await newWorld(engine);

  it('security: sessions that have ended go, others stay', async () => {
    const rows = () => world.database.read.selectFrom('session').select('id').execute();
    const [first] = await rows();
    world.clock.addDays(1);
    await world.as(undefined)('POST', '/session', { email: 'ada@nordwind.example', password: adminPassword });
    expect(await rows()).toHaveLength(2);
    await cleanUp(world.app);
    expect(await rows()).toEqual([{ id: expect.not.stringMatching(first?.id ?? '') }]);
  });

  it('api: a remembered request is kept for 24 hours, then its Idempotency-Key is free again', async () => {
    const post = (licenseKey: string) =>
      world.admin('POST', '/keys', { licenseKey, productName: 'P', keyType: 'permanent' }, { 'idempotency-key': 'k' });
    const first = await post('C-1');
    world.clock.addDays(1);
    await cleanUp(world.app);
    expect((await post('C-1')).body.id).toBe(first.body.id);
    world.clock.set(new Date(world.clock.now().getTime() + 1).toISOString());
    await cleanUp(world.app);
    const second = await post('C-2');
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });
});

describe.each(engines)('before anybody is there on %s', async (engine) => {
  const world = await emptyWorld(engine);

  it('P3: a setup token goes after its hour, and the newer one stays', async () => {
    await makeSetupToken(world.app);
    world.clock.set('2026-11-21T09:30:00.000Z');
    await makeSetupToken(world.app);
    world.clock.set('2026-11-21T10:00:00.000Z');
    await cleanUp(world.app);
    const rows = await world.database.read.selectFrom('setup_token').select('expires_at').execute();
    expect(rows).toEqual([{ expires_at: '2026-11-21T10:30:00.000Z' }]);
  });
});
