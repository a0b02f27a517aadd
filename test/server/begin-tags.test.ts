import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/server/app.ts';
import { makeCheckpoint } from '../../src/server/audit/checkpoints.ts';
import { judgeLog } from '../../src/server/audit/judge-log.ts';
import { openLog } from '../../src/server/log.ts';
import { beginSeals } from '../../src/server/secrets/begin-seals.ts';
import { sealPurposes } from '../../src/server/secrets/master-key.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { addKey } from '../harness/arrange.ts';
import { asBeforeTags, clearSeals, forgetWitnesses } from '../harness/before-tags.ts';
import { forgeLog, putBack, rewriteEntry } from '../harness/forged-log.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { emptyWorld, engines, newWorld, type World } from '../harness/world.ts';

const open = ({ app, clock }: World) =>
  openApp({ ...app, log: openLog('silent'), clock: clock.now, beginning: 'of-start' });
const witnessOf = ({ dataDir }: Pick<World, 'dataDir'>) => join(dataDir, 'checkpoints', 'tags-begun.json');
const rotation = { keepMaster: false, progress: () => undefined };

describe.each(engines)('tags on %s', async (engine) => {
  const world = await newWorld(engine);
  const { database } = world;
  for (let i = 0; i < 3; i += 1) await addKey(world);

  it('S3: a new log begins with the entry that has tags begin, and every entry has its own', async () => {
    const { audit_entry: entries, audit_payload: payloads } = await readRawLog(database);
    expect(entries[0]).toMatchObject({ idx: 0, action: 'tags.begun' });
    expect(JSON.parse(payloads[0]?.body ?? '')).toMatchObject({ size: 0 });
    expect(entries.map(({ tag, header }) => tag === world.app.vault.tag(header))).toEqual(entries.map(() => true));
    expect(new Set(entries.map(({ tag }) => tag)).size).toBe(entries.length);
  });

  it('S3: files outside the database say that it has them before anybody is served', async () => {
    const { app, dataDir } = await emptyWorld(engine);
    const said = [witnessOf({ dataDir }), `${app.config.masterKeyFile}.tags-begun`];
    expect(said.map((file) => JSON.parse(readFileSync(file, 'utf8')))).toMatchObject([{ from: 0 }, { from: 0 }]);
  });

  it('S3, P8: a log that was emptied stops the start, and nothing is sealed', async () => {
    const emptied = await newWorld(engine);
    await putBack(emptied.database, {
      ...(await readRawLog(emptied.database)),
      audit_entry: [],
      audit_payload: [],
      audit_tile: [],
      audit_checkpoint: [],
      audit_head: [{ id: 1, size: 0, frontier: '0:' }],
    });
    await expect(open(emptied)).rejects.toThrow('somebody emptied it');
    await emptied.database.admin.deleteFrom('wrapped_key').where('purpose', 'in', sealPurposes).execute();
    await clearSeals(emptied.database);
    await expect(open(emptied)).rejects.toThrow('says that its entries have tags');
    forgetWitnesses(emptied.app.config);
    await expect(open(emptied)).rejects.toThrow('somebody emptied it');
    expect(await emptied.database.admin.selectFrom('user').select('id').where('seal', '<>', '').execute()).toEqual([]);
  });

  it('S3: rotating, either way, leaves log and tags as they are', async () => {
    await rotateKeys(world.app, { ...rotation, index: false });
    // Each master key of before is kept under the moment that ended it.
    world.clock.addDays(1);
    await rotateKeys(await open(world), { ...rotation, index: true });
    const { vault } = await open(world);
    const { ok, size, tags } = await judgeLog(world.app, { tagOf: vault.tag });
    expect({ ok, tags }).toEqual({ ok: true, tags: { from: 0, checked: size } });
  });

  it('S3: a checkpoint is made, and a file outside the database says from where on there are tags', async () => {
    await world.admin('GET', '/audit/checkpoint');
    expect(JSON.parse(readFileSync(witnessOf(world), 'utf8'))).toMatchObject({ keybookTagsBegun: 1, from: 0 });
  });
});

