import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { settleMasterKey } from '../../src/server/secrets/exchange-master-key.ts';
import { unlock } from '../../src/server/secrets/master-key.ts';
import { rotateKeys } from '../../src/server/secrets/rotate.ts';
import { addKey } from '../harness/arrange.ts';
import { engines, newWorld, startedBeside } from '../harness/world.ts';

const now = '2026-11-21T09:00:00.000Z';

async function emptyDatabase() {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-test-'));
  const database = openDatabase({ file: join(folder, 'keybook.db') });
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await migrate(database);
  return { database, file: (name: string) => join(folder, name, 'master.key') };
}

/** The same database, where something else happens right before the first write. */
function meanwhile(database: Database, before: () => Promise<unknown>): Database {
  return {
    ...database,
    transaction: async (work) => {
      await before();
      return database.transaction(work);
    },
  };
}

describe('two servers that start at once on an empty database', () => {
  it('K16: the faster one that uses the master key file of the slower one keeps it', async () => {
    const { database, file } = await emptyDatabase();
    const shared = file('shared');
    await unlock(
      meanwhile(database, () => unlock(database, shared, randomBytes, now)),
      shared,
      randomBytes,
      now,
    );
    expect(existsSync(shared)).toBe(true);
    await unlock(database, shared, randomBytes, now);
  });

  it('K16: the slower one with a file of its own is refused, and keeps no key that opens nothing', async () => {
    const { database, file } = await emptyDatabase();
    const slower = unlock(
      meanwhile(database, () => unlock(database, file('faster'), randomBytes, now)),
      file('slower'),
      randomBytes,
      now,
    );
    await expect(slower).rejects.toThrow('The master key is missing');
    expect([existsSync(file('slower')), existsSync(file('faster'))]).toEqual([false, true]);
  });
});

describe.each(engines)('a rotation of keys beside a command, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { id } = await addKey(world, { licenseKey: 'ROTAT-AAAAA-BBBBB-CCCCC-00001' });

  it('security 57: a command that opens the database meanwhile leaves the new master key where it is', async () => {
    const { config, database } = world.app;
    const file = join(world.dataDir, 'keybook.db');
    const beside = engine === 'sqlite' ? openDatabase({ file }) : database;
    let isOver = false;
    let isThere = false;
    const command = (async () => {
      while (!isOver) {
        isThere ||= existsSync(`${config.masterKeyFile}.new`);
        await settleMasterKey({ config, database: beside }, { isAlone: false });
        await setImmediate();
      }
    })();
    await rotateKeys(world.app, { index: true, keepMaster: false, progress: () => undefined });
    isOver = true;
    await command;
    if (beside !== database) await beside.close();
    expect([isThere, existsSync(`${config.masterKeyFile}.new`)]).toEqual([true, false]);
    const { app, as } = await startedBeside(world);
    expect(app.vault).toBeDefined();
    const revealed = await as(world.adminToken)('POST', `/keys/${id}/reveal`);
    expect(revealed.body).toEqual({ licenseKey: 'ROTAT-AAAAA-BBBBB-CCCCC-00001' });
  });

  it('security 57: a file in whose place no other can be put is refused before anything changes', async () => {
    const link = join(world.dataDir, 'link.key');
    symlinkSync(world.app.config.masterKeyFile, link);
    const app = { ...world.app, config: { ...world.app.config, masterKeyFile: link } };
    const rotated = rotateKeys(app, { index: false, keepMaster: false, progress: () => undefined });
    await expect(rotated).rejects.toThrow('is a link: name the file it leads to');
    expect(existsSync(`${link}.new`)).toBe(false);
  });
});
