import { describe, expect, it } from 'vitest';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('tokens on %s', async (engine) => {
  const world = await newWorld(engine);

  it('P4: a token makes no tokens, whatever its role (security 29)', async () => {
    const before = await world.admin('GET', '/tokens');
    const refused = await world.admin('POST', '/tokens', { name: 'another', role: 'auditor' });
    expect(refused.body).toMatchObject({ status: 403, code: 'forbidden' });
    expect((await world.admin('GET', '/tokens')).body.total).toBe(before.body.total);
  });
});