describe.each(engines)('a log of a version without tags on %s', async (engine) => {
  const world = await newWorld(engine);
  const { database, app } = world;
  for (let i = 0; i < 3; i += 1) await addKey(world);
  const signed = 3;
  const before = await asBeforeTags(world, signed);
  const size = before.audit_entry.length;

  it('S3: that is not as its checkpoint signed it stops the start in words, and nothing is changed', async () => {
    await forgeLog(database, (log) => rewriteEntry(log, signed - 1, { actor: 'somebody-else' }));
    const forged = await readRawLog(database);
    await expect(open(world)).rejects.toThrow(/is not what was signed: .*Keybook does not start on it/s);
    expect(await readRawLog(database)).toEqual(forged);
    await putBack(database, before);
  });

  it('S3: has them begin at its end, once, and states what came before', async () => {
    const [opened] = await Promise.all(Array.from({ length: 6 }, () => open(world)));
    const { audit_entry: entries, audit_payload: payloads } = await readRawLog(database);
    expect(entries.slice(0, size)).toEqual(before.audit_entry);
    expect(entries.slice(size)).toMatchObject([{ idx: size, action: 'tags.begun' }]);
    const { ok, tags } = await judgeLog(app, { tagOf: opened?.vault.tag });
    expect({ ok, tags }).toEqual({ ok: true, tags: { from: size, checked: 1 } });
    const stated = JSON.parse(payloads.at(-1)?.body ?? '');
    expect(stated).toMatchObject({ size, actor: { via: 'system' } });
  });

  it('S3: a server that looked before another had them begin finds them begun', async () => {
    const late = await newWorld(engine);
    await addKey(late);
    await asBeforeTags(late, 1);
    const before = await late.database.openSnapshot();
    await open(late);
    let looks = 0;
    const seenLate = new Proxy(late.database, {
      get: (target, name, self) => (name === 'read' && looks++ === 0 ? before.db : Reflect.get(target, name, self)),
    });
    const { config, randomBytes } = late.app;
    const now = late.clock.now().toISOString();
    await beginSeals({ config, randomBytes, now, database: seenLate, beginning: 'of-start' });
    await before.close();
    expect((await judgeLog(late.app, { tagOf: (await open(late)).vault.tag })).ok).toBe(true);
  });

  it('S3, V4: another log before that entry is found, also where no checkpoint covers it', async () => {
    const { vault } = await open(world);
    const whole = await readRawLog(database);
    await forgeLog(database, (log) => rewriteEntry(log, size - 1, { actor: 'somebody-else' }));
    const { firstBad } = await judgeLog(app, { tagOf: vault.tag });
    expect(firstBad).toMatchObject({ idx: size, code: 'tag' });
    await putBack(database, whole);
  });

  it('S3: entries without tags above it are findings, and nothing gives them any', async () => {
    const { vault } = await open(world);
    const whole = await readRawLog(database);
    await forgeLog(database, (log) => {
      for (const entry of log.audit_entry) entry.tag = null;
    });
    const { firstBad } = await judgeLog(app, { tagOf: vault.tag });
    expect(firstBad).toMatchObject({ idx: size, code: 'tag' });
    await database.admin.deleteFrom('wrapped_key').where('purpose', 'in', sealPurposes).execute();
    await expect(open(world)).rejects.toThrow(`entry ${size} shows that its entries have tags`);
    await putBack(database, whole);
  });

  it('S3: a database put back to before is known by the file beside the kept checkpoints', async () => {
    await putBack(database, before);
    await clearSeals(database);
    await makeCheckpoint(await open(world));
    expect(existsSync(witnessOf(world))).toBe(true);
    await putBack(database, before);
    await database.admin.deleteFrom('wrapped_key').where('purpose', 'in', sealPurposes).execute();
    await expect(open(world)).rejects.toThrow('tags-begun.json says that its entries have tags');
    rmSync(witnessOf(world));
    await expect(open(world)).rejects.toThrow('master.key.tags-begun says that its entries have tags');
    rmSync(`${app.config.masterKeyFile}.tags-begun`);
    await expect(open(world)).rejects.toThrow('the log is shorter than a checkpoint held elsewhere');
    expect(await readRawLog(database)).toEqual(before);
  });
});
