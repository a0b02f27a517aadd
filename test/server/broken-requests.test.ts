import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { basePath } from '../../src/contract/endpoint.ts';
import { openApiDocument } from '../../src/contract/openapi.ts';
import { addPerson } from '../harness/actors.ts';
import { listenFor } from '../harness/real-http.ts';
import { newWorld } from '../harness/world.ts';

describe('requests that are none', async () => {
  const world = await newWorld('sqlite');
  const { port } = await listenFor(world);

  /** What the server answers to these bytes until it closes. */
  async function raw(bytes: string): Promise<{ status: number; head: string; problem: Record<string, unknown> }> {
    const socket = connect(port, '127.0.0.1');
    socket.end(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), head, problem: JSON.parse(body || '{}') };
  }

  it.each([
    ['headers of 20 kB', `GET /api/v1/setup HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address of 20 kB', `GET /api/v1/setup?${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['a header without a name', 'GET /api/v1/setup HTTP/1.1\r\nhost: a\r\n: x\r\n\r\n', 400],
    ['no host', 'GET /api/v1/setup HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
    ['a host that is no name', 'GET /api/v1/setup HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n', 400],
    [
      'two lengths',
      'POST /api/v1/session HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      400,
    ],
  ])('R10: %s is refused as problem details', async (_, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer.status).toBe(status);
    expect(answer.head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer.head.toLowerCase()).toContain('x-content-type-options: nosniff');
    expect(answer.problem).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) });
    expect((await raw('GET /api/v1/setup HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).status).toBe(200);
  });

  it.each(allEndpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
    'R10: %s describes what it answers to what it does not take',
    async (_, endpoint) => {
      // The document is plain JSON, made by the function just called.
      const paths = openApiDocument().paths as Record<string, Record<string, { responses: Record<string, unknown> }>>;
      const described = Object.keys(paths[endpoint.path]?.[endpoint.method.toLowerCase()]?.responses ?? {});
      const { session } = await addPerson(world, { role: 'administrator', scope: 'all' });
      const address = basePath + endpoint.path.replaceAll(/\{\w+\}/g, '0');
      const own = endpoint.bodyType === 'multipart' ? 'multipart/form-data; boundary=edge' : 'application/json';
      const send = (query: string, body?: string, type = own) =>
        world.http.request(address + query, {
          method: endpoint.method,
          headers: { ...session, 'content-type': type, 'if-match': '*' },
          ...(body !== undefined && { body }),
        });
      const answers = [await send(`?${Array.from({ length: 400 }, (_, i) => `n${i}=1`).join('&')}`)];
      if (endpoint.method !== 'GET') {
        answers.push(await send('', '{"no'));
        answers.push(await send('', 'a=b', 'text/plain'));
        if (endpoint.bodyType !== 'multipart') answers.push(await send('', `"${'x'.repeat(1_100_000)}"`));
      }
      const statuses = answers.map(({ status }) => String(status));
      expect(statuses).toEqual(['400', '400', '415', '413'].slice(0, statuses.length));
      expect(described).toEqual(expect.arrayContaining([...statuses, '429', '431']));
    },
  );
});
