import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/server/app.ts';
import { makeCheckpoint } from '../../src/server/audit/checkpoints.ts';
import type { App } from '../../src/server/context.ts';
import { loadDemo } from '../../src/server/demo/load-demo.ts';
import { openLog } from '../../src/server/log.ts';
import { isToBeSetUp } from '../../src/server/people/is-to-be-set-up.ts';
import { makeOrganisation } from '../../src/server/people/make-organisation.ts';
import { makeSetupToken } from '../../src/server/people/setup-token.ts';
import { acceptClock } from '../../src/server/upkeep/correct-clock.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { restoreInPlace } from '../../src/server/upkeep/restore.ts';
import { addKey } from '../harness/arrange.ts';
import { putBack } from '../harness/forged-log.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { emptyWorld, engines, newWorld, type World } from '../harness/world.ts';

const founder = {
  organisation: 'Evil',
  timeZone: 'Europe/Berlin',
  name: 'Mallory',
  email: 'm@evil.example',
  password: 'seven quiet herons wade',
};
const refusal = { code: 'log_inconsistent', message: expect.stringContaining('are gone from the database') };

type Installation = Pick<World, 'app' | 'database' | 'clock'>;

const reopen = ({ app, clock }: Installation) => openApp({ ...app, log: openLog('silent'), clock: clock.now });

/** Asks for a set-up in every way there is. */
async function expectNoSetup(world: Pick<World, 'as' | 'database'>, app: App): Promise<void> {
  const anybody = world.as(undefined);
  await expect(isToBeSetUp(app)).rejects.toMatchObject(refusal);
  await expect(makeSetupToken(app)).rejects.toMatchObject(refusal);
  await expect(makeOrganisation(app, founder)).rejects.toMatchObject(refusal);
  await expect(loadDemo(app, { language: 'en', founder })).rejects.toMatchObject({
    code: expect.stringMatching(/^(log_inconsistent|not_empty)$/),
  });
  expect(await anybody('GET', '/setup')).toMatchObject({ status: 503, body: { code: 'log_inconsistent' } });
  const asked = await anybody('POST', '/setup', { ...founder, token: 'whatever' });
  expect(asked).toMatchObject({ status: 503, body: { code: 'log_inconsistent' } });
  expect((await anybody('POST', '/session', founder)).status).not.toBe(201);
  const { read } = world.database;
  expect(await read.selectFrom('user').select('id').where('email', '=', founder.email).execute()).toEqual([]);
  expect(await read.selectFrom('settings').select('id').execute()).toEqual([]);
}

const found = async (app: App) =>
  (await examine(app, false)).filter(({ ok, name }) => !ok && name === 'seals').map(({ detail }) => detail);

/** Somebody who can write the database has it look as if nobody had ever set it up. */
async function deletePeople({ database: { admin } }: Pick<World, 'database'>, users: 'system' | 'all'): Promise<void> {
  await admin.deleteFrom('settings').execute();
  await admin.deleteFrom('session').execute();
  await admin.deleteFrom('token').execute();
  const people = admin.deleteFrom('user');
  await (users === 'all' ? people : people.where('kind', '=', 'system')).execute();
}

const cut = (log: Awaited<ReturnType<typeof readRawLog>>) => ({
  ...log,
  audit_entry: [],
  audit_payload: [],
  audit_tile: [],
  audit_checkpoint: [],
  audit_head: [{ id: 1 as const, size: 0, frontier: '0:' }],
});

describe.each(engines)('what was set up once, on %s', (engine) => {
  it.each(['system', 'all'] as const)(
    'S3, P8: is not set up again where somebody deleted the settings, and %s users; doctor names them',
    async (users) => {
      const world = await newWorld(engine);
      await addKey(world);
      await deletePeople(world, users);
      await expectNoSetup(world, world.app);
      const app = await reopen(world);
      await expectNoSetup(world, app);
      const gone = await found(app);
      expect(gone).toContainEqual(expect.stringMatching(/^settings 1 is gone/));
      expect(gone).toContainEqual(expect.stringMatching(/^user system is gone/));
      expect(gone).toHaveLength(users === 'all' ? 3 : 2);
      const { config, clock, database } = { ...world, config: world.app.config };
      const order = { config, log: openLog('silent'), acceptClock: false, fromBeforeTags: false, now: clock.now() };
      await expect(restoreInPlace(database, order)).rejects.toThrow('somebody changed who may do what');
    },
  );

  it('P8: a person that somebody deleted is named by doctor, and nothing else is', async () => {
    const world = await newWorld(engine);
    const { admin } = world.database;
    expect(await found(world.app)).toEqual([]);
    for (const table of ['token', 'session'] as const) await admin.deleteFrom(table).execute();
    await admin.deleteFrom('user').where('id', '=', world.adminId).execute();
    expect(await found(await reopen(world))).toEqual([expect.stringMatching(`^user ${world.adminId} is gone`)]);
  });

  it('S3, P8: is not set up again where the log was emptied too: records, and a kept checkpoint, tell of it', async () => {
    const world = await newWorld(engine);
    await makeCheckpoint(world.app);
    await deletePeople(world, 'all');
    await putBack(world.database, cut(await readRawLog(world.database)));
    await expect(isToBeSetUp(world.app)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/the checkpoint \d{12}\.txt tells of \d+ entries/),
    });
    await expectNoSetup(world, world.app);
    rmSync(join(world.dataDir, 'checkpoints'), { recursive: true });
    await expect(isToBeSetUp(world.app)).rejects.toThrow('has records that the audit log does not tell of (customer)');
    await expect(reopen(world)).rejects.toThrow('somebody emptied it');
  });

  it('S3: is not set up again where only the first entry of the log is left', async () => {
    const world = await newWorld(engine);
    await deletePeople(world, 'all');
    const log = await readRawLog(world.database);
    await putBack(world.database, { ...cut(log), audit_entry: log.audit_entry.slice(0, 1) });
    await expect(isToBeSetUp(world.app)).rejects.toMatchObject(refusal);
  });

  it('S3, P8: gets no new keys where its own were deleted', async () => {
    const world = await newWorld(engine);
    await putBack(world.database, { ...(await readRawLog(world.database)), log_identity: [] });
    await world.database.admin.deleteFrom('wrapped_key').execute();
    await expect(reopen(world)).rejects.toThrow('has lost its keys');
    expect(await world.database.read.selectFrom('wrapped_key').select('id').execute()).toEqual([]);
  });
});

describe.each(engines)('a new installation on %s', (engine) => {
  it('is set up after its clock was accepted, a checkpoint was made, and somebody planted a setup token', async () => {
    const world = await emptyWorld(engine);
    await acceptClock(world.app);
    await makeCheckpoint(world.app);
    await world.database.admin
      .insertInto('setup_token')
      .values({ token_mac: 'planted', expires_at: '2026-11-21T10:00:00.000Z', seal: '' })
      .execute();
    const app = await reopen(world);
    expect((await examine(app, false)).filter(({ ok, name }) => !ok && name === 'consistency')).toEqual([]);
    expect((await world.as(undefined)('GET', '/setup')).body).toEqual({ needed: true });
    const token = await makeSetupToken(app);
    expect((await world.as(undefined)('POST', '/setup', { ...founder, token })).status).toBe(201);
    expect((await world.as(undefined)('GET', '/setup')).body).toEqual({ needed: false });
    await expect(makeSetupToken(app)).rejects.toMatchObject({ code: 'setup_done' });
  });
});
