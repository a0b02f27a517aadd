import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atEnd } from '../harness/at-end.ts';
import { dropDatabase } from '../harness/postgres.ts';
import { ask, type Env, type Installation, install, keybook, newFolder, serve, setUp } from '../harness/process.ts';
import { newDatabase } from '../harness/run-postgres.ts';

const attempts = 64;

/** A new PostgreSQL database, dropped after the test file. */
async function ownDatabase(): Promise<string> {
  const url = await newDatabase();
  atEnd(() => dropDatabase(url));
  return url;
}

/** Sends all attempts on the last seat at once, to the servers in turn. */
async function race(installation: Installation, urls: string[]) {
  const key = { licenseKey: 'RACE-AAAAA-BBBBB-CCCCC-12345', productName: 'Office', keyType: 'permanent', seats: 2 };
  const made = await ask(installation, 'POST', '/keys', key);
  const path = `/keys/${made.body.id}/assignments`;
  expect((await ask(installation, 'POST', path, { userName: 'Holder' })).status).toBe(201);
  const tries = Array.from({ length: attempts }, (_, i) => {
    const env: Env = { ...installation.env, KEYBOOK_URL: urls[i % urls.length] ?? '' };
    return ask({ env }, 'POST', path, { userName: `Runner ${i}` });
  });
  const answers = await Promise.all(tries);
  const after = await ask(installation, 'GET', `/keys/${made.body.id}`);
  const log = await keybook(['audit', 'verify'], installation.env);
  return { answers, after: after.body, log };
}

function judge({ answers, after, log }: Awaited<ReturnType<typeof race>>): void {
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const lost = answers.filter(({ status }) => status === 409);
  expect(lost).toHaveLength(attempts - 1);
  expect(new Set(lost.map(({ body }) => body.code))).toEqual(new Set(['seat_taken']));
  expect(after).toMatchObject({ seats: 2, seatsTaken: 2, status: 'applied' });
  expect(log.stdout).toMatch(/^ok: /);
}

describe('the last seat of a key', () => {
  it(`A4: of ${attempts} simultaneous attempts on one server with the embedded file exactly one succeeds`, async () => {
    const installation = await install();
    judge(await race(installation, [installation.server.url]));
  });

  it(`A4: of ${attempts} simultaneous attempts on two servers with one PostgreSQL exactly one succeeds`, async () => {
    const DATABASE_URL = await ownDatabase();
    const installation = await install({ DATABASE_URL });
    const second = await serve({
      ...installation.env,
      DATA_DIR: newFolder(),
      MASTER_KEY_FILE: masterKeyOf(installation),
    });
    judge(await race(installation, [installation.server.url, second.url]));
  });
});

function masterKeyOf({ env }: Installation): string {
  return join(env.DATA_DIR ?? '', 'secrets', 'master.key');
}

describe('several servers on one PostgreSQL', () => {
  it('api: two that start at once on an empty database both come up, and the first set-up closes both links', async () => {
    const shared = { DATABASE_URL: await ownDatabase(), MASTER_KEY_FILE: join(newFolder(), 'master.key') };
    const [one, other] = await Promise.all([
      serve({ ...shared, DATA_DIR: newFolder() }),
      serve({ ...shared, DATA_DIR: newFolder() }),
    ]);
    expect(one.line).toContain('/setup#token=');
    expect(other.line).toContain('/setup#token=');
    await setUp(other);
    await expect(setUp(one)).rejects.toThrow('setup_done');
    const ready = await fetch(`${one.url}/readyz`);
    expect(await ready.json()).toMatchObject({ ready: true });
  });

  it('api: one without the master key is told to copy it from the first, and keeps no key of its own', async () => {
    const { env } = await install({ DATABASE_URL: await ownDatabase() });
    const dataDir = newFolder();
    const missing = await keybook(['serve'], { ...env, PORT: '0', DATA_DIR: dataDir });
    expect(missing.status).toBe(3);
    expect(missing.stderr).toContain('The master key is missing');
    expect(existsSync(join(dataDir, 'secrets', 'master.key'))).toBe(false);
  });

  it('api: without its database a server stays alive, says that it is not ready, and answers 503 or 500', async () => {
    const DATABASE_URL = await newDatabase();
    const { server, env } = await install({ DATABASE_URL });
    await dropDatabase(DATABASE_URL);
    const ready = await fetch(`${server.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, checks: [{ name: 'database', ok: false }] });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await ask({ env }, 'GET', '/keys')).status).toBeGreaterThanOrEqual(500);
    expect((await server.end()).status).toBe(0);
  });

  it('api: rotate and migrate are refused while one runs; backup names the tools of PostgreSQL', async () => {
    const { server, env } = await install({ DATABASE_URL: await ownDatabase() });
    for (const command of ['rotate', 'migrate']) {
      const refused = await keybook([command], env);
      expect(refused.status).toBe(1);
      expect(refused.stderr).toContain('A Keybook server is connected to this database');
    }
    const backup = await keybook(['backup', join(newFolder(), 'b.db')], env);
    expect(backup.status).toBe(1);
    expect(backup.stderr).toContain('pg_dump');
    await server.end();
    const rotated = await keybook(['rotate', '--index'], env);
    expect(rotated).toMatchObject({ status: 0 });
    await serve(env);
  });
});
