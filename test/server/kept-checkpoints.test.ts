import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeCheckpoint } from '../../src/server/audit/checkpoints.ts';
import { checkpointName, newestKept } from '../../src/server/audit/kept-checkpoints.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { newWorld } from '../harness/world.ts';

describe('checkpoints that lie as files', async () => {
  const world = await newWorld('sqlite');
  const { app } = world;
  const folder = join(app.config.dataDir, 'checkpoints');
  const diagnosis = async () => (await examine(app, false)).filter(({ name }) => name === 'checkpoints');

  it.each(['', 'keybook/'])('L9: a file that holds no checkpoint (%j) is named, and written again', async (left) => {
    const { size, checkpoint } = await makeCheckpoint(app);
    const file = join(folder, checkpointName(size));
    expect(readFileSync(file, 'utf8')).toBe(checkpoint);
    writeFileSync(file, left);
    await makeCheckpoint(app);
    expect([readFileSync(file, 'utf8'), readFileSync(`${file}.unreadable`, 'utf8')]).toEqual([checkpoint, left]);
    // Nothing else is left of the writing.
    const ours = /^(\d{12}\.txt(\.unreadable)?|public-key\.txt|tags-begun\.json)$/;
    expect(readdirSync(folder).filter((name) => !ours.test(name))).toEqual([]);
    writeFileSync(file, left);
    expect(await diagnosis()).toMatchObject([{ ok: false, detail: expect.stringContaining(file) }]);
    writeFileSync(file, checkpoint);
    expect(await diagnosis()).toEqual([]);
  });

  it('L9: the newest is the one of the largest size, whatever an older one is called', async () => {
    const older = await makeCheckpoint(app);
    await world.admin('POST', '/customers', { name: 'Norvik' });
    const newer = await makeCheckpoint(app);
    expect(newer.size).toBeGreaterThan(older.size);
    const misnamed = join(folder, checkpointName(newer.size + 1000));
    copyFileSync(join(folder, checkpointName(older.size)), misnamed);
    expect(newestKept(app.config, app.vault.signsAs)).toMatchObject({ size: newer.size });
    expect(await diagnosis()).toMatchObject([{ ok: false, detail: expect.stringContaining(misnamed) }]);
  });
});
