import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { revealKey as revealEndpoint, revokeKey as revokeEndpoint } from '../../src/contract/keys.ts';
import type { Ctx } from '../../src/server/context.ts';
import { contextOf } from '../../src/server/http/request-context.ts';
import { newId } from '../../src/server/ids.ts';
import { revealKey } from '../../src/server/keys/reveal-key.ts';
import { revokeKey } from '../../src/server/keys/revoke-keys.ts';
import { actorOfSession } from '../../src/server/people/actors.ts';
import { addPerson, type Person, send } from '../harness/actors.ts';
import { addKey } from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('a change that waited while the settings took its right, on %s', async (engine) => {
  const world = await newWorld(engine);
  const boss = await addPerson(world, { role: 'administrator', scope: 'all' });
  const set = async (body: object) =>
    expect(
      (await send(world, boss.session, { method: 'PATCH', path: '/settings', body, headers: { 'if-match': '*' } }))
        .status,
    ).toBe(200);
  const written = async (): Promise<number> => (await world.admin('GET', '/audit?limit=1')).body.total;

  /** What the verb of an endpoint gets, by the rights of this moment. */
  async function letIn(cookie: string | undefined, asked: Endpoint): Promise<Ctx> {
    const who = await actorOfSession(world.app, (cookie ?? '').replace(/^keybook=/, ''));
    if (!who || who.unfinished) throw new Error('nobody is let in');
    const none = { address: undefined, idempotency: undefined, ifMatch: undefined };
    return contextOf(world.app, { ...who, ...none, asked, requestId: newId(world.app) });
  }
  const cookieOf = ({ session }: Person) => session.cookie;

  it('S14: a technician whom they let manage keys revokes none once they do not', async () => {
    const tech = await addPerson(world, { role: 'technician', scope: 'all' });
    const key = await addKey(world);
    await set({ techniciansManageKeys: true });
    const ctx = await letIn(cookieOf(tech), revokeEndpoint);
    await set({ techniciansManageKeys: false });
    const before = await written();
    const refused = revokeKey(ctx, { params: { id: key.id }, body: { reason: 'late' } });
    await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
    expect(await written()).toBe(before);
    expect((await world.admin('GET', `/keys/${key.id}`)).body.status).not.toBe('revoked');
  });

  it('S14: who has no second factor reveals nothing once everybody needs one', async () => {
    const other = await addPerson(world, { role: 'administrator', scope: 'all' });
    const key = await addKey(world);
    const ctx = await letIn(cookieOf(other), revealEndpoint);
    await set({ secondFactorRequired: true });
    const before = await written();
    await expect(revealKey(ctx, { params: { id: key.id } })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await written()).toBe(before);
  });
});
