import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { capPeers } from '../../src/server/http/cap-peers.ts';
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
