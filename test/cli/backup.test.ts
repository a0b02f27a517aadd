import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { copyFolder } from '../harness/installed.ts';
import {
  ask,
  type Env,
  type Installation,
  install,
  keybook,
  newFolder,
  serve,
  stoppedAfter,
} from '../harness/process.ts';

const canary = 'CANRY-AAAAA-BBBBB-CCCCC-54321';

async function addKey(installation: Pick<Installation, 'env'>, licenseKey: string): Promise<string> {
  const made = await ask(installation, 'POST', '/keys', { licenseKey, productName: 'Office', keyType: 'permanent' });
  expect(made.status).toBe(201);
  return made.body.id;
}

const withBackup = stoppedAfter(async (installation) => {
  const id = await addKey(installation, canary);
  const folder = newFolder();
  const made = await keybook(['backup', join(folder, 'nightly.db'), '--json'], installation.env);
  expect(made).toMatchObject({ status: 0 });
  await addKey(installation, 'LATER-AAAAA-BBBBB-CCCCC-11111');
  await addKey(installation, 'LATER-AAAAA-BBBBB-CCCCC-22222');
  return { id, folder, manifest: JSON.parse(made.stdout) };
});

/** A set-up installation with one key in it, its backup, two more keys made after that, and the server stopped. */
async function backedUp() {
  const { env, prepared } = await withBackup();
  const folder = newFolder();
  copyFolder(prepared.folder, folder);
  const { id, manifest } = prepared;
  return { env, id, file: join(folder, 'nightly.db'), manifest };
}

/** Starts a server again and makes a new token: those of before are gone. */
async function reopened(env: Env): Promise<Installation> {
  const server = await serve(env);
  const token = await keybook(['token', 'create', '--user', 'ada@nordwind.example'], env);
  return { server, env: { ...env, KEYBOOK_URL: server.url, KEYBOOK_TOKEN: token.stdout.trim() } };
}

