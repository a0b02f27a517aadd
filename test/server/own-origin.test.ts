import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { basePath } from '../../src/contract/endpoint.ts';
import { addPerson, send } from '../harness/actors.ts';
import { logSize } from '../harness/arrange.ts';
import { engines, newWorld } from '../harness/world.ts';

const signIn = { email: 'nobody@nordwind.example', password: 'whatever it may be' };

describe.each(engines)('whose requests are answered on %s', async (engine) => {
  const pinned = await newWorld(engine, { BASE_URL: 'https://keys.example.org' });

  it('S19: with BASE_URL set, no other name is answered; this machine itself is', async () => {
    const statusAt = async (host: string) =>
      (await pinned.http.request(`${basePath}/setup`, { headers: { host } })).status;
    for (const host of ['keys.example.org', 'KEYS.example.org', 'localhost:4180', '127.0.0.1:4180', '[::1]:4180'])
      expect([host, await statusAt(host)]).toEqual([host, 200]);
    for (const host of ['evil.example', 'keys.example.org.evil.example', 'keys.example.org:81', '127.0.0.1.nip.io'])
      expect([host, await statusAt(host)]).toEqual([host, 421]);
  });

  it('S19: an origin is compared with its scheme and port (security 35)', async () => {
    const host = 'keys.example.org';
    const statusFrom = async (origin: string) =>
      (await pinned.as(undefined)('POST', '/session', signIn, { host, origin })).status;
    expect(await statusFrom('https://keys.example.org')).toBe(401);
    for (const origin of ['http://keys.example.org', 'https://keys.example.org:8443', 'https://evil.example', 'null'])
      expect([origin, await statusFrom(origin)]).toEqual([origin, 403]);
  });

  it('S19: several addresses may be ours', async () => {
    const both = await newWorld('sqlite', { BASE_URL: 'https://keys.example.org/, http://10.0.0.5:4180' });
    const post = (host: string, origin: string) => both.as(undefined)('POST', '/session', signIn, { host, origin });
    expect((await post('keys.example.org', 'https://keys.example.org')).status).toBe(401);
    expect((await post('10.0.0.5:4180', 'http://10.0.0.5:4180')).status).toBe(401);
    expect((await post('10.0.0.6:4180', 'http://10.0.0.6:4180')).status).toBe(421);
  });

  it('S19: no page of another site starts a read that is recorded (security 35)', async () => {
    const world = await newWorld(engine);
    const { session } = await addPerson(world, { role: 'administrator', scope: 'all' });
    const reads = allEndpoints.filter(({ method, permission }) => method === 'GET' && permission !== 'public');
    let recorded = 0;
    for (const { path } of reads) {
      const get = (headers: Record<string, string>) =>
        send(world, session, { method: 'GET', path: path.replaceAll(/\{\w+\}/g, '0'), headers });
      const before = await logSize(world);
      await get({});
      const after = await logSize(world);
      if (after === before) continue;
      recorded += 1;
      for (const site of ['cross-site', 'same-site'])
        expect([path, (await get({ 'sec-fetch-site': site })).status]).toEqual([path, 403]);
      for (const site of ['same-origin', 'none'])
        expect([path, (await get({ 'sec-fetch-site': site })).status]).toEqual([path, 200]);
    }
    expect(recorded).toBeGreaterThan(5);
  });
});
