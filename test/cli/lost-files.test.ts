import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { readConfig } from '../../src/server/config.ts';
import { openLog } from '../../src/server/log.ts';
import { restoreBackup } from '../../src/server/upkeep/restore.ts';
import { atEnd } from '../harness/at-end.ts';
import { unguarded } from '../harness/forged-log.ts';
import { dropDatabase } from '../harness/postgres.ts';
import {
  ask,
  type Env,
  type Installation,
  install,
  keybook,
  newFolder,
  serve,
  setUp,
  stoppedAfter,
} from '../harness/process.ts';
import { newDatabase } from '../harness/run-postgres.ts';

const dieAt = fileURLToPath(new URL('../harness/die-at.js', import.meta.url));

/** The command ends right before it calls this function of node:fs with such a path. */
const dying = (name: string, path: string): Env => ({
  NODE_OPTIONS: `--import=${dieAt}`,
  DIE_AT: name,
  DIE_AT_PATH: path,
});

async function addKey(installation: Installation): Promise<void> {
  const key = { licenseKey: 'WHOLE-AAAAA-BBBBB-CCCCC-54321', productName: 'Office', keyType: 'permanent' };
  const { body } = await ask(installation, 'POST', '/keys', key);
  await ask(installation, 'POST', `/keys/${body.id}/assignments`, { userName: 'Anna Berg' });
}

/** An installation with a key, stopped. */
const stopped = stoppedAfter(addKey);

/** What a start says: its line, or why it does not. */
async function startOf(env: Env): Promise<string> {
  const started = await serve(env).then(
    ({ line }) => line,
    (error: Error) => error.message,
  );
  return started;
}

function loseDatabase(dataDir: string): void {
  for (const part of ['', '-wal', '-shm']) rmSync(join(dataDir, `keybook.db${part}`), { force: true });
}

describe('where a database is lost', () => {
  it('R5: a start beside checkpoints and a master key makes no empty database, and says what to do', async () => {
    const { env, dataDir } = await stopped();
    loseDatabase(dataDir);
    const said = await startOf(env);
    expect(said).toContain(`${join(dataDir, 'keybook.db')} is missing`);
    expect(said).toContain(join(dataDir, 'checkpoints'));
    expect(said).toContain('keybook restore FILE');
    expect(existsSync(join(dataDir, 'keybook.db'))).toBe(false);
  });

  it('R5: neither does a demo; commands that need a database say the same', async () => {
    const { env, dataDir } = await stopped();
    loseDatabase(dataDir);
    const person = ['--name', 'Ben', '--email', 'ben@nordwind.example', '--role', 'auditor', '--password-stdin'];
    for (const args of [['demo'], ['migrate'], ['user', 'create', ...person]]) {
      const refused = await keybook(args, env, 'correct horse battery staple');
      expect([args[0], refused.status]).toEqual([args[0], 1]);
      expect(refused.stderr).toContain(join(dataDir, 'checkpoints'));
    }
    expect(existsSync(join(dataDir, 'keybook.db'))).toBe(false);
  });

  it('R5: an empty PostgreSQL database beside the checkpoints of another is refused as well', async () => {
    const url = async () => {
      const made = await newDatabase();
      atEnd(() => dropDatabase(made));
      return made;
    };
    const installation = await install({ DATABASE_URL: await url() });
    await addKey(installation);
    await installation.server.end();
    const { env } = installation;
    const dataDir = env.DATA_DIR ?? '';
    const said = await startOf({ ...env, DATABASE_URL: await url() });
    expect(said).toContain('is empty, but');
    expect(said).toContain(join(dataDir, 'checkpoints'));
  });

  it('R5: a first start that was ended half-way goes on: tables and a master key, but nothing in them', async () => {
    const dataDir = newFolder();
    const database = openDatabase({ file: join(dataDir, 'keybook.db') });
    await migrate(database);
    await database.close();
    mkdirSync(join(dataDir, 'secrets'));
    writeFileSync(join(dataDir, 'secrets', 'master.key'), `${Buffer.alloc(32, 7).toString('base64url')}\n`);
    const server = await serve({ DATA_DIR: dataDir });
    expect(server.line).toContain('/setup#token=');
    await server.end('SIGKILL');
    const again = await serve({ DATA_DIR: dataDir });
    await setUp(again);
    expect((await again.end()).status).toBe(0);
  });

  it('R5: a restore that was cut off between two files leaves no place for an empty database', async () => {
    const { env, dataDir } = await stopped();
    const file = join(newFolder(), 'nightly.db');
    await keybook(['backup', file], env);
    await keybook(['restore', file, '--replace'], { ...env, ...dying('renameSync', 'restore-\\w+\\.db$') });
    expect(await startOf(env)).toContain('.before-restore-');
    expect((await keybook(['restore', file], env)).status).toBe(0);
    expect(readdirSync(dataDir).filter((name) => /^restore-/.test(name))).toEqual([]);
    expect((await keybook(['audit', 'verify'], env)).stdout).toMatch(/^ok: /);
  });
});