describe('backup and restore', () => {
  it('security 58: a backup beside a running server is whole, private, without key text, and says what it is', async () => {
    const { env, file, manifest } = await backedUp();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes(canary)).toBe(false);
    expect(readdirSync(join(file, '..')).sort()).toEqual(['nightly.db', 'nightly.db.manifest.json']);
    expect(JSON.parse(readFileSync(`${file}.manifest.json`, 'utf8'))).toEqual(manifest);
    const { applied } = JSON.parse((await keybook(['migrate', '--status', '--json'], env)).stdout);
    expect(applied).toContain('0001-core');
    expect(manifest).toMatchObject({ keybookBackup: 1, bytes: statSync(file).size, schema: applied });
    expect(manifest.checkpoint).toContain(manifest.log.origin);
    const again = await keybook(['backup', file], env);
    expect(again.status).toBe(1);
    expect(again.stderr).toContain('exists');
  });

  it('S18: backup writes over nothing: neither a manifest, nor what a link names', async () => {
    const { server, env } = await install();
    const folder = newFolder();
    const file = join(folder, 'nightly.db');
    for (const name of ['nightly.db', 'nightly.db.manifest.json']) {
      const there = join(folder, name);
      writeFileSync(there, 'theirs');
      const refused = await keybook(['backup', file], env);
      expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining(`${there} exists`) });
      expect([readdirSync(folder), readFileSync(there, 'utf8')]).toEqual([[name], 'theirs']);
      rmSync(there);
    }
    symlinkSync(join(folder, 'nowhere'), file);
    for (const args of [
      ['backup', file],
      ['audit', 'export', file],
    ])
      expect(await keybook(args, env)).toMatchObject({ status: 1, stderr: expect.stringContaining(`${file} exists`) });
    expect(readdirSync(folder)).toEqual(['nightly.db']);
    await server.end();
  });

  it('L9, security 58: restore says which entries are missing, keeps what was there, ends sessions and tokens, and records it', async () => {
    const { env, id, file, manifest } = await backedUp();
    const restored = await keybook(['restore', file, '--replace'], env);
    expect(restored).toMatchObject({ status: 0 });
    const signed = Number(/entries (\d+)–(\d+) are missing/.exec(restored.stderr)?.[2]);
    expect(restored.stderr).toContain(`entries ${manifest.log.size}–${signed} are missing`);
    expect(signed).toBeGreaterThan(manifest.log.size);
    const kept = /Kept as it was: (\S+keybook\.db\.before-restore-\S+)/.exec(restored.stderr)?.[1] ?? '';
    expect(existsSync(kept)).toBe(true);

    const verified = await keybook(['audit', 'verify'], env);
    expect(verified.stdout).toMatch(new RegExp(`^ok: ${manifest.log.size + 1} entries`));
    const witness = readdirSync(join(env.DATA_DIR ?? '', 'checkpoints')).find((name) =>
      name.startsWith('before-restore'),
    );
    const lost = join(env.DATA_DIR ?? '', 'checkpoints', witness ?? '', `${String(signed + 1).padStart(12, '0')}.txt`);
    const against = await keybook(['audit', 'verify', '--checkpoint', lost], env);
    expect(against.status).toBe(1);
    expect(against.stdout).toContain('NOT ok');

    const old = await serve(env);
    expect((await ask({ env: { ...env, KEYBOOK_URL: old.url } }, 'GET', '/me')).status).toBe(401);
    await old.end();
    const now = await reopened(env);
    expect((await ask(now, 'POST', `/keys/${id}/reveal`)).body).toEqual({ licenseKey: canary });
    expect((await ask(now, 'GET', '/keys')).body.total).toBe(1);
    const log = await ask(now, 'GET', '/audit?action=restore.completed');
    expect(log.body.items).toMatchObject([
      { details: { size: manifest.log.size, missingFrom: manifest.log.size, missingTo: signed, tokens: 1 } },
    ]);
  });

  it('S3, P8: a token made after the backup, put into the restored database by hand, opens nothing; a second restore is well', async () => {
    const { env, file } = await backedUp();
    const made = await keybook(['token', 'create', '--user', 'ada@nordwind.example'], env);
    const database = join(env.DATA_DIR ?? '', 'keybook.db');
    const opened = new SqliteFile(database);
    const row = opened.prepare<[], Record<string, unknown>>('SELECT * FROM token ORDER BY sealed_idx DESC').get() ?? {};
    opened.close();
    expect(await keybook(['restore', file, '--replace'], env)).toMatchObject({ status: 0 });
    const restored = new SqliteFile(database);
    const [names, places] = [Object.keys(row), Object.keys(row).map(() => '?')];
    restored.prepare(`INSERT INTO token (${names}) VALUES (${places})`).run(...Object.values(row));
    restored.close();
    const server = await serve(env);
    const asked = { env: { KEYBOOK_URL: server.url, KEYBOOK_TOKEN: made.stdout.trim() } };
    expect((await ask(asked, 'GET', '/me')).status).toBe(401);
    await server.end();
    const examined = await keybook(['doctor'], env);
    expect(examined.stdout).toMatch(new RegExp(`^BAD  seals: .*${row.id}`, 'm'));

    expect(await keybook(['restore', file, '--replace'], env)).toMatchObject({ status: 0 });
    expect(await keybook(['doctor'], env)).toMatchObject({ status: 0 });
    expect((await keybook(['restore'], env)).status).toBe(2);
    expect(await keybook(['restore', '--in-place'], env)).toMatchObject({ status: 0 });
    expect(await keybook(['doctor'], env)).toMatchObject({ status: 0 });
  });

  it('api: restore makes a database where there is none, with the master key put there before', async () => {
    const { env, id, file } = await backedUp();
    const fresh = {
      DATA_DIR: join(newFolder(), 'data'),
      MASTER_KEY_FILE: join(env.DATA_DIR ?? '', 'secrets', 'master.key'),
    };
    const withoutKey = await keybook(['restore', file], { DATA_DIR: fresh.DATA_DIR });
    expect(withoutKey.status).toBe(3);
    expect(withoutKey.stderr).toContain('The master key is missing');
    expect(readdirSync(fresh.DATA_DIR)).toEqual(['serve.lock']);
    expect(await keybook(['restore', file], fresh)).toMatchObject({ status: 0 });
    const now = await reopened(fresh);
    expect((await ask(now, 'POST', `/keys/${id}/reveal`)).body).toEqual({ licenseKey: canary });
  });

  it('api: restore refuses beside a server, over a database, a file changed since, and one with a forged log', async () => {
    const { env, file } = await backedUp();
    const before = readFileSync(join(env.DATA_DIR ?? '', 'keybook.db'));
    const over = await keybook(['restore', file], env);
    expect(over.status).toBe(1);
    expect(over.stderr).toContain('--replace');

    const bytes = readFileSync(file);
    const changed = join(newFolder(), 'changed.db');
    writeFileSync(`${changed}.manifest.json`, readFileSync(`${file}.manifest.json`));
    writeFileSync(changed, Buffer.concat([bytes, Buffer.from('x')]));
    const refused = await keybook(['restore', changed, '--replace'], env);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('is not the file its manifest describes');

    // Whatever opens it would first take back what lies beside it.
    const amid = join(newFolder(), 'amid.db');
    writeFileSync(amid, bytes);
    writeFileSync(`${amid}.manifest.json`, readFileSync(`${file}.manifest.json`));
    writeFileSync(`${amid}-journal`, 'x');
    expect(await keybook(['restore', amid, '--replace'], env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`${amid}-journal lies beside it`),
    });

    const forged = join(newFolder(), 'forged.db');
    const text = Buffer.from('"a":"key.created"');
    const at = bytes.indexOf(text);
    expect(at).toBeGreaterThan(0);
    const forgedBytes = Buffer.from(bytes);
    forgedBytes.write('"a":"key.renewed"', at);
    writeFileSync(forged, forgedBytes);
    const notSigned = await keybook(['restore', forged, '--replace', '--without-manifest'], env);
    expect(notSigned.status).toBe(1);
    expect(notSigned.stderr).toContain('its audit log is not what was signed');
    expect(readFileSync(join(env.DATA_DIR ?? '', 'keybook.db')).equals(before)).toBe(true);
    expect(readdirSync(env.DATA_DIR ?? '').filter((name) => name.includes('restore'))).toEqual([]);

    await serve(env);
    const running = await keybook(['restore', file, '--replace'], env);
    expect(running.status).toBe(1);
    expect(running.stderr).toContain('Stop that one first');
  });
});

