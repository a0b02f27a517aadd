import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createClient, NotKeybookError, ProblemError } from '../../src/contract/client.ts';
import { createKey, deleteKey, getKey, listKeys, updateKey } from '../../src/contract/keys.ts';
import { getMe, setup } from '../../src/contract/people.ts';
import { newWorld } from '../harness/world.ts';

describe('the client', async () => {
  const world = await newWorld('sqlite');
  // The world's own application stands where the network would be.
  const inProcess: typeof fetch = async (address, init) => world.http.request(String(address), init);
  const client = createClient({ baseUrl: 'http://keybook.test/', token: world.adminToken, fetch: inProcess });
  const body = { licenseKey: 'CLIENT-1', productName: 'Office', keyType: 'permanent' } as const;

  it('house: types parameters, body and answer from the endpoint, and refuses what it does not take', async () => {
    const made = await client.call(createKey, { body });
    expectTypeOf(made.maskedKey).toEqualTypeOf<string>();
    const read = await client.call(getKey, { params: { id: made.id } });
    expect(read).toEqual(made);
    // @ts-expect-error a key has an id
    const withoutId = () => client.call(getKey);
    // @ts-expect-error a key has a text and a type
    const withoutBody = () => client.call(createKey, { body: {} });
    // @ts-expect-error reading oneself takes no body
    const withBody = () => client.call(getMe, { body });
    expect([withoutId, withoutBody, withBody]).toHaveLength(3);
    const page = await client.call(listKeys, { query: { status: 'available', limit: 1, q: undefined } });
    expect(page).toMatchObject({ total: 1, items: [{ id: made.id }] });
  });

  it('K4: throws the problem as the server said it', async () => {
    const twice = client.call(createKey, { body });
    await expect(twice).rejects.toBeInstanceOf(ProblemError);
    await expect(twice).rejects.toMatchObject({
      message: expect.stringContaining('The license key must be unique!'),
      problem: { status: 409, code: 'license_key_taken', existing: { type: 'key' } },
    });
  });

  it('K17: sends If-Match, and Idempotency-Key', async () => {
    const twice = { body: { ...body, licenseKey: 'CLIENT-2' }, idempotencyKey: 'one-and-the-same' };
    const [first, second] = [await client.call(createKey, twice), await client.call(createKey, twice)];
    expect(second.id).toBe(first.id);
    const params = { id: first.id };
    const changed = await client.call(updateKey, { params, body: { code: 'X' }, ifMatch: first.version });
    const stale = client.call(updateKey, { params, body: { code: 'Y' }, ifMatch: first.version });
    await expect(stale).rejects.toMatchObject({ problem: { code: 'stale' } });
    expect(await client.call(deleteKey, { params, ifMatch: changed.version })).toBeUndefined();
  });

  it('K16: sends no license key on to where an answer leads', async () => {
    const sent: string[] = [];
    const elsewhere = createServer((request, response) => {
      sent.push(request.url ?? '');
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    await new Promise<void>((listening) => elsewhere.listen(0, '127.0.0.1', listening));
    // Listening over TCP: an address with a port.
    const { port } = elsewhere.address() as AddressInfo;
    const led = createClient({ baseUrl: `http://127.0.0.1:${port}` }).call(createKey, { body });
    await expect(led).rejects.toThrow('fetch failed');
    elsewhere.close();
    expect(sent).toEqual(['/api/v1/keys']);
  });

  it('house: without a token it sends none, and says so where something else answers', async () => {
    const stranger = createClient({ baseUrl: 'http://keybook.test', fetch: inProcess });
    await expect(stranger.call(getMe)).rejects.toMatchObject({ problem: { code: 'unauthenticated' } });
    const page: typeof fetch = async () => new Response('<html>', { status: 200 });
    await expect(createClient({ baseUrl: '', fetch: page }).call(getMe)).rejects.toBeInstanceOf(NotKeybookError);
    const proxy: typeof fetch = async () => new Response('{"error":"bad gateway"}', { status: 502 });
    await expect(createClient({ baseUrl: '', fetch: proxy }).call(setup, { body: {} as never })).rejects.toBeInstanceOf(
      NotKeybookError,
    );
  });
});
