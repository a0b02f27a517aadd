import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { decodeVerifierKey, encodeVerifierKey } from '../../src/domain/audit/checkpoint.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { hashPassword } from '../../src/server/people/password.ts';
import { ask, type Env, keybook, newFolder, password, serve, stoppedAfter } from '../harness/process.ts';
import { writeVersion010 } from '../harness/version-010.ts';

const email = 'ada@nordwind.example';
const attackers = 'nine loud magpies argue';

const withKeys = stoppedAfter(async (installation) => {
  for (const licenseKey of ['RENAMED-1', 'RENAMED-2', 'RENAMED-3']) {
    const made = await ask(installation, 'POST', '/keys', { licenseKey, productName: 'Office', keyType: 'permanent' });
    expect(made.status).toBe(201);
  }
});

/** A set-up installation with keys in it, stopped in order. */
async function stopped() {
  const { dataDir } = await withKeys();
  const settings: Env = { DATA_DIR: dataDir };
  return { dataDir, env: settings, masterKey: join(dataDir, 'secrets', 'master.key') };
}

const purposesOf = (dataDir: string): string[] => {
  const sqlite = new SqliteFile(join(dataDir, 'keybook.db'), { readonly: true });
  const found = sqlite.prepare<[], string>('SELECT purpose FROM wrapped_key ORDER BY purpose').pluck().all();
  sqlite.close();
  return found;
};

const signedIn = (folder: string) => readdirSync(folder).findLast((name) => /^0\d+\.txt$/.test(name)) ?? '';

/** Makes the database look as if it had never had tags and seals, under a name that nothing outside has heard of. */
async function forge(dataDir: string, identity: 'renamed' | 'gone' | 'kept'): Promise<void> {
  const hash = await hashPassword(attackers, { address: undefined });
  const sqlite = new SqliteFile(join(dataDir, 'keybook.db'));
  sqlite.pragma('foreign_keys = OFF');
  const triggers = sqlite
    .prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all();
  for (const { name } of triggers) sqlite.exec(`DROP TRIGGER ${name}`);
  const vkey = sqlite.prepare<[], string>('SELECT public_key FROM log_identity').pluck().get() ?? '';
  const key = decodeVerifierKey(sha256, vkey);
  if (!key) throw new Error('the log has no public key');
  const origin = 'keybook/elsewhere';
  if (identity === 'gone') sqlite.exec('DELETE FROM log_identity');
  else if (identity === 'renamed')
    sqlite
      .prepare('UPDATE log_identity SET origin = ?, public_key = ?')
      .run(origin, encodeVerifierKey(sha256, origin, key.publicKey));
  for (const table of ['audit_payload', 'audit_erasure', 'audit_entry', 'audit_checkpoint', 'audit_tile'])
    sqlite.exec(`DELETE FROM ${table}`);
  sqlite.exec("UPDATE audit_head SET size = 0, frontier = '0:'");
  sqlite.exec("DELETE FROM wrapped_key WHERE purpose IN ('seal', 'digest')");
  const sealed = sqlite
    .prepare<[], string>(
      `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'seal' WHERE m.type = 'table'`,
    )
    .pluck()
    .all();
  for (const table of sealed) sqlite.exec(`UPDATE "${table}" SET seal = ''`);
  sqlite.prepare('UPDATE user SET password_hash = ? WHERE email = ?').run(hash, email);
  sqlite.exec('DELETE FROM second_factor');
  sqlite.exec('UPDATE user SET sealed_idx = -1');
  sqlite.exec('UPDATE settings SET sealed_idx = -1');
  for (const { sql } of triggers) sqlite.exec(sql);
  sqlite.close();
}

/** What the start says; a server that starts all the same is a fault, and what it lets in is told. */
async function refusalOf(env: Env): Promise<string> {
  try {
    const server = await serve(env);
    const asked = { env: { KEYBOOK_URL: server.url } };
    const { status } = await ask(asked, 'POST', '/session', { email, password: attackers });
    await server.end();
    return `it started, and a sign-in with the forged password answered ${status}`;
  } catch (error) {
    return String(error);
  }
}

