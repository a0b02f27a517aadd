import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/server/app.ts';
import { makeCheckpoint } from '../../src/server/audit/checkpoints.ts';
import { openLog } from '../../src/server/log.ts';
import { hashPassword } from '../../src/server/people/password.ts';
import { sealPurposes } from '../../src/server/secrets/master-key.ts';
import { restoreInPlace } from '../../src/server/upkeep/restore.ts';
import { addKey } from '../harness/arrange.ts';
import { asBeforeTags, clearSeals, forgetWitnesses } from '../harness/before-tags.ts';
import { forgeLog, putBack } from '../harness/forged-log.ts';
import { type RawLog, readRawLog } from '../harness/raw-log.ts';
import { adminPassword, engines, newWorld, serverBeside, type World } from '../harness/world.ts';

const attackers = 'seven quiet herons wade';
const mallory = 'mallory@evil.example';
const filesOf = ({ dataDir, app }: World) => [
  join(dataDir, 'checkpoints', 'tags-begun.json'),
  `${app.config.masterKeyFile}.tags-begun`,
];

const open = ({ app, clock }: World) =>
  openApp({ ...app, log: openLog('silent'), clock: clock.now, beginning: 'of-start' });

const restore = (world: World, fromBeforeTags: boolean) => {
  const { app, clock, database } = world;
  const order = { config: app.config, log: openLog('silent'), acceptClock: false, fromBeforeTags, now: clock.now() };
  return restoreInPlace(database, order);
};

const emptyLog = (log: RawLog): RawLog => ({
  ...log,
  audit_entry: [],
  audit_payload: [],
  audit_erasure: [],
  audit_tile: [],
  audit_checkpoint: [],
  audit_head: [{ id: 1, size: 0, frontier: '0:' }],
});

/** The rows say that no version with seals ever wrote them, and one more administrator is among them. */
async function forgeRows({ database }: World, stranger: boolean): Promise<void> {
  const { admin } = database;
  await admin.deleteFrom('wrapped_key').where('purpose', 'in', sealPurposes).execute();
  await clearSeals(database);
  for (const table of ['user', 'settings'] as const) await admin.updateTable(table).set({ sealed_idx: -1 }).execute();
  await admin.updateTable('user').set({ factors: '', enrolled_at: null }).execute();
  for (const table of ['session', 'token', 'setup_token'] as const) await admin.deleteFrom(table).execute();
  if (!stranger) return;
  const hash = await hashPassword(attackers, { address: undefined });
  await sql`insert into "user" (id, kind, name, email, email_f, password_hash, role, scope, locale, search_f, created_at)
    values ('stranger', 'person', 'Mallory', ${mallory}, ${mallory}, ${hash}, 'administrator', 'all', 'en', 'mallory', '2026-01-01')`.execute(
    admin,
  );
}

/** Nobody's row is sealed, no tag or seal has begun, and Mallory is let in by nothing. */
async function expectNothingSealed(world: World): Promise<void> {
  const { admin } = world.database;
  const purposes = await admin
    .selectFrom('wrapped_key')
    .select('purpose')
    .where('purpose', 'in', sealPurposes)
    .execute();
  expect(purposes).toEqual([]);
  expect(await admin.selectFrom('user').select('id').where('seal', '<>', '').execute()).toEqual([]);
}

const signIn = async (world: World, email: string, password: string) =>
  (await (await serverBeside(world))(undefined)('POST', '/session', { email, password })).status;

describe.each(engines)('a restore of what says that it is of before tags, on %s', (engine) => {
  it('S3, P8: takes none whose log was emptied, whatever the operator says and whatever lies beside', async () => {
    const world = await newWorld(engine);
    await addKey(world);
    await makeCheckpoint(world.app);
    await putBack(world.database, emptyLog(await readRawLog(world.database)));
    await forgeRows(world, true);
    for (const onWord of [false, true]) await expect(restore(world, onWord)).rejects.toThrow('it has no entry');
    forgetWitnesses(world.app.config);
    rmSync(join(world.dataDir, 'checkpoints'), { recursive: true });
    for (const onWord of [false, true]) await expect(restore(world, onWord)).rejects.toThrow('it has no entry');
    await expect(open(world)).rejects.toThrow('somebody emptied it');
    await expectNothingSealed(world);
  });

  it('S3, P8: takes none of an installation whose log began with tags, whatever log it is given', async () => {
    const world = await newWorld(engine);
    await addKey(world);
    await putBack(world.database, { ...(await withoutTags(world)), audit_checkpoint: [] });
    await forgeRows(world, false);
    for (const onWord of [false, true])
      await expect(restore(world, onWord)).rejects.toThrow('tags-begun.json says that its entries have tags');
    rmSync(filesOf(world)[0] ?? '');
    await expect(restore(world, true)).rejects.toThrow('master.key.tags-begun says that its entries have tags');
    forgetWitnesses(world.app.config);
    rmSync(join(world.dataDir, 'checkpoints'), { recursive: true, force: true });
    for (const work of [() => restore(world, true), () => open(world)])
      await expect(work()).rejects.toThrow('this installation has signed none of its entries');
    await expectNothingSealed(world);
  });

  it('S3: takes none whose entries still have tags, and leaves it as it lay', async () => {
    const world = await newWorld(engine);
    await forgeRows(world, true);
    const before = await readRawLog(world.database);
    forgetWitnesses(world.app.config);
    for (const onWord of [false, true])
      await expect(restore(world, onWord)).rejects.toThrow('entry 0 shows that its entries have tags');
    expect(await readRawLog(world.database)).toEqual(before);
    await expectNothingSealed(world);
  });
});