describe('what killed commands leave behind', () => {
  it('R8: a killed backup: doctor names the copy, --fix or the next start deletes it', async () => {
    const { env, dataDir } = await stopped();
    const folder = newFolder();
    const kill = () => keybook(['backup', join(folder, 'a.db')], { ...env, ...dying('renameSync', '\\.part$') });
    const copy = /^a\.db\.[0-9a-f]{12}\.part$/;
    await kill();
    const left = readdirSync(folder).find((name) => copy.test(name)) ?? 'no copy';
    const found = await keybook(['doctor'], env);
    expect(found.status).toBe(1);
    expect(found.stdout).toContain(join(folder, left));
    expect(await keybook(['doctor', '--fix'], env)).toMatchObject({ status: 0 });
    expect(readdirSync(folder)).toEqual([]);
    await kill();
    const server = await serve(env);
    expect(readdirSync(folder)).toEqual([]);
    expect((await server.end()).stderr).toMatch(/a\.db\.[0-9a-f]{12}\.part/);
    await kill();
    expect(await keybook(['backup', join(folder, 'a.db')], env)).toMatchObject({ status: 0 });
    expect(readdirSync(folder).sort()).toEqual(['a.db', 'a.db.manifest.json']);
    expect(readdirSync(dataDir).filter((name) => name.startsWith('unfinished'))).toEqual([]);
  });

  it('R8, P8: a note that somebody else wrote has no file deleted but a copy that bears its id', async () => {
    const { env, dataDir } = await stopped();
    const folder = newFolder();
    const theirs = join(folder, 'accounts.part');
    writeFileSync(theirs, 'theirs');
    const note = join(dataDir, 'unfinished-backup-0123456789ab.json');
    writeFileSync(note, JSON.stringify({ file: theirs }));
    expect(await keybook(['doctor', '--fix'], env)).toMatchObject({ status: 0 });
    expect([existsSync(note), readdirSync(folder)]).toEqual([false, ['accounts.part']]);
  });

  it('P8: where the log is not as it should be, doctor --fix deletes and changes nothing', async () => {
    const { env, dataDir } = await stopped();
    const left = join(dataDir, 'restore-0123456789ab.db');
    writeFileSync(left, 'a copy that tells what happened');
    chmodSync(join(dataDir, 'secrets'), 0o755);
    const database = openDatabase({ file: join(dataDir, 'keybook.db') });
    await unguarded(database, async (tx) => {
      await tx.updateTable('audit_entry').set({ tag: 'x' }).where('idx', '=', 1).execute();
    });
    await database.close();
    const fixed = await keybook(['doctor', '--fix'], env);
    expect(fixed.status).toBe(1);
    expect(fixed.stdout).toContain(left);
    expect([existsSync(left), statSync(join(dataDir, 'secrets')).mode & 0o777]).toEqual([true, 0o755]);
  });

  it('R8: a killed restore: the next start deletes the whole copy it made', async () => {
    const { env, dataDir } = await stopped();
    const file = join(newFolder(), 'nightly.db');
    await keybook(['backup', file], env);
    await keybook(['restore', file, '--replace'], { ...env, ...dying('renameSync', 'keybook\\.db$') });
    const copies = () => readdirSync(dataDir).filter((name) => name.startsWith('restore-'));
    expect(copies()).not.toEqual([]);
    const found = await keybook(['doctor'], env);
    expect(found.stdout).toContain(copies()[0]);
    const server = await serve(env);
    expect(copies()).toEqual([]);
    await server.end();
  });

  it('R8: a killed rotation: a copy of the present master key goes, an old one that backups need is named with its age', async () => {
    const { env, dataDir } = await stopped();
    const keys = () =>
      readdirSync(join(dataDir, 'secrets'))
        // What says beside the key that tags have begun is no key.
        .filter((name) => name.startsWith('master.key') && name !== 'master.key.tags-begun')
        .sort();
    await keybook(['rotate'], { ...env, ...dying('writeFileSync', 'master\\.key\\.new$') });
    expect(keys()).toHaveLength(2);
    const server = await serve(env);
    expect(keys()).toEqual(['master.key']);
    await server.end();
    await keybook(['rotate'], { ...env, ...dying('renameSync', 'master\\.key\\.new$') });
    expect(keys()).toHaveLength(3);
    await (await serve(env)).end();
    expect(keys()).toHaveLength(2);
    const told = await keybook(['doctor', '--fix'], env);
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/old master keys: \S+master\.key\.until-\S+ \(0 days\)/);
    expect(keys()).toHaveLength(2);
    expect(keys()).not.toContain('master.key.new');
  });
});

/** A backup that somebody changed, beside a manifest that fits, or none. */
async function changedBackup(env: Env, change: (database: Database) => Promise<unknown>): Promise<string> {
  const file = join(newFolder(), 'changed.db');
  await keybook(['backup', file], env);
  rmSync(`${file}.manifest.json`);
  const database = openDatabase({ file });
  await change(database);
  await sql`pragma wal_checkpoint(truncate)`.execute(database.admin);
  await database.close();
  return file;
}

