import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openApp } from '../../src/server/app.ts';
import type { App } from '../../src/server/context.ts';
import { openLog } from '../../src/server/log.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { openVault } from '../../src/server/secrets/vault.ts';
import { forgetWitnesses } from '../harness/before-tags.ts';
import { emptyWorld, engines } from '../harness/world.ts';

const ours = ['digest', 'seal'] as const;
const rotation = { keepMaster: false, progress: () => undefined };

/** What these secrets make of one and the same thing. */
function prints({ vault }: Pick<App, 'vault'>): string[] {
  return [vault.tag('header'), vault.sealRow('user', ['ada', 1, null]), vault.digest('password', 'secret')];
}

describe.each(engines)('P8: secrets of tags, seals and digests on %s', async (engine) => {
  const world = await emptyWorld(engine);
  const { config, database } = world.app;
  const open = () =>
    openApp({ config, database, log: openLog('silent'), clock: world.clock.now, beginning: 'of-start' });
  const purposes = async () => {
    const rows = await database.read.selectFrom('wrapped_key').select('purpose').orderBy('purpose').execute();
    return rows.map((row) => row.purpose);
  };
  const lose = (names: readonly (typeof ours)[number][]) =>
    database.admin.deleteFrom('wrapped_key').where('purpose', 'in', names).execute();

  it('are there from the start', async () => {
    expect(await purposes()).toEqual(['data', 'digest', 'index', 'seal', 'signing']);
  });

  it('rotating either way leaves them as they are, under a new master key', async () => {
    const before = prints(world.app);
    await rotateKeys(world.app, { ...rotation, index: false });
    expect(prints(await open())).toEqual(before);
    // Each master key of before is kept under the moment that ended it.
    world.clock.addDays(1);
    await rotateKeys(await open(), { ...rotation, index: true });
    expect(prints(await open())).toEqual(before);
    await rotateKeys(await open(), { ...rotation, keepMaster: true, index: true });
    expect(prints(await open())).toEqual(before);
  });

  it('one that is lost is not made anew', async () => {
    const kept = await database.read.selectFrom('wrapped_key').selectAll().where('purpose', 'in', ours).execute();
    await lose(['seal']);
    await expect(open()).rejects.toThrow('The database has lost secrets that prove who wrote its rows (seal)');
    expect(await purposes()).not.toContain('seal');
    await lose(ours);
    await database.admin.insertInto('wrapped_key').values(kept).execute();
    await open();
  });

  it('P8, S3: a database of a version that had none gets them at the first start, once, however many servers start', async () => {
    const fresh = await emptyWorld(engine);
    const openFresh = () =>
      openApp({ ...fresh.app, log: openLog('silent'), clock: fresh.clock.now, beginning: 'of-start' });
    await fresh.database.admin.deleteFrom('wrapped_key').where('purpose', 'in', ours).execute();
    forgetWitnesses(fresh.app.config);
    const [first, ...others] = await Promise.all([openFresh(), openFresh(), openFresh()]);
    for (const other of others) expect(prints(other)).toEqual(first && prints(first));
    const rows = await fresh.database.read.selectFrom('wrapped_key').select('purpose').orderBy('purpose').execute();
    expect(rows.map((row) => row.purpose)).toEqual(['data', 'digest', 'index', 'seal', 'signing']);
  });

  it('S3: all of them lost, where entries have tags, is no older version: nothing is begun again', async () => {
    await lose(ours);
    await expect(open()).rejects.toThrow('tags-begun.json says that its entries have tags');
    forgetWitnesses(config);
    await expect(open()).rejects.toThrow('entry 0 shows that its entries have tags, and the key of tags is gone');
    expect(await purposes()).not.toContain('seal');
  });
});

describe('P8: what the secrets make', () => {
  const key = () => randomBytes(32);
  const shared = key();
  const vault = openVault({
    dataKeys: [{ id: 'd', key: key() }],
    indexKey: key(),
    signingSeed: key(),
    sealKey: shared,
    digestKey: shared,
  });

  it('values are kept apart, whatever stands in them', () => {
    const seals = [
      vault.sealRow('user', ['a', 'b']),
      vault.sealRow('user', ['a,b']),
      vault.sealRow('user', ['a","b']),
      vault.sealRow('user', ['ab', '']),
      vault.sealRow('user', ['a', 'b', '']),
      vault.sealRow('user', ['a', null]),
      vault.sealRow('user', ['a', 'null']),
      vault.sealRow('user', [1]),
      vault.sealRow('user', ['1']),
      vault.sealRow('token', ['a', 'b']),
    ];
    expect(new Set(seals).size).toBe(seals.length);
  });

  it('a tag, a seal and a digest differ even of the same text and under the same key', () => {
    const made = [vault.tag('["x","y"]'), vault.sealRow('x', ['y']), vault.digest('x', 'y')];
    expect(new Set(made).size).toBe(3);
  });
});