describe('S3: a log that was renamed and emptied', () => {
  const ours = ['data', 'index', 'signing'];

  it('S3: is given no seals by anything', async () => {
    const { dataDir, env, masterKey } = await stopped();
    const checkpoints = join(dataDir, 'checkpoints');
    await forge(dataDir, 'renamed');
    for (const args of [['doctor'], ['doctor', '--fix'], ['audit', 'verify'], ['expire'], ['rotate']]) {
      const ended = await keybook(args, env);
      expect(ended.status, args.join(' ')).not.toBe(0);
      expect(ended.stderr, args.join(' ')).toContain(join(checkpoints, 'tags-begun.json'));
    }
    expect(await refusalOf(env)).toContain(join(checkpoints, 'tags-begun.json'));
    rmSync(join(checkpoints, 'tags-begun.json'));
    expect(await refusalOf(env)).toContain(`${masterKey}.tags-begun`);
    rmSync(`${masterKey}.tags-begun`);
    expect(await refusalOf(env)).toContain(join(checkpoints, signedIn(checkpoints)));
    expect(purposesOf(dataDir)).toEqual(ours);
  });

  it('S3: is given none where it no longer says whose log it is', async () => {
    const { dataDir, env, masterKey } = await stopped();
    const checkpoints = join(dataDir, 'checkpoints');
    await forge(dataDir, 'gone');
    expect(await refusalOf(env)).toContain(join(checkpoints, signedIn(checkpoints)));
    for (const name of readdirSync(checkpoints)) if (name.endsWith('.txt')) rmSync(join(checkpoints, name));
    expect(await refusalOf(env)).toContain(join(checkpoints, 'tags-begun.json'));
    rmSync(join(checkpoints, 'tags-begun.json'));
    rmSync(`${masterKey}.tags-begun`);
    expect(await refusalOf(env)).toContain('does not say whose log it is');
    expect(purposesOf(dataDir)).toEqual(ours);
  });

  it('S3: is known in a new DATA_DIR by what lies beside the master key', async () => {
    const { dataDir, masterKey } = await stopped();
    await forge(dataDir, 'renamed');
    const fresh = newFolder();
    copyFileSync(join(dataDir, 'keybook.db'), join(fresh, 'keybook.db'));
    expect(await refusalOf({ DATA_DIR: fresh, MASTER_KEY_FILE: masterKey })).toContain(`${masterKey}.tags-begun`);
    expect(purposesOf(fresh)).toEqual(ours);
  });

  it.each(['kept', 'renamed', 'gone'] as const)(
    'S3, P8: is restored from no file, whatever the operator says, and no file beside it tells (identity %s)',
    async (identity) => {
      const { dataDir, env, masterKey } = await stopped();
      const file = join(newFolder(), 'keybook.db');
      copyFileSync(join(dataDir, 'keybook.db'), file);
      await forge(dirname(file), identity);
      const before = readFileSync(join(dataDir, 'keybook.db'));
      const fresh = { DATA_DIR: newFolder(), MASTER_KEY_FILE: join(newFolder(), 'master.key') };
      copyFileSync(masterKey, fresh.MASTER_KEY_FILE);
      for (const where of [env, fresh])
        for (const word of [[], ['--from-before-tags']]) {
          const refused = await keybook(['restore', file, '--replace', '--without-manifest', ...word], where);
          expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('it has no entry')]);
          expect(refused.stderr).toContain('Nothing was changed');
        }
      expect(readFileSync(join(dataDir, 'keybook.db')).equals(before)).toBe(true);
      expect(readdirSync(fresh.DATA_DIR)).toEqual(['serve.lock']);
    },
  );

  it('S3: is named by doctor and by audit verify, and signed by nobody, where its tags were left', async () => {
    const { dataDir, env } = await stopped();
    const sqlite = new SqliteFile(join(dataDir, 'keybook.db'));
    const key = decodeVerifierKey(
      sha256,
      sqlite.prepare<[], string>('SELECT public_key FROM log_identity').pluck().get() ?? '',
    );
    const origin = 'keybook/elsewhere';
    for (const table of ['log_identity', 'audit_checkpoint'])
      for (const name of sqlite
        .prepare<[string], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?")
        .pluck()
        .all(table))
        sqlite.exec(`DROP TRIGGER ${name}`);
    sqlite.exec('DELETE FROM audit_checkpoint');
    sqlite
      .prepare('UPDATE log_identity SET origin = ?, public_key = ?')
      .run(origin, encodeVerifierKey(sha256, origin, key?.publicKey ?? new Uint8Array()));
    sqlite.close();
    const kept = readdirSync(join(dataDir, 'checkpoints'));
    expect(await keybook(['audit', 'verify'], env)).toMatchObject({ status: 1 });
    const examined = await keybook(['doctor'], env);
    expect(examined.status).toBe(1);
    expect(examined.stdout).toMatch(/^BAD {2}log: it calls itself keybook\/elsewhere, and its key signed \S+\.txt/m);
    expect(examined.stdout).toMatch(/^BAD {2}log: \S+tags-begun\.json is of another log/m);
    const server = await serve(env);
    expect((await server.end()).stderr).toContain('no checkpoint is signed');
    expect(readdirSync(join(dataDir, 'checkpoints'))).toEqual(kept);
  });
});

