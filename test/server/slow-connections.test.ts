import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Hono } from 'hono';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { capPeers } from '../../src/server/http/cap-peers.ts';
import { cutStalled } from '../../src/server/http/cut-stalled.ts';
import { operations } from '../../src/server/http/operations.ts';
import { listenFor } from '../harness/real-http.ts';
import { newWorld } from '../harness/world.ts';

/** What a socket receives until the server closes it. */
async function heard(socket: Socket): Promise<string> {
  let all = '';
  socket.on('data', (piece) => {
    all += String(piece);
  });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return all;
}

describe('a body that does not arrive', async () => {
  const world = await newWorld('sqlite');
  const { port } = await listenFor(world);
  afterEach(() => vi.useRealTimers());

  const json = ['content-type: application/json', 'content-length: 5000', '', '{"email":"ada'];
  const form = ['content-type: multipart/form-data; boundary=edge', 'content-length: 5000', '', '--edge\r\n'];
  const authorization = `authorization: Bearer ${world.adminToken}`;

  async function begin(lines: string[]): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(lines.join('\r\n'));
    return socket;
  }

  it.each([
    ['of nobody known', ['POST /api/v1/session HTTP/1.1', 'host: 127.0.0.1', ...json], '408'],
    ['of somebody known', ['POST /api/v1/products HTTP/1.1', 'host: 127.0.0.1', authorization, ...json], '408'],
    ['that calls itself a form', ['POST /api/v1/session HTTP/1.1', 'host: 127.0.0.1', ...form], '408'],
    ['of a form of nobody known', ['POST /api/v1/imports HTTP/1.1', 'host: 127.0.0.1', ...form], '401'],
  ])('S19: %s is refused after half a minute, and its connection ended (security 31)', async (_, lines, status) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const answer = heard(await begin(lines));
    let isClosed = false;
    void answer.then(() => {
      isClosed = true;
    });
    // The request is under way when its timer is set; real turns of the event loop pass between.
    while (!isClosed) {
      vi.advanceTimersByTime(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await answer).slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  });
});