/** The log as one without tags, of the same installation, and signed by nobody. */
async function withoutTags(world: World): Promise<RawLog> {
  const before = await readRawLog(world.database);
  await forgeLog(world.database, (log) => {
    log.audit_entry.splice(0, log.audit_entry.length, ...log.audit_entry.map((entry) => ({ ...entry, tag: null })));
    const first = log.audit_entry[0];
    if (first)
      Object.assign(first, { action: 'session.closed', header: first.header.replace('tags.begun', 'session.closed') });
  });
  const forged = await readRawLog(world.database);
  await putBack(world.database, before);
  return forged;
}

describe.each(engines)(
  'an upgraded installation whose log was cut to what version 0.1.0 wrote, on %s',
  async (engine) => {
    const world = await newWorld(engine);
    const { database, dataDir } = world;
    await addKey(world);
    const prefix = await asBeforeTags(world, 4);
    await makeCheckpoint(await open(world));
    const size = prefix.audit_entry.length;
    const cut = async (stranger: boolean) => {
      await database.admin.deleteFrom('user').where('id', '=', 'stranger').execute();
      await putBack(database, prefix);
      await forgeRows(world, stranger);
    };

    it('S3, P8: is restored by no one who does not say that it is of before tags', async () => {
      await cut(true);
      for (const file of filesOf(world)) expect(existsSync(file)).toBe(true);
      await expect(restore(world, false)).rejects.toThrow('--from-before-tags');
      forgetWitnesses(world.app.config);
      await expect(restore(world, false)).rejects.toThrow('--from-before-tags');
      await expectNothingSealed(world);
    });

    it('S3, P8: seals nobody of whom its log does not tell, whatever the operator says, in a restore as at a start', async () => {
      await cut(true);
      await expect(restore(world, true)).rejects.toThrow(`user stranger (${mallory})`);
      await expectNothingSealed(world);
      rmSync(join(dataDir, 'checkpoints'), { recursive: true, force: true });
      forgetWitnesses(world.app.config);
      await expect(open(world)).rejects.toThrow(`user stranger (${mallory})`);
      await expectNothingSealed(world);
      expect(await readRawLog(database)).toEqual(prefix);
    });

    it.each<[string, string, () => Promise<unknown>]>([
      [
        'a role',
        'user ',
        () => database.admin.updateTable('user').set({ role: 'auditor' }).where('email', '<>', '').execute(),
      ],
      [
        'customers',
        'user ',
        () => database.admin.updateTable('user').set({ scope: '[]' }).where('email', '<>', '').execute(),
      ],
      [
        'an address to sign in with',
        'user ',
        () => database.admin.updateTable('user').set({ email_f: mallory }).where('email', '<>', '').execute(),
      ],
      [
        'a password of the system',
        'user system',
        () => database.admin.updateTable('user').set({ password_hash: 'x' }).where('id', '=', 'system').execute(),
      ],
      [
        'settings',
        'settings 1',
        () => database.admin.updateTable('settings').set({ technicians_manage_keys: 1 }).execute(),
      ],
    ])('S3, P8: seals nobody with %s of which its log does not tell', async (_what, named, forge) => {
      const users = await database.admin.selectFrom('user').selectAll().execute();
      await cut(false);
      await forge();
      forgetWitnesses(world.app.config);
      for (const work of [() => restore(world, true), () => open(world)])
        await expect(work()).rejects.toThrow(`does not tell of these as they are: ${named}`);
      await expectNothingSealed(world);
      for (const { id, role, scope, email_f, password_hash } of users)
        await database.admin
          .updateTable('user')
          .set({ role, scope, email_f, password_hash })
          .where('id', '=', id)
          .execute();
      await database.admin.updateTable('settings').set({ technicians_manage_keys: 0 }).execute();
    });

    it('S3: is refused where a file says that its entries had tags before its end, whatever the operator says', async () => {
      await cut(false);
      for (const file of filesOf(world)) {
        forgetWitnesses(world.app.config);
        for (const from of [0, size - 1]) {
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, JSON.stringify({ keybookTagsBegun: 1, origin: 'keybook/another', from }));
          await expect(restore(world, true)).rejects.toThrow(`${file} says that its entries have tags`);
        }
        writeFileSync(file, 'not what was written');
        await expect(restore(world, true)).rejects.toThrow(`${file} says that its entries have tags`);
      }
      forgetWitnesses(world.app.config);
      await expectNothingSealed(world);
    });

    it('S3: goes on where the operator says that it is of before tags; that is recorded, and its people are named', async () => {
      await cut(false);
      for (const file of filesOf(world))
        writeFileSync(file, JSON.stringify({ keybookTagsBegun: 1, origin: 'x', from: size }));
      const people = [{ email: 'ada@nordwind.example', role: 'administrator', scope: 'all', signed: true }];
      const restored = await restore(world, true);
      expect(restored).toMatchObject({ size, beforeTags: { size, signed: 4, people } });
      const { audit_entry: entries, audit_payload: payloads } = await readRawLog(database);
      expect(entries.slice(size)).toMatchObject([{ action: 'tags.begun' }, { action: 'restore.completed' }]);
      expect(JSON.parse(payloads[size + 1]?.body ?? '')).toMatchObject({ beforeTags: true, signed: 4 });
      expect(await signIn(world, 'ada@nordwind.example', adminPassword)).toBe(201);
      expect(await signIn(world, mallory, attackers)).toBe(401);
      // From now on it is a state like any other.
      expect((await restore(world, false)).beforeTags).toBeUndefined();
    });
  },
);
