import { mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { operations } from '../../src/server/http/operations.ts';
import { addPerson } from '../harness/actors.ts';
import { listenFor } from '../harness/real-http.ts';
import { engines, newWorld } from '../harness/world.ts';

describe.each(engines)('the figures on %s', async (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-metrics-'));
  const file = join(folder, 'token');
  const scraper = 'a-token-for-a-scraper-alone';
  writeFileSync(file, `${scraper}\n`);
  const world = await newWorld(engine, { METRICS_TOKEN_FILE: file });
  const http = new Hono();
  operations(world.app, http);
  const { port } = await listenFor({ http });

  const statusOf = (headers: Record<string, string>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', path: '/metrics', headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on('error', reject).end();
    });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  it('S6: totals are for administrators and auditors of all customers, whatever a token is for', async () => {
    const customers: ('all' | [])[] = ['all', []];
    for (const role of ['administrator', 'technician', 'auditor'] as const)
      for (const scope of customers) {
        const { token } = await addPerson(world, { role, scope });
        const wanted = role !== 'technician' && scope === 'all' ? 200 : 401;
        expect([role, scope, await statusOf(token)]).toEqual([role, scope, wanted]);
      }
  });

  it('S6: this machine is asked by a name of its own, and not through a proxy', async () => {
    for (const host of ['127.0.0.1', `localhost:${port}`, '[::1]']) expect(await statusOf({ host })).toBe(200);
    for (const host of ['keys.example.org', 'evil.example', '127.0.0.1.evil.example', '0.0.0.0'])
      expect([host, await statusOf({ host })]).toEqual([host, 401]);
    for (const name of ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'])
      expect([name, await statusOf({ host: 'localhost', [name]: '127.0.0.1' })]).toEqual([name, 401]);
  });

  it('S6: a scraper has a token of its own, which opens nothing else', async () => {
    const elsewhere = { host: 'keys.example.org' };
    expect(await statusOf({ ...elsewhere, ...bearer(scraper) })).toBe(200);
    expect(await statusOf({ ...elsewhere, ...bearer(`${scraper}x`) })).toBe(401);
    expect((await world.as(scraper)('GET', '/keys')).status).toBe(401);
  });
});