describe('many requests at once on one connection', async () => {
  let asked = 0;
  const app = new Hono().get('*', async (c) => {
    asked += 1;
    await new Promise((resolve) => setImmediate(resolve));
    return c.text('here');
  });
  const { port } = await listenFor({ http: app });
  const request = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';

  it('S2: more than twenty that wait for their answers cut it off, and no more are worked on', async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(request.repeat(20_000));
    await closed;
    expect(asked).toBe(20);
    await expect.poll(async () => (await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it('S2: twenty at once, again and again, are answered', async () => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.on('data', (piece) => {
      said += String(piece);
    });
    for (let rounds = 1; rounds <= 5; rounds += 1) {
      socket.write(request.repeat(20));
      await expect.poll(() => said.split('HTTP/1.1 200').length - 1).toBe(20 * rounds);
    }
    socket.destroy();
  });
});

describe('many connections of one peer', async () => {
  const trusted = new Set<string>();
  const server = createServer();
  capPeers(server, (peer) => trusted.has(peer), 3);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  afterAll(() => server.close());

  /** Opens a connection and waits until the server has seen it. */
  async function open(): Promise<Socket> {
    const seen = once(server, 'connection');
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await seen;
    return socket;
  }

  it('S19: those beyond its share are cut off, and not those of a trusted peer (security 31)', async () => {
    const held = [await open(), await open(), await open()];
    const over = await open();
    await once(over, 'close');
    expect(held.map(({ closed }) => closed)).toEqual([false, false, false]);
    trusted.add('127.0.0.1');
    held.push(await open());
    expect(await new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(4);
    for (const socket of held) socket.destroy();
  });
});

describe('a client that does not read its answers', async () => {
  const large = Buffer.alloc(32 * 1024 * 1024);
  const server = createServer((request, response) => {
    if (request.url === '/large') response.end(large);
    else if (request.url === '/worked-on') server.once('timeout', () => response.end('done'));
    else response.end('small');
  });
  cutStalled(server, 100);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  afterAll(() => server.close());

  /** Sends requests one after another; answers both ends of the connection. */
  async function ask(paths: string[]): Promise<{ here: Socket; there: Socket }> {
    const seen: Promise<Socket[]> = once(server, 'connection');
    const here = connect(port, '127.0.0.1');
    here.on('error', () => undefined);
    here.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`).join(''));
    const [there] = await seen;
    if (!there) throw new Error('a connection has two ends');
    return { here, there };
  }

  it('S19: it is cut off, however many it asked for (security 31)', async () => {
    const { here, there } = await ask(Array.from({ length: 40 }, () => '/large'));
    here.pause();
    await once(there, 'close');
    expect(here.bytesRead).toBeLessThan(large.length);
    here.destroy();
  });

  it('S19: what it has left is dropped with it: its connection is reset', async () => {
    const { here, there } = await ask(['/large']);
    here.pause();
    await once(there, 'close');
    here.resume();
    const [error] = await once(here, 'error');
    expect(error.code).toBe('ECONNRESET');
  });

  it('S19: one whose answer is worked on for longer is not, nor one that reads; and an idle one ends (security 31)', async () => {
    const { here } = await ask(['/worked-on', '/large']);
    let size = 0;
    let text = '';
    here.on('data', (piece: Buffer) => {
      text ||= String(piece);
      size += piece.length;
    });
    await once(here, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 200 .*done/s);
    expect(size).toBeGreaterThan(large.length);
  });
});

describe('a request that only asks, with a body', async () => {
  const world = await newWorld('sqlite');
  const { port } = await listenFor(world);

  async function answerTo(lines: string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    const answer = heard(socket);
    socket.write(lines.join('\r\n'));
    return answer;
  }

  const bodies: [string, string[]][] = [
    ['announced', ['content-length: 100000', '', 'x']],
    ['in pieces', ['transfer-encoding: chunked', '', '1', 'x', '']],
  ];
  const paths = ['/api/v1/session', '/api/v1/nothing', '/healthz', '/', '/assets/none.js'];
  const each = paths.flatMap((path) => ['GET', 'HEAD'].map((method) => [method, path] as const));
  it.each(each)('S19: %s %s is refused, and its connection ended (security 31)', async (method, path) => {
    for (const [name, body] of bodies) {
      const answer = await answerTo([`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', ...body]);
      expect([name, answer.slice(0, 12)]).toEqual([name, 'HTTP/1.1 400']);
      expect(answer.toLowerCase()).toContain('connection: close');
    }
  });

  it('S19: one that expects something else than to go on is refused, and its connection ended', async () => {
    const expecting = ['host: 127.0.0.1', 'expect: bogus', 'content-length: 100000', '', 'x'];
    const answer = await answerTo(['POST /api/v1/session HTTP/1.1', ...expecting]);
    expect(answer.slice(0, 12)).toBe('HTTP/1.1 400');
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  it('S19: one that says that it has none is answered', async () => {
    const plain = ['GET /api/v1/keys HTTP/1.1', 'host: 127.0.0.1', 'content-length: 0', 'connection: close', '', ''];
    expect((await answerTo(plain)).slice(0, 12)).toBe('HTTP/1.1 401');
  });
});

it('S19: whether the server is ready is found out once a second, however many ask (security 31)', async () => {
  const world = await newWorld('sqlite');
  const http = new Hono();
  let looks = 0;
  const database = {
    ...world.database,
    get admin() {
      looks += 1;
      return world.database.admin;
    },
  };
  operations({ ...world.app, database }, http);
  const told = async () => (await http.request('/readyz')).json();
  await told();
  const looksOfFirst = looks;
  const answers = await Promise.all(Array.from({ length: 50 }, told));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect([looksOfFirst > 0, looks]).toEqual([true, looksOfFirst]);
  world.clock.set(new Date(world.clock.now().getTime() + 1000).toISOString());
  await told();
  expect(looks).toBe(looksOfFirst * 2);
});
