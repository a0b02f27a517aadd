import { once } from 'node:events';
import { connect } from 'node:net';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { listEquipment } from '../../src/contract/equipment.ts';
import { httpApi } from '../../src/server/http/http-api.ts';
import { takePlace } from '../../src/server/limits/request-limits.ts';
import { routes } from '../../src/server/routes.ts';
import { listenFor } from '../harness/real-http.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('a client that leaves on %s', async (engine) => {
  const world = await newWorld(engine);
  const reported: unknown[] = [];
  const noted: unknown[] = [];
  const log = Object.assign(Object.create(world.app.log), { debug: (...line: unknown[]) => noted.push(line) });
  const app = { ...world.app, onAppended: () => undefined, log, reportBug: (...bug: unknown[]) => reported.push(bug) };
  const answered: ((status: number) => void)[] = [];
  const arrivals: (() => void)[] = [];
  const http = new Hono();
  http.use('*', async (c, next) => {
    arrivals.shift()?.();
    await next();
    answered.shift()?.(c.res.status);
  });
  httpApi(app, routes, http);
  const { port } = await listenFor({ http });

  /** Sends the beginning of a request, leaves once the server reads it, and waits for what the server made of it. */
  async function leave(head: string[], beginning: string): Promise<number> {
    const status = new Promise<number>((resolve) => answered.push(resolve));
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${[...head, 'host: 127.0.0.1', 'content-length: 5000', '', beginning].join('\r\n')}`, () =>
      socket.resetAndDestroy(),
    );
    return status;
  }

  const authorization = `authorization: Bearer ${world.adminToken}`;
  const json = 'content-type: application/json';
  const form = 'content-type: multipart/form-data; boundary=edge';
  it.each([
    ['an anonymous body', ['POST /api/v1/session HTTP/1.1', json], '{"email":"ada'],
    ['a body of somebody known', ['POST /api/v1/products HTTP/1.1', json, authorization], '{"name":"At'],
    [
      'an upload',
      ['POST /api/v1/imports HTTP/1.1', form, authorization],
      '--edge\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nkey',
    ],
  ])('S16: %s that breaks off is no fault of the database, and no line above debug', async (_, head, beginning) => {
    const status = await leave(head, beginning);
    expect(status).toBe(400);
    expect(reported.splice(0)).toEqual([]);
    expect(JSON.stringify(noted.splice(0))).toContain('client gone');
  });

  it('S2: a client that leaves waits for no place any longer', async () => {
    const { id } = (await world.admin('GET', '/me')).body;
    const place = () => takePlace(app, id, listEquipment, new Request('http://127.0.0.1/'));
    const held = await Promise.all([place(), place(), place(), place()]);
    const leaving = new AbortController();
    const status = new Promise<number>((resolve) => answered.push(resolve));
    const arrived = new Promise<void>((resolve) => arrivals.push(resolve));
    const headers = { authorization: `Bearer ${world.adminToken}` };
    const asked = fetch(`http://127.0.0.1:${port}/api/v1/equipment`, { headers, signal: leaving.signal });
    await arrived;
    leaving.abort();
    await expect(asked).rejects.toThrow();
    expect(await status).toBe(400);
    expect(JSON.stringify(noted.splice(0))).toContain('client gone');
    for (const release of held) release?.();
  });
});