describe('restoring what is not what was backed up', async () => {
  const { env, dataDir } = await stopped();

  it('R4: a backup without its manifest is refused, and with --without-manifest restored, said aloud and recorded', async () => {
    const { env: own } = await stopped();
    const file = join(newFolder(), 'nightly.db');
    await keybook(['backup', file], own);
    rmSync(`${file}.manifest.json`);
    const refused = await keybook(['restore', file, '--replace'], own);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`${file}.manifest.json is missing`);
    expect(refused.stderr).toContain('--without-manifest');
    const restored = await keybook(['restore', file, '--replace', '--without-manifest'], own);
    expect(restored.status).toBe(0);
    expect(restored.stderr).toContain('Without its manifest');
    const database = openDatabase({ file: join(own.DATA_DIR ?? '', 'keybook.db') });
    const { body } = await database.read
      .selectFrom('audit_payload as p')
      .innerJoin('audit_entry as e', 'e.idx', 'p.idx')
      .select('p.body')
      .where('e.action', '=', 'restore.completed')
      .executeTakeFirstOrThrow();
    await database.close();
    expect(JSON.parse(body)).toMatchObject({ manifest: false });
  });

  it.each<[string, string, (database: Database) => Promise<unknown>]>([
    [
      'a dropped unique index',
      'assignment_one_per_seat',
      ({ admin }) => sql`drop index assignment_one_per_seat`.execute(admin),
    ],
    [
      'a trigger of somebody else',
      'helpful',
      ({ admin }) =>
        sql`create trigger helpful after insert on assignment begin update "key" set seats_taken = 0; end`.execute(
          admin,
        ),
    ],
    ['seats that were changed', 'seats are taken', ({ admin }) => sql`update "key" set seats_taken = 0`.execute(admin)],
    [
      'an administrator whom nobody made one',
      'who may do what',
      ({ admin }) => sql`update "user" set role = 'administrator', name = 'Eve' where kind = 'person'`.execute(admin),
    ],
    [
      'rows that point to nothing',
      'without its',
      async ({ admin }) => {
        await sql`pragma foreign_keys = off`.execute(admin);
        await sql`delete from product`.execute(admin);
      },
    ],
  ])('R4: a file with %s is refused, and nothing is touched', async (_what, cause, change) => {
    const file = await changedBackup(env, change);
    const before = readFileSync(join(dataDir, 'keybook.db'));
    const refused = await keybook(['restore', file, '--replace', '--without-manifest'], env);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining(cause)]);
    expect(refused.stderr).toContain('Nothing was changed');
    expect(readFileSync(join(dataDir, 'keybook.db')).equals(before)).toBe(true);
  });

  it('R4: files with changed bytes in any page are refused in words', async () => {
    const whole = join(newFolder(), 'whole.db');
    await keybook(['backup', whole], env);
    const bytes = readFileSync(whole);
    const pages = Array.from({ length: 8 }, (_, i) => 1 + Math.floor(((i + 1) * (bytes.length / 4096 - 1)) / 9));
    for (const page of pages) {
      const file = join(newFolder(), 'flipped.db');
      const flipped = Buffer.from(bytes);
      // The head of the page, which says where its cells are.
      flipped.fill(0xff, page * 4096, page * 4096 + 12);
      writeFileSync(file, flipped);
      const config = readConfig({ DATA_DIR: dataDir });
      const order = { replace: true, withoutManifest: true, acceptClock: false, fromBeforeTags: false };
      const refused = await restoreBackup({ config, log: openLog('silent'), file, now: new Date(), ...order }).then(
        () => 'restored',
        (error: Error) => error.message,
      );
      expect([page, refused]).toEqual([page, expect.stringContaining('it is damaged')]);
    }
  });
});

describe('files that cannot be made', async () => {
  const { env } = await stopped();

  it.each([['backup'], ['audit', 'export']])(
    'S22: %s %s into a missing folder, or over a file, says so',
    async (...command) => {
      const folder = newFolder();
      const missing = await keybook([...command, join(folder, 'missing', 'a.db')], env);
      expect([missing.status, missing.stderr]).toEqual([
        1,
        expect.stringContaining(`no folder ${join(folder, 'missing')}`),
      ]);
      writeFileSync(join(folder, 'there.db'), 'x');
      const there = await keybook([...command, join(folder, 'there.db')], env);
      expect([there.status, there.stderr]).toEqual([1, expect.stringContaining('exists')]);
      const inFile = await keybook([...command, join(folder, 'there.db', 'a.db')], env);
      expect([inFile.status, inFile.stderr]).toEqual([1, expect.stringContaining('is no folder')]);
      expect(readFileSync(join(folder, 'there.db'), 'utf8')).toBe('x');
    },
  );

  it('S22: DATA_DIR below a file, and a backup that is a folder, are said in words', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'file'), 'x');
    const below = await keybook(['demo'], { DATA_DIR: join(folder, 'file', 'data') });
    expect([below.status, below.stderr]).toEqual([1, expect.stringContaining(join(folder, 'file', 'data'))]);
    const isFolder = await keybook(['restore', folder, '--replace'], env);
    expect([isFolder.status, isFolder.stderr]).toEqual([1, expect.stringContaining('is no file')]);
  });
});
