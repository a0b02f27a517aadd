import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { readConfig } from '../../src/server/config.ts';
import { operations } from '../../src/server/http/operations.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { backupKeeper } from '../../src/server/upkeep/nightly-backup.ts';
import { addKey } from '../harness/arrange.ts';
import { atEnd } from '../harness/at-end.ts';
import { newWorld, type World } from '../harness/world.ts';

/** An installation that keeps two nightly backups, in a folder of its own unless one is given. */
async function newNights(folder = newFolder()) {
  const world = await newWorld('sqlite', { BACKUP_DIR: folder, BACKUP_KEEP: '2' });
  const keeper = backupKeeper(world.app);
  return { world, folder, keeper };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-nights-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The backups by the moments in their names; every file that is neither one nor its manifest is in the way. */
function momentsIn(folder: string): string[] {
  const files = readdirSync(folder);
  const moments = files.flatMap((name) => /^keybook-(.{18})-[0-9a-f]{6}\.db$/.exec(name)?.[1] ?? []);
  expect(files.filter((name) => name.endsWith('.manifest.json'))).toHaveLength(moments.length);
  expect(files).toHaveLength(2 * moments.length);
  return moments.sort();
}

const onlyFile = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.db')) ?? '');

async function checkOf({ app }: World): Promise<{ ok: boolean; detail: string }> {
  const http = new Hono();
  operations(app, http);
  const response = await http.request('/readyz');
  const body = (await response.json()) as { checks: { name: string; ok: boolean; detail: string }[] };
  expect(response.status).toBe(200);
  return body.checks.find(({ name }) => name === 'backup') ?? { ok: true, detail: 'not named' };
}

/** Has processes that `work` starts begin with these variables. */
async function within(environment: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const names = Object.keys(environment);
  Object.assign(process.env, environment);
  await work().finally(() => {
    for (const name of names) delete process.env[name];
  });
}

const stateOf = async ({ admin }: World) => (await admin('GET', '/expiry-runs')).body.backup;

it('R13: each day has one backup, which is whole, and no more than BACKUP_KEEP stay', async () => {
  const { world, folder, keeper } = await newNights();
  await addKey(world);
  const limited = await world.tokenFor('auditor', [world.houseId]);
  expect(await checkOf(world)).toEqual({ name: 'backup', ok: true, detail: 'there is none yet' });
  await keeper.due();
  await keeper.due();
  expect(momentsIn(folder)).toEqual(['2026-11-21T090000Z']);
  const copy = openDatabase({ file: onlyFile(folder) });
  expect(await copy.read.selectFrom('key').select('id').execute()).toHaveLength(1);
  await copy.close();
  for (let day = 0; day < 3; day += 1) {
    world.clock.addDays(1);
    await keeper.due();
  }
  expect(momentsIn(folder)).toEqual(['2026-11-23T090000Z', '2026-11-24T090000Z']);
  expect(await stateOf(world)).toEqual({ newestAt: '2026-11-24T09:00:00.000Z', isLate: false, failure: null });
  expect(await checkOf(world)).toMatchObject({ ok: true, detail: 'the newest is of 2026-11-24T09:00:00.000Z' });
  expect((await limited('GET', '/expiry-runs')).body.backup).toBeNull();
});

it('R13: a day is one of the organisation, and a server that is started anew makes no second backup of it', async () => {
  const { world, folder, keeper } = await newNights();
  world.clock.set('2026-11-21T22:59:00.000Z');
  await keeper.due();
  world.clock.set('2026-11-21T23:01:00.000Z');
  await keeper.due();
  world.clock.set('2026-11-22T22:59:00.000Z');
  world.app.backups.newest = undefined;
  await backupKeeper(world.app).due();
  expect(momentsIn(folder)).toEqual(['2026-11-21T225900Z', '2026-11-21T230100Z']);
  expect(world.app.backups.newest).toMatchObject({ at: '2026-11-21T23:01:00.000Z' });
});

it('R13: a backup that failed is said with what to do, tried again, and takes no earlier one away', async () => {
  const { world, folder, keeper } = await newNights();
  await keeper.due();
  world.clock.addDays(1);
  rmSync(folder, { recursive: true });
  await keeper.due();
  expect(await stateOf(world)).toMatchObject({ failure: { at: '2026-11-22T09:00:00.000Z', why: 'noFolder' } });
  expect(await checkOf(world)).toEqual({
    name: 'backup',
    ok: false,
    detail: expect.stringMatching(/BACKUP_DIR is not there\. Make or mount it\..+newest is of 2026-11-21T09:00:00/),
  });
  mkdirSync(folder);
  await keeper.due();
  expect(await stateOf(world)).toMatchObject({ newestAt: '2026-11-22T09:00:00.000Z', failure: null });
  world.clock.addDays(2);
  expect(await checkOf(world)).toMatchObject({ ok: false, detail: expect.stringContaining('none was made for 36') });
});

it('R13: a copy that a restore would refuse is none', async () => {
  const { world, folder, keeper } = await newNights();
  await world.database.admin.connection().execute(async (db) => {
    await sql`pragma foreign_keys = off`.execute(db);
    await sql`update session set user_id = 'nobody'`.execute(db);
    await sql`pragma foreign_keys = on`.execute(db);
  });
  await keeper.due();
  expect(await stateOf(world)).toMatchObject({ newestAt: null, failure: { why: 'damaged' } });
  expect(momentsIn(folder)).toEqual([]);
});

it('R13: one that is killed right before it has its name leaves nothing, and counts as none', async () => {
  const { world, folder, keeper } = await newNights();
  const dieAt = fileURLToPath(new URL('../harness/die-at.js', import.meta.url));
  const environment = { NODE_OPTIONS: `--import=${dieAt}`, DIE_AT: 'renameSync', DIE_AT_PATH: '\\.part$' };
  await within(environment, keeper.due);
  expect(await stateOf(world)).toMatchObject({ newestAt: null, failure: { why: 'broken' } });
  expect(momentsIn(folder)).toEqual([]);
  await keeper.due();
  expect(momentsIn(folder)).toHaveLength(1);
});

it('R13: the end of the server breaks off a backup under way, and nothing of it is left', async () => {
  const { world, folder, keeper } = await newNights();
  const pause = "--import=data:text/javascript,await(import('node:timers/promises').then(t=>t.setTimeout(60000)))";
  const due = within({ NODE_OPTIONS: pause }, keeper.due);
  await setTimeout(200);
  await keeper.stop();
  await due;
  expect(momentsIn(folder)).toEqual([]);
  expect(world.app.backups.failure).toBeUndefined();
  expect(readdirSync(world.dataDir).filter((name) => name.startsWith('unfinished'))).toEqual([]);
});

it('R13: what is cut short, and what another installation keeps in the folder, is neither counted nor deleted', async () => {
  const folder = newFolder();
  const one = await newNights(folder);
  const other = await newNights(folder);
  await Promise.all([one.keeper.due(), other.keeper.due()]);
  expect(momentsIn(folder)).toEqual(['2026-11-21T090000Z', '2026-11-21T090000Z']);
  for (let day = 0; day < 3; day += 1) {
    one.world.clock.addDays(1);
    await one.keeper.due();
  }
  expect(momentsIn(folder)).toEqual(['2026-11-21T090000Z', '2026-11-23T090000Z', '2026-11-24T090000Z']);
  const cut = readdirSync(folder).find((name) => /T090000Z-.*\.db$/.test(name) && name.includes('11-24')) ?? '';
  truncateSync(join(folder, cut), 4096);
  one.world.app.backups.newest = undefined;
  await one.keeper.due();
  expect(momentsIn(folder).filter((moment) => moment.startsWith('2026-11-24'))).toHaveLength(2);
});

it('R13: what was made under a clock that ran ahead goes first, and hides no missing backup', async () => {
  const { world, folder, keeper } = await newNights();
  await keeper.due();
  world.clock.set('2030-01-01T09:00:00.000Z');
  await keeper.due();
  world.clock.set('2026-11-22T09:00:00.000Z');
  await keeper.due();
  expect(momentsIn(folder)).toEqual(['2026-11-21T090000Z', '2026-11-22T090000Z']);
  expect(await stateOf(world)).toMatchObject({ newestAt: '2026-11-22T09:00:00.000Z', isLate: false });
});

it('S20: doctor names a nightly backup that is older than an erasure, and how old the newest is', async () => {
  const { world, folder, keeper } = await newNights();
  const { id } = await addKey(world);
  await keeper.due();
  const diagnosisOf = async (name: string) => (await examine(world.app, false)).find((found) => found.name === name);
  expect(await diagnosisOf('older copies')).toMatchObject({
    detail: '1 in DATA_DIR and BACKUP_DIR, none older than an erasure',
  });
  world.clock.set('2026-11-21T10:00:00.000Z');
  await world.admin('DELETE', `/keys/${id}`, undefined, { 'if-match': '*' });
  expect(await diagnosisOf('older copies')).toMatchObject({
    ok: true,
    detail: expect.stringContaining(onlyFile(folder)),
  });
  expect(await diagnosisOf('backups')).toMatchObject({
    ok: true,
    detail: '1 of 2, the newest of 2026-11-21T09:00:00.000Z',
  });
  world.clock.addDays(3);
  expect(await diagnosisOf('backups')).toMatchObject({ ok: false });
  await keeper.due();
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .sort();
  expect(files).toHaveLength(2);
  expect(readFileSync(join(folder, files[1] ?? '')).includes(id)).toBe(true);
});

it('R13: a folder that is a file is said as one that is not there', async () => {
  const folder = join(newFolder(), 'file');
  writeFileSync(folder, '');
  const { world, keeper } = await newNights(folder);
  await keeper.due();
  expect(await stateOf(world)).toMatchObject({ failure: { why: 'noFolder' } });
});

it('api: BACKUP_DIR beside DATABASE_URL, and a BACKUP_KEEP of none, are refused in words', () => {
  const env = { BACKUP_DIR: '/backup', DATABASE_URL: 'postgres://127.0.0.1/keybook' };
  expect(() => readConfig(env)).toThrow(/BACKUP_DIR is for the embedded file.+by its own tools/);
  for (const keep of ['0', '1.5', 'many', '1001'])
    expect(() => readConfig({ BACKUP_KEEP: keep })).toThrow(/BACKUP_KEEP takes/);
});