describe('rotate', () => {
  it('security 57: new keys open everything, the old master key opens nothing, and a backup of before still restores', async () => {
    const { env, id, file } = await backedUp();
    const masterKey = join(env.DATA_DIR ?? '', 'secrets', 'master.key');
    const old = readFileSync(masterKey, 'utf8');
    const done = await keybook(['rotate', '--index'], env);
    expect(done).toMatchObject({ status: 0, stdout: '3 license keys encrypted anew\n' });
    expect(readFileSync(masterKey, 'utf8')).not.toBe(old);

    const now = await reopened(env);
    expect((await ask(now, 'POST', `/keys/${id}/reveal`)).body).toEqual({ licenseKey: canary });
    const lookup = await ask(now, 'POST', '/keys/lookup', { licenseKey: canary.toLowerCase() });
    expect(lookup.body.items).toMatchObject([{ id }]);
    const twice = await ask(now, 'POST', '/keys', { licenseKey: canary, productName: 'Office', keyType: 'permanent' });
    expect(twice.body).toMatchObject({ code: 'license_key_taken' });
    const log = await ask(now, 'GET', '/audit?action=rotation.completed');
    expect(log.body.items).toMatchObject([{ details: { masterKey: true, dataKey: true, indexKey: true } }]);
    await now.server.end();

    const oldFile = join(newFolder(), 'old.key');
    writeFileSync(oldFile, old, { mode: 0o600 });
    const wrong = await keybook(['serve'], { ...env, PORT: '0', MASTER_KEY_FILE: oldFile });
    expect(wrong.stderr).toContain('does not fit this database');

    expect(await keybook(['restore', file, '--replace'], env)).toMatchObject({ status: 0 });
    const restored = await reopened(env);
    expect((await ask(restored, 'POST', `/keys/${id}/reveal`)).body).toEqual({ licenseKey: canary });
  });

  it('security: a rotation that was cut off before or after its commit is settled at the next start', async () => {
    const { env, id } = await backedUp();
    const masterKey = join(env.DATA_DIR ?? '', 'secrets', 'master.key');
    writeFileSync(`${masterKey}.new`, `${Buffer.alloc(32, 9).toString('base64url')}\n`);
    const before = await reopened(env);
    expect(existsSync(`${masterKey}.new`)).toBe(false);
    await before.server.end();

    const old = readFileSync(masterKey);
    await keybook(['rotate'], env);
    writeFileSync(`${masterKey}.new`, readFileSync(masterKey));
    writeFileSync(masterKey, old);
    const after = await reopened(env);
    expect((await ask(after, 'POST', `/keys/${id}/reveal`)).body).toEqual({ licenseKey: canary });
    expect(existsSync(`${masterKey}.new`)).toBe(false);
  });
});
