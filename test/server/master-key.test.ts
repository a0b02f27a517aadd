import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { type Database, openDatabase } from '../../src/db/open.ts';
import { unlock } from '../../src/server/secrets/master-key.ts';

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
