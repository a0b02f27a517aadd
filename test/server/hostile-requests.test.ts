import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { basePath, type Endpoint } from '../../src/contract/endpoint.ts';
import { addPerson } from '../harness/actors.ts';
import { type HostileRequest, hostileRequests } from '../harness/hostile-bodies.ts';
import { newWorld } from '../harness/world.ts';

const largest = 64 * 1024;
const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;
const addressOf = ({ path }: Endpoint) =>
  basePath + path.replace('{idx}', '0').replaceAll(/\{\w+\}/g, '01999999-0000-7000-8000-000000000000');

describe('hostile requests', async () => {
  const world = await newWorld('sqlite');

  async function send(endpoint: Endpoint, { query, body }: HostileRequest, headers: Record<string, string>) {
    const response = await world.http.request(`${addressOf(endpoint)}${query ? `?${query}` : ''}`, {
      method: endpoint.method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), 'if-match': '*', ...headers },
      ...(body !== undefined && { body }),
    });
    return { status: response.status, text: await response.text() };
  }

  async function judge(endpoint: Endpoint, headers: Record<string, string>): Promise<void> {
    for (const request of hostileRequests(endpoint)) {
      const { status, text } = await send(endpoint, request, headers);
      const { errors = [], moreErrors } = JSON.parse(text);
      const said = { shape: request.shape, status: Math.floor(status / 100), bytes: Buffer.byteLength(text) < largest };
      expect(said).toEqual({ shape: request.shape, status: 4, bytes: true });
      expect(errors.length, request.shape).toBeLessThanOrEqual(50);
      if (errors.length === 50) expect(moreErrors, request.shape).toBeGreaterThan(0);
    }
  }

  const anonymous = allEndpoints.filter(({ permission }) => permission === 'public');
  it.each(anonymous.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    'S2: whoever sends %s what is meant to cost, gets a small answer (security 31)',
    async (_, endpoint) => judge(endpoint, {}),
  );

  const known = allEndpoints.filter(({ permission }) => permission !== 'public');
  it.each(known.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    'S2: a signed-in person who sends %s what is meant to cost, gets a small answer',
    async (_, endpoint) => {
      const { session } = await addPerson(world, { role: 'administrator', scope: 'all' });
      await judge(endpoint, session);
    },
    60_000,
  );

  it('S2: a list says what is wrong with fifty parameters, and how many more there are', async () => {
    const query = Array.from({ length: 120 }, (_, i) => `n${i}=1`).join('&');
    const { body } = await world.admin('GET', `/keys?${query}&sort=${'x,'.repeat(3000)}`);
    expect(body.errors).toHaveLength(50);
    expect(body.moreErrors).toBeGreaterThanOrEqual(70);
  });

  it('S2: every other body has 16 KiB at most, unless its endpoint says more', async () => {
    const body = { body: `{"email":"${'x'.repeat(16 * 1024)}"}`, shape: 'too large' };
    for (const endpoint of anonymous.filter(({ method }) => method === 'POST'))
      expect((await send(endpoint, body, {})).status, nameOf(endpoint)).toBe(413);
  });
});
