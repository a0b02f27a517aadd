import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../harness/at-end.ts';
import { type Cut, startCuttingProxy } from '../harness/cutting-proxy.ts';
import { startPrivatePostgres } from '../harness/postgres.ts';
import {
  ask,
  type Installation,
  install,
  keybook,
  newFolder,
  read,
  type Server,
  serve,
  setUp,
} from '../harness/process.ts';
import { isAlive, requireOnce, send, startWriters } from '../harness/writers.ts';

/** One for all of this file: whoever ends it starts it again. */
const postgres = await startPrivatePostgres();
atEnd(postgres.stop);

const aWhile = { timeout: 30_000 };

/** Makes a fault under a server that is busy writing: it goes on by itself, with nothing lost and nothing twice. */
async function survives(fault: (installation: Installation) => Promise<unknown>) {
  const installation = await install({ DATABASE_URL: await postgres.createDatabase() });
  const { server } = installation;
  const load = startWriters(installation, 'LOAD');
  await expect.poll(load.acknowledged, aWhile).toBeGreaterThan(10);
  await fault(installation);
  const before = load.acknowledged();
  await expect.poll(() => load.acknowledged() > before + 10 || !isAlive(server.pid), aWhile).toBe(true);
  await load.finish();
  expect(isAlive(server.pid), 'the server is still there').toBe(true);
  expect(load.refused.filter(({ status, retryAfter }) => status !== 503 || !(Number(retryAfter) > 0))).toEqual([]);
  await requireOnce(installation, load.acknowledged());
  await expect.poll(async () => (await read(`${server.url}/readyz`)).status, aWhile).toBe(200);
}

describe('PostgreSQL is lost under a server', () => {
  it('R1: backends that are terminated, inside and outside a transaction', () =>
    survives(async () => {
      for (let rounds = 0; rounds < 5; rounds += 1) await postgres.signalBackends('SIGTERM');
    }));

  it('R1: a backend that is killed, with which PostgreSQL ends all of them', () =>
    survives(() => postgres.signalBackends('SIGKILL', /in transaction|INSERT|UPDATE|COMMIT|idle/)));

  it('R1: an immediate stop, and a start', () =>
    survives(async ({ server }) => {
      await postgres.end('SIGQUIT');
      const ready = await read(`${server.url}/readyz`);
      expect(ready).toMatchObject({ status: 503, body: { ready: false } });
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      await postgres.start();
    }));

  it('R1: a postmaster that is killed, and a start', () =>
    survives(async () => {
      await postgres.end('SIGKILL');
      await postgres.start();
    }));
});

describe('a connection is cut at COMMIT', () => {
  /** Cuts the connection under a new key, and answers what was said of it; the same again must have its one effect. */
  const cutAt = async (where: Cut) => {
    const proxy = await startCuttingProxy(await postgres.createDatabase());
    atEnd(proxy.close);
    const installation = await install({ DATABASE_URL: proxy.url });
    const body = { licenseKey: 'CUT', productName: 'P', keyType: 'permanent' };
    // The first use of a token in a day is noted, with a COMMIT of its own.
    await ask(installation, 'GET', '/keys');
    const cut = proxy.cutNext(where);
    const first = await send(installation.env, '/keys', body, 'one-key');
    await cut;
    expect(first).toMatchObject({ status: 503, code: 'unknown_outcome', retryAfter: expect.stringMatching(/^\d+$/) });
    expect(await send(installation.env, '/keys', body, 'one-key')).toMatchObject({ status: 201 });
    await requireOnce(installation, 1);
  };

  it('R7: between COMMIT and its answer: not known, and the same request again has its one effect', () =>
    cutAt('before its answer'));

  it('R7: before COMMIT arrives: not known either, and the same request again has its one effect', () =>
    cutAt('before commit'));
});

describe('PostgreSQL is away when something starts', async () => {
  const env = { DATA_DIR: newFolder(), DATABASE_URL: await postgres.createDatabase() };

  it('R1: a start waits and says so, is alive and not ready meanwhile, and goes on by itself', async () => {
    await postgres.end('SIGQUIT');
    const server = await serve(env).catch((error: Error) => ({ ...nowhere, line: error.message }));
    expect(server.line).toMatch(/^Keybook waits for its database/);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(await read(`${server.url}/readyz`)).toMatchObject({ status: 503, body: { ready: false } });
    const refused = await fetch(`${server.url}/api/v1/keys`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    await postgres.start();
    await expect.poll(async () => (await read(`${server.url}/readyz`)).status, aWhile).toBe(200);
    const token = readFileSync(join(env.DATA_DIR, 'secrets', 'setup-token'), 'utf8').trim();
    await setUp({ ...server, line: `#token=${token}` });
    expect((await server.end()).status).toBe(0);
  });

  it('R1: a start that waits ends when it is asked to, and a command says in words what is wrong', async () => {
    await postgres.end('SIGQUIT');
    const server = await serve(env).catch(() => nowhere);
    expect((await server.end()).status).toBe(0);
    const examined = await keybook(['doctor'], env);
    expect(examined.status).toBe(3);
    expect(examined.stderr).toMatch(/^keybook: The database does not answer\. [^\n]+\n$/);
    await postgres.start();
  });
});

describe('PostgreSQL hangs', () => {
  it('R11: requests are answered all the same, a write as not done or not known, and has its one effect when it goes on', async () => {
    const installation = await install({ DATABASE_URL: await postgres.createDatabase() });
    const { env, server } = installation;
    await postgres.freeze();
    const body = { licenseKey: 'HANGS', productName: 'P', keyType: 'permanent' };
    const [written, listed, ready, alive] = await Promise.all([
      inTime(send(env, '/keys', body, 'hangs')),
      inTime(ask({ env }, 'GET', '/keys')),
      inTime(read(`${server.url}/readyz`)),
      inTime(fetch(`${server.url}/healthz`)),
    ]);
    postgres.thaw();
    expect([written, listed, ready, alive]).toMatchObject([
      { status: 503 },
      { status: 503 },
      { status: 503 },
      { status: 200 },
    ]);
    await expect.poll(() => send(env, '/keys', body, 'hangs'), aWhile).toMatchObject({ status: 201 });
    await requireOnce(installation, 1);
  });

  it('R11: a server that is asked to stop meanwhile comes to its end', async () => {
    const { server, env } = await install({ DATABASE_URL: await postgres.createDatabase() });
    await postgres.freeze();
    void send(env, '/keys', { licenseKey: 'STOPS', productName: 'P', keyType: 'permanent' }, 'stops');
    const ended = await inTime(server.end());
    postgres.thaw();
    expect(ended).toMatchObject({ status: 0 });
  });
});

const nowhere: Server = { url: '', line: '', pid: 0, end: async () => ({ status: null, stdout: '', stderr: '' }) };

/** Far more time than any deadline allows; undefined after it. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  return Promise.race([answer, sleep(30_000, undefined)]);
}
