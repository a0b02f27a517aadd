import { describe, expect, it, vi } from 'vitest';
import { recordThrottled } from '../../src/server/people/throttled-entry.ts';
import { listenFor, newBrowser } from '../harness/real-http.ts';
import { engines, newWorld } from '../harness/world.ts';

const email = 'ada@nordwind.example';

describe.each(engines)('sign-ins that are slowed down on %s', async (engine) => {
  const world = await newWorld(engine);
  const { url } = await listenFor(world);
  const guess = async (as: string) =>
    (await newBrowser(url).call('POST', '/session', { email: as, password: 'not the right one' })).status;
  const later = (seconds: number) =>
    world.clock.set(new Date(world.clock.now().getTime() + seconds * 1000).toISOString());
  const entries = async () => {
    await recordThrottled(world.app);
    return world.database.read
      .selectFrom('audit_entry as e')
      .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
      .select(['e.subject', 'p.body'])
      .where('e.action', '=', 'session.throttled')
      .orderBy('e.idx')
      .execute();
  };

  it('S8, L8: are recorded of somebody known, once a minute with their number, and of nobody else', async () => {
    for (const as of [email, 'nobody@nordwind.example'])
      for (let i = 0; i < 8; i += 1) expect(await guess(as)).toBe(i < 5 ? 401 : 429);
    expect((await entries()).map(({ subject }) => subject)).toEqual([`user:${world.adminId}`]);
    later(61);
    expect([await guess(email), await guess(email)]).toEqual([401, 429]);
    const told = (await entries()).map(({ body }) => JSON.parse(body));
    expect(told).toMatchObject([
      { user: 'Ada Admin', count: 1 },
      { user: 'Ada Admin', count: 3 },
    ]);
    const { body } = await world.admin('GET', '/audit?action=session.throttled&sort=-idx&limit=1');
    expect(body.items[0].sentence).toBe('Sign-in refused for now to Ada Admin, 3 times');
  });

  it('S8: that an account must wait is answered without a write, known or not', async () => {
    later(7200);
    const names = [email, 'stranger@nordwind.example'];
    for (const as of names) for (let i = 0; i < 5; i += 1) expect(await guess(as)).toBe(401);
    const before = (await entries()).length;
    const writes = vi.spyOn(world.database, 'transaction');
    for (const as of names) expect(await guess(as)).toBe(429);
    expect(writes).not.toHaveBeenCalled();
    writes.mockRestore();
    expect((await entries()).length).toBe(before + 1);
  });
});