describe('S3: a database of version 0.1.0', () => {
  it('S3: is restored from its backup on the word of the operator: seals and tags begin, and restore says what that rests on', async () => {
    const { dataDir, masterKey } = await stopped();
    const backup = join(newFolder(), 'version-010.db');
    const size = await writeVersion010(dataDir, backup, 2);
    const env = { DATA_DIR: newFolder(), MASTER_KEY_FILE: masterKey };
    const refused = await keybook(['restore', backup, '--without-manifest'], env);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--from-before-tags')]);
    const restored = await keybook(['restore', backup, '--without-manifest', '--from-before-tags'], env);
    expect(restored, restored.stderr).toMatchObject({ status: 0 });
    expect(restored.stderr).toContain(`has tags from entry ${size} on`);
    expect(restored.stderr).toContain('Nothing proves its entries from 2 on');
    expect(restored.stderr).toContain(`of: ${email} (administrator, all customers, by entries that nothing proves)`);
    expect((await keybook(['audit', 'verify'], env)).stdout).toMatch(/^ok: .*[1-9]\d* tags checked/);
    const server = await serve(env);
    const asked = { env: { KEYBOOK_URL: server.url } };
    expect((await ask(asked, 'POST', '/session', { email, password })).status).toBe(201);
    await server.end();
    const keys = new SqliteFile(join(env.DATA_DIR, 'keybook.db'), { readonly: true });
    // All there were are license keys.
    expect(keys.prepare('SELECT DISTINCT delivery, file_name, file_size FROM key').all()).toEqual([
      { delivery: 'key', file_name: '', file_size: 0 },
    ]);
    keys.close();
    const examined = await keybook(['doctor'], env);
    expect(examined, examined.stdout).toMatchObject({ status: 0 });
  });

  it('S3: is given seals and tags by the start of a server, and by no other command', async () => {
    const { dataDir, masterKey } = await stopped();
    const env = { DATA_DIR: newFolder() };
    mkdirSync(join(env.DATA_DIR, 'secrets'), { mode: 0o700 });
    copyFileSync(masterKey, join(env.DATA_DIR, 'secrets', 'master.key'));
    await writeVersion010(dataDir, join(env.DATA_DIR, 'keybook.db'), 2);
    expect(await keybook(['migrate'], env)).toMatchObject({ status: 0 });
    for (const args of [['doctor'], ['expire'], ['rotate'], ['token', 'create', '--user', email]]) {
      const ended = await keybook(args, env);
      expect(ended.status, args.join(' ')).not.toBe(0);
      expect(ended.stderr, args.join(' ')).toContain('Start the server once');
    }
    expect(purposesOf(env.DATA_DIR)).toEqual(['data', 'index', 'signing']);
    const server = await serve(env);
    await server.end();
    expect(purposesOf(env.DATA_DIR)).toEqual(['data', 'digest', 'index', 'seal', 'signing']);
    const examined = await keybook(['doctor'], env);
    expect(examined, examined.stdout).toMatchObject({ status: 0 });
  });
});
