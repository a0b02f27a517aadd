import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { backupBefore } from '../../src/server/upkeep/upgrade.ts';
import { newWorld } from '../harness/world.ts';

describe('bringing the schema up to date', async () => {
  const world = await newWorld('sqlite');
  const now = new Date('2026-11-21T17:42:03.123Z');
  const older = { applied: ['0001-core'], pending: ['0002-next', '0003-more'], unknown: [] };

  it('security: an older database is copied before it is changed, whole and for its user alone', async () => {
    const file = await backupBefore(older, world.app.config, world.database, now);
    expect(file).toBe(join(world.dataDir, 'backups', 'before-0002-next-20261121T174203.123Z.db'));
    expect(statSync(file ?? '').mode & 0o777).toBe(0o600);
    expect(readdirSync(join(world.dataDir, 'backups'))).toHaveLength(1);
    const copy = openDatabase({ file: file ?? '' });
    const [size, original] = await Promise.all(
      [copy, world.database].map((database) => database.read.selectFrom('audit_head').selectAll().execute()),
    );
    expect(size).toEqual(original);
    await copy.close();
  });

  it('security: a new, current or newer database is not', async () => {
    const { applied, pending } = older;
    for (const status of [
      { applied: [], pending, unknown: [] },
      { applied, pending: [], unknown: [] },
      { applied, pending, unknown: ['9999-future'] },
    ])
      expect(await backupBefore(status, world.app.config, world.database, now)).toBeUndefined();
  });
});
