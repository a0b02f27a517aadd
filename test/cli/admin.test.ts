import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ask, install, keybook, newFolder, password, stoppedAfter } from '../harness/process.ts';
import { newBrowser } from '../harness/real-http.ts';
import { totp } from '../harness/totp.ts';

const nobody = 65_534;
const stopped = stoppedAfter(async () => undefined);

describe('commands on the database itself', () => {
  const direct = [
    ['token', 'create', '--user', 'ada@nordwind.example'],
    ['user', 'create', '--name', 'Tom', '--email', 'tom@nordwind.example', '--role', 'technician', '--password-stdin'],
    ['user', 'reset', 'ada@nordwind.example', '--password-stdin'],
    ['expire'],
    ['audit', 'verify'],
    ['audit', 'export', 'export.jsonl'],
    ['doctor'],
    ['backup', 'backup.db'],
    ['migrate', '--status'],
    ['migrate'],
    ['rotate'],
  ];

  it('api: a command that finds no database says where it looked, and makes none', async () => {
    const folder = newFolder();
    for (const args of direct) {
      const ended = await keybook(args, { DATA_DIR: join(folder, 'data') }, `${password}\n`);
      expect(ended, args.join(' ')).toMatchObject({ status: 1, stdout: '' });
      expect(ended.stderr).toContain(`looked for ${join(folder, 'data', 'keybook.db')}`);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('P4: token create prints the token alone; it has no more than its role and customers, and a year', async () => {
    const { env } = await install();
    const made = await keybook(
      [
        'token',
        'create',
        '--user',
        'ADA@nordwind.example',
        '--name',
        'ci',
        '--role',
        'auditor',
        '--customers',
        'nordwind it',
      ],
      env,
    );
    expect(made.status).toBe(0);
    expect(made.stdout).toMatch(/^keybook_[\w-]{43}\n$/);
    const asAuditor = { env: { ...env, KEYBOOK_TOKEN: made.stdout.trim() } };
    const me = await ask(asAuditor, 'GET', '/me');
    expect(me.body).toMatchObject({ role: 'auditor', name: 'Ada Admin', customerIds: [me.body.houseId] });
    const written = await ask(asAuditor, 'POST', '/keys', { licenseKey: 'X', productName: 'P', keyType: 'permanent' });
    expect(written.status).toBe(403);
    const log = await ask({ env }, 'GET', '/audit?action=token.created');
    expect(log.body.items[0]).toMatchObject({
      actor: { id: 'system' },
      details: { name: 'ci', owner: 'Ada Admin', actor: { via: 'local' } },
    });
    const nobodyKnown = await keybook(['token', 'create', '--user', 'eve@nordwind.example'], env);
    expect(nobodyKnown).toMatchObject({ status: 1, stdout: '' });
    const tooLong = await keybook(
      ['token', 'create', '--user', 'ada@nordwind.example', '--expires', '2099-01-01'],
      env,
    );
    expect(tooLong).toMatchObject({ status: 1, stdout: '' });
  });

  it('P1: user create and user reset take the password from standard input only, and end the sessions', async () => {
    const { server, env } = await install();
    const tom = ['--name', 'Tom Technician', '--email', 'tom@nordwind.example', '--role', 'technician'];
    const unasked = await keybook(['user', 'create', ...tom], env, `${password}\n`);
    expect(unasked).toMatchObject({ status: 2, stdout: '' });
    expect(unasked.stderr).toContain('--password-stdin');
    const short = await keybook(['user', 'create', ...tom, '--password-stdin'], env, 'short\n');
    expect(short).toMatchObject({ status: 1, stderr: expect.stringContaining('at least 12 characters') });
    expect(await keybook(['user', 'create', ...tom, '--password-stdin'], env, `${password}\n`)).toMatchObject({
      status: 0,
    });
    const again = await keybook(['user', 'create', ...tom, '--password-stdin'], env, `${password}\n`);
    expect(again.status).toBe(1);

    const signIn = (secret: string) =>
      fetch(`${server.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'tom@nordwind.example', password: secret }),
      });
    const session = await signIn(password);
    expect(session.status).toBe(201);
    const cookie = (session.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const me = () => fetch(`${server.url}/api/v1/me`, { headers: { cookie } });
    expect((await me()).status).toBe(200);
    const reset = await keybook(
      ['user', 'reset', 'tom@nordwind.example', '--password-stdin'],
      env,
      'another long password\n',
    );
    expect(reset).toMatchObject({ status: 0, stderr: expect.stringContaining('Sessions ended: 1') });
    expect((await me()).status).toBe(401);
    expect((await signIn(password)).status).toBe(401);
    expect((await signIn('another long password')).status).toBe(201);
    const log = await ask({ env }, 'GET', '/audit?action=user.created,user.reset&sort=idx');
    expect(log.body.items.map((entry: { action: string }) => entry.action)).toEqual([
      'user.created',
      'user.created',
      'user.reset',
    ]);
    expect(JSON.stringify(log.body)).not.toContain('another long password');
  });

  it('P1, security 10: user reset keeps the second factor, and takes it away only where that is asked for', async () => {
    const { server, env } = await install();
    const browser = newBrowser(server.url);
    const email = 'ada@nordwind.example';
    await browser.call('POST', '/session', { email, password });
    const { secret } = (await browser.call('POST', '/me/second-factor')).body;
    const code = totp(secret, new Date());
    expect((await browser.call('POST', '/me/second-factor/confirmation', { code })).status).toBe(200);
    for (let guess = 0; guess < 5; guess += 1)
      await newBrowser(server.url).call('POST', '/session', { email, password: 'wrong password' });
    const reset = (...more: string[]) =>
      keybook(['user', 'reset', email, '--password-stdin', '--json', ...more], env, 'another long phrase\n');
    const signIn = () => newBrowser(server.url).call('POST', '/session', { email, password: 'another long phrase' });
    expect(JSON.parse((await reset()).stdout)).toMatchObject({ sessionsEnded: 1, secondFactorRemoved: false });
    expect((await signIn()).body.code).toBe('second_factor_needed');
    expect(JSON.parse((await reset('--second-factor')).stdout)).toMatchObject({ secondFactorRemoved: true });
    expect((await signIn()).status).toBe(201);
    const weak = await keybook(['user', 'reset', email, '--password-stdin'], env, 'password1234\n');
    expect(weak).toMatchObject({ status: 1, stderr: expect.stringContaining('guessed') });
  });

  it('S10: user create and user reset take no password that is guessed first', async () => {
    const { env } = await install();
    const otto = ['--name', 'Otto', '--email', 'otto@nordwind.example', '--role', 'auditor', '--password-stdin'];
    for (const args of [
      ['create', ...otto],
      ['reset', 'ada@nordwind.example', '--password-stdin'],
    ])
      expect(await keybook(['user', ...args], env, 'liverpool123\n')).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('guessed'),
      });
  });

  it('L9: audit verify says ok, and names the entry that was changed behind its back; audit export is checked by the single file', async () => {
    const { server, env } = await install();
    const file = join(newFolder(), 'log.jsonl');
    expect(await keybook(['audit', 'export', file], env)).toMatchObject({ status: 0 });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const verifier = fileURLToPath(new URL('../../verifier/keybook-verify.mjs', import.meta.url));
    const checked = spawnSync(process.execPath, [verifier, file], { encoding: 'utf8' });
    expect(checked, checked.stdout + checked.stderr).toMatchObject({ status: 0 });
    const fine = await keybook(['audit', 'verify', '--json'], env);
    expect(fine.status).toBe(0);
    expect(JSON.parse(fine.stdout)).toMatchObject({ ok: true, problems: [] });
    await server.end();
    const db = new SqliteFile(join(env.DATA_DIR ?? '', 'keybook.db'));
    db.exec(
      `drop trigger audit_payload_no_update; update audit_payload set body = replace(body, 'Ada', 'Eve') where idx = 2`,
    );
    db.close();
    const tampered = await keybook(['audit', 'verify'], env);
    expect(tampered.status).toBe(1);
    expect(tampered.stdout).toContain('NOT ok');
    expect(tampered.stdout).toContain('entry 2: ');
  });

  it('C2: expire records what has expired, beside a running server', async () => {
    const { env } = await install();
    const key = {
      licenseKey: 'OLD-1',
      productName: 'P',
      keyType: 'subscription',
      validityStart: '2020-01-01',
      validityEnd: '2020-12-31',
    };
    expect((await ask({ env }, 'POST', '/keys', key)).status).toBe(201);
    expect(await keybook(['expire'], env)).toMatchObject({ status: 0, stdout: '1\n' });
    expect(await keybook(['expire'], env)).toMatchObject({ status: 0, stdout: '0\n' });
  });

  it('C9: doctor finds and mends what was broken behind its back', async () => {
    const { env } = await install();
    const made = await ask({ env }, 'POST', '/keys', {
      licenseKey: 'D-1',
      productName: 'P',
      keyType: 'permanent',
      userName: 'Anna',
    });
    expect(await keybook(['doctor'], env)).toMatchObject({ status: 0 });
    const db = new SqliteFile(join(env.DATA_DIR ?? '', 'keybook.db'));
    db.prepare('update "key" set seats_taken = 0 where id = ?').run(made.body.id);
    db.close();
    chmodSync(join(env.DATA_DIR ?? '', 'secrets', 'master.key'), 0o644);
    const found = await keybook(['doctor'], env);
    expect(found.status).toBe(1);
    expect(found.stdout).toMatch(/^BAD {2}secrets: /m);
    expect(found.stdout).toMatch(/^BAD {2}consistency: /m);
    expect(await keybook(['doctor', '--fix'], env)).toMatchObject({ status: 0 });
    expect(await keybook(['doctor'], env)).toMatchObject({ status: 0 });
    expect((await ask({ env }, 'GET', `/keys/${made.body.id}`)).body).toMatchObject({
      seatsTaken: 1,
      status: 'applied',
    });
  });

  it('api: migrate --status tells how the schema stands, beside a running server; migrate is refused', async () => {
    const { env } = await install();
    const status = await keybook(['migrate', '--status', '--json'], env);
    expect(status.status).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ applied: expect.arrayContaining(['0001-core']), pending: [] });
    expect(await keybook(['migrate'], env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Stop that one first'),
    });
  });

  const isRoot = process.getuid?.() === 0;
  it.runIf(isRoot)('api: run as root, no command leaves a file that belongs to another than the owner', async () => {
    const { env, dataDir } = await stopped();
    const paths = () =>
      ['.', ...readdirSync(dataDir, { recursive: true, encoding: 'utf8' })].map((name) => join(dataDir, name));
    for (const path of paths()) chownSync(path, nobody, nobody);
    chmodSync(dataDir, 0o700);
    for (const args of direct) {
      const file = args.map((arg) => (/\.(db|jsonl)$/.test(arg) ? join(dataDir, arg) : arg));
      const ended = await keybook(file, env, `${password}\n`);
      expect(ended, `${args.join(' ')}: ${ended.stderr}`).toMatchObject({ status: 0 });
    }
    expect(await keybook(['restore', join(dataDir, 'backup.db'), '--replace'], env)).toMatchObject({ status: 0 });
    expect(paths().length).toBeGreaterThan(8);
    for (const path of paths()) expect(statSync(path).uid, path).toBe(nobody);
  });

  it.runIf(isRoot)(
    'S18: run as root, no command follows a link that somebody has put in place of the database',
    async () => {
      const { env, dataDir } = await stopped();
      const file = join(dataDir, 'keybook.db');
      const elsewhere = join(newFolder(), 'of-root.db');
      renameSync(file, elsewhere);
      symlinkSync(elsewhere, file);
      const contents = () => [readFileSync(elsewhere), readdirSync(join(elsewhere, '..')), readdirSync(dataDir)];
      for (const owner of [0, nobody]) {
        for (const path of ['.', ...readdirSync(dataDir)]) lchownSync(join(dataDir, path), owner, owner);
        const before = contents();
        for (const args of [...direct, ['serve']]) {
          const ended = await keybook(args, env, `${password}\n`);
          expect(ended, args.join(' ')).toMatchObject({ status: 1, stderr: expect.stringContaining('is a link') });
        }
        expect(contents()).toEqual(before);
      }
      rmSync(file);
      renameSync(elsewhere, file);
      const ofTwo = await keybook(['doctor'], env);
      expect(ofTwo).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('belongs to uid 0, its folder to uid'),
      });
    },
  );

  it('S18: a link in place of the lock is refused, and what it points to keeps its rights', async () => {
    const { env, dataDir } = await stopped();
    const target = join(newFolder(), 'of-others');
    writeFileSync(target, 'theirs', { mode: 0o644 });
    const lock = join(dataDir, 'serve.lock');
    rmSync(lock);
    symlinkSync(target, lock);
    for (const args of [['migrate'], ['rotate'], ['serve'], ['doctor']])
      expect((await keybook(args, env)).status, args.join(' ')).toBe(1);
    expect(statSync(target).mode & 0o777).toBe(0o644);
    expect(readFileSync(target, 'utf8')).toBe('theirs');
  });
});
