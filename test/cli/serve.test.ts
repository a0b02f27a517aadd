import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ask, install, keybook, newFolder, read, serve, setUp, stoppedAfter } from '../harness/process.ts';

const stopped = stoppedAfter(async () => undefined);

describe('serve', () => {
  it('P3: the first start prints one line with a setup link, once nobody is missing any more it does not', async () => {
    const env = { DATA_DIR: newFolder() };
    const first = await serve(env);
    expect(first.line.match(/\/setup#token=/g)).toHaveLength(1);
    expect(first.line.trim().split('\n')).toHaveLength(1);
    const file = join(env.DATA_DIR, 'secrets', 'setup-token');
    expect(first.line).toContain(readFileSync(file, 'utf8').trim());
    expect(first.line).toContain(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(env.DATA_DIR, 'secrets')).mode & 0o777).toBe(0o700);
    await setUp(first);
    expect(existsSync(file)).toBe(false);
    const ended = await first.end();
    expect(ended.status).toBe(0);
    expect(ended.stderr).not.toContain('token=');
    const second = await serve(env);
    expect(second.line).toBe(`Keybook is ready: ${second.url}\n`);
    await expect(setUp(first)).rejects.toThrow();
  });

  it('house: a second server on one file is refused, and the first goes on', async () => {
    const { server, env } = await install();
    const second = await keybook(['serve'], { ...env, PORT: '0' });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`runs on ${join(env.DATA_DIR ?? '', 'keybook.db')}`);
    expect(second.stdout).toBe('');
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });

  it('C2: readyz tells of the database, the migrations, the set-up and the last expiry run', async () => {
    const server = await serve({ DATA_DIR: newFolder() });
    const before = await read(`${server.url}/readyz`);
    expect(before.status).toBe(200);
    expect(before.body).toEqual({
      ready: true,
      checks: [
        { name: 'database', ok: true, detail: 'answers' },
        { name: 'migrations', ok: true, detail: 'up to date' },
        { name: 'setup', ok: false, detail: expect.stringContaining('setup link') },
        { name: 'expiry', ok: true, detail: 'has not run yet' },
        { name: 'clock', ok: true, detail: 'fits the log' },
      ],
    });
    await setUp(server);
    // One answer holds for a second.
    await expect
      .poll(async () => (await read(`${server.url}/readyz`)).body, { timeout: 10_000 })
      .toMatchObject({
        ready: true,
        checks: expect.arrayContaining([{ name: 'setup', ok: true, detail: 'done' }]),
      });
  });

  it('C2: a start runs the expiry job where today has no run, and readyz complains of one of 37 hours ago', async () => {
    const { env, dataDir } = await stopped();
    const file = join(dataDir, 'keybook.db');
    const again = await serve(env);
    const runs = () => withFile(file, (db) => db.prepare('select day, finished_at from expiry_run').all());
    await expect.poll(runs).toHaveLength(1);
    const old = new Date(Date.now() - 37 * 3_600_000).toISOString();
    withFile(file, (db) => db.prepare('update expiry_run set finished_at = ?').run(old));
    const ready = await read(`${again.url}/readyz`);
    expect(ready.status).toBe(200);
    expect(ready.body.checks).toContainEqual({
      name: 'expiry',
      ok: false,
      detail: `last run ${old}: more than 36 hours ago`,
    });
  });

  it('api: metrics count keys, requests and entries, for this machine or with a token', async () => {
    const installation = await install();
    const { url } = installation.server;
    await ask(installation, 'POST', '/keys', { licenseKey: 'AAAA-1', productName: 'P', keyType: 'permanent' });
    await ask(installation, 'GET', '/keys/nowhere');
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('keybook_keys{status="available"} 1\n');
    expect(text).toContain('keybook_http_requests_total{status="404"} 1\n');
    expect(text).toMatch(/^keybook_audit_entries \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="\w+"\})? [\d.e+]+)$/);
    const forwarded = { 'x-forwarded-for': '203.0.113.9' };
    expect((await fetch(`${url}/metrics`, { headers: forwarded })).status).toBe(401);
    const authorization = `Bearer ${installation.env.KEYBOOK_TOKEN}`;
    expect((await fetch(`${url}/metrics`, { headers: { ...forwarded, authorization } })).status).toBe(200);
    expect((await fetch(`${url}/metrics`, { headers: { authorization: 'Bearer x' } })).status).toBe(401);
  });

  it('security: after kill -9 everything acknowledged is there, the lock is free and the log verifies', async () => {
    const installation = await install();
    const { server, env } = installation;
    const acknowledged: string[] = [];
    const writer = (async () => {
      for (let i = 0; ; i += 1) {
        const body = { licenseKey: `KILL-${i}`, productName: 'P', keyType: 'permanent' };
        const made = await ask(installation, 'POST', '/keys', body);
        acknowledged.push(made.body.id);
        if (acknowledged.length === 20) void server.end('SIGKILL');
      }
    })();
    await expect(writer).rejects.toThrow();
    const again = await serve(env);
    const list = await ask({ env: { ...env, KEYBOOK_URL: again.url } }, 'GET', '/keys?limit=200');
    const ids = list.body.items.map((key: { id: string }) => key.id);
    expect(ids).toEqual(expect.arrayContaining(acknowledged));
    expect((await keybook(['audit', 'verify'], env)).stdout).toMatch(/^ok: /);
  });

  it('stop: a request under way is answered, a new one is not taken, a checkpoint is made and the end is 0', async () => {
    const { server, env } = await install();
    const body = JSON.stringify({ licenseKey: 'STOP-1', productName: 'P', keyType: 'permanent' });
    const underWay = httpRequest(`${server.url}/api/v1/keys`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${env.KEYBOOK_TOKEN}`,
        'content-type': 'application/json',
        'content-length': body.length,
        expect: '100-continue',
      },
    });
    underWay.flushHeaders();
    await once(underWay, 'continue');
    const ended = server.end();
    const isTaken = () =>
      fetch(`${server.url}/healthz`).then(
        () => true,
        () => false,
      );
    await expect.poll(isTaken).toBe(false);
    underWay.end(body);
    const [answer] = await once(underWay, 'response');
    expect(answer.statusCode).toBe(201);
    answer.resume();
    expect((await ended).status).toBe(0);
    const verified = await keybook(['audit', 'verify'], env);
    expect(verified.stdout).toMatch(/^ok: /);
    expect(verified.stderr).not.toContain('not covered by a checkpoint');
  });
});

describe('serve refuses', () => {
  const refused = async (env: Record<string, string>) => keybook(['serve'], { PORT: '0', ...env });

  it('security 51: a missing or another master key, in plain words, and makes no new one', async () => {
    const { env, dataDir } = await stopped();
    const file = join(dataDir, 'secrets', 'master.key');
    renameSync(file, `${file}.away`);
    const missing = await refused(env);
    expect(missing.status).toBe(3);
    expect(missing.stderr).toContain(`The master key is missing: ${file}`);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, `${Buffer.alloc(32, 7).toString('base64url')}\n`, { mode: 0o600 });
    const wrong = await refused(env);
    expect(wrong.status).toBe(3);
    expect(wrong.stderr).toContain('does not fit this database');
    renameSync(`${file}.away`, file);
    await serve(env);
  });

  it('security: a file that is no database, a damaged one, and one of another program', async () => {
    const dataDir = newFolder();
    const file = join(dataDir, 'keybook.db');
    writeFileSync(file, 'this is not a database, but long enough to look at'.repeat(50));
    const noDatabase = await refused({ DATA_DIR: dataDir });
    expect(noDatabase.status).toBe(3);
    expect(noDatabase.stderr).toContain('keybook restore FILE --replace');

    const { env, dataDir: damagedDir } = await stopped();
    const damagedFile = join(damagedDir, 'keybook.db');
    const bytes = readFileSync(damagedFile);
    for (let at = 4096 * 4; at < 4096 * 40; at += 1) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
    writeFileSync(damagedFile, bytes);
    const damaged = await refused(env);
    expect(damaged.status).toBe(3);
    expect(damaged.stderr).toContain('is damaged');
    expect(readFileSync(damagedFile).equals(bytes)).toBe(true);

    const other = newFolder();
    withFile(join(other, 'keybook.db'), (db) => db.exec('create table cats (name text)'));
    const foreign = await refused({ DATA_DIR: other });
    expect(foreign.status).toBe(3);
    expect(foreign.stderr).toContain('the database of another program');
  });

  it('security: a schema that a newer Keybook wrote', async () => {
    const { env, dataDir } = await stopped();
    const file = join(dataDir, 'keybook.db');
    withFile(file, (db) => db.exec(`insert into kysely_migration values ('9999-from-the-future', '2030-01-01')`));
    const newer = await refused(env);
    expect(newer.status).toBe(3);
    expect(newer.stderr).toContain('written by a newer Keybook (9999-from-the-future)');
  });

  it('settings: one that makes no sense (2), a port that is taken (3)', async () => {
    const nonsense = await refused({ DATA_DIR: newFolder(), PORT: 'http' });
    expect(nonsense).toMatchObject({ status: 2, stderr: 'keybook: PORT takes a number from 0 to 65535.\n' });
    const { server } = await install();
    const taken = await refused({ DATA_DIR: newFolder(), PORT: new URL(server.url).port });
    expect(taken.status).toBe(3);
    expect(taken.stderr).toContain('is taken by another program');
  });
});

function withFile<T>(file: string, work: (db: SqliteFile.Database) => T): T {
  const db = new SqliteFile(file);
  try {
    return work(db);
  } finally {
    db.close();
  }
}
