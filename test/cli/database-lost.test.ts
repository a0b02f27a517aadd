import { describe, expect, it } from 'vitest';
import { type Cut, startCuttingProxy } from '../harness/cutting-proxy.ts';
import { type PrivatePostgres, startPrivatePostgres } from '../harness/postgres.ts';
import { atEnd, type Installation, install, read } from '../harness/process.ts';
import { isAlive, requireOnce, send, startWriters } from '../harness/writers.ts';

async function privateServer() {
  const postgres = await startPrivatePostgres();
  atEnd(postgres.stop);
  return postgres;
}

const aWhile = { timeout: 30_000 };

/** Makes a fault under a server that is busy writing: it goes on by itself, with nothing lost and nothing twice. */
async function survives(postgres: PrivatePostgres, fault: (installation: Installation) => Promise<unknown>) {
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

describe('PostgreSQL is lost under a server', async () => {
  const postgres = await privateServer();

  it('R1: backends that are terminated, inside and outside a transaction', () =>
    survives(postgres, async () => {
      for (let rounds = 0; rounds < 5; rounds += 1) await postgres.signalBackends('SIGTERM');
    }));

  it('R1: a backend that is killed, with which PostgreSQL ends all of them', () =>
    survives(postgres, () => postgres.signalBackends('SIGKILL', /in transaction|INSERT|UPDATE|COMMIT|idle/)));

  it('R1: an immediate stop, and a start', () =>
    survives(postgres, async ({ server }) => {
      await postgres.end('SIGQUIT');
      const ready = await read(`${server.url}/readyz`);
      expect(ready).toMatchObject({ status: 503, body: { ready: false } });
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      await postgres.start();
    }));

  it('R1: a postmaster that is killed, and a start', () =>
    survives(postgres, async () => {
      await postgres.end('SIGKILL');
      await postgres.start();
    }));
});

describe('a connection is cut at COMMIT', async () => {
  const postgres = await privateServer();

  /** Cuts the connection under a new key, and answers what was said of it; the same again must have its one effect. */
  const cutAt = async (where: Cut) => {
    const proxy = await startCuttingProxy(await postgres.createDatabase());
    atEnd(proxy.close);
    const installation = await install({ DATABASE_URL: proxy.url });
    const body = { licenseKey: 'CUT', productName: 'P', keyType: 'permanent' };
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
