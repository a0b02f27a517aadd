import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyDatabase } from '../harness/attack.ts';
import { complaintAbout, everyFlip, seededNumbers } from '../harness/flip-bytes.ts';
import { openMemoryFlipper } from '../harness/flip-file.ts';
import { readRawLog } from '../harness/raw-log.ts';
import { loadVerifier, temporaryFolder } from '../harness/single-file-verifier.ts';
import { newWorld } from '../harness/world.ts';
import { writeLeanLog } from '../harness/written-log.ts';

const anHour = 3_600_000;
const size = 200;
const folder = temporaryFolder();

it(
  'L9: every byte of the tables of a log of 200 entries, flipped alone, is reported by the single-file verifier too',
  async () => {
    const { verifyDatabase } = await loadVerifier();
    const world = await newWorld('sqlite');
    await writeLeanLog(world, size);
    const log = await readRawLog(world.database);
    const file = join(folder, 'whole.db');
    await copyDatabase(world, file);
    const { database, apply, undo } = openMemoryFlipper(file);
    const whole = { ok: true, size, checkpointsVerified: 2 };
    expect(verifyDatabase(database)).toMatchObject(whole);

    const flips = everyFlip(log, seededNumbers(1));
    expect(flips.length).toBeGreaterThan(50_000);
    const complaints: string[] = [];
    for (const flip of flips) {
      apply(flip);
      const complaint = complaintAbout(log, flip, verifyDatabase(database));
      undo(flip);
      if (complaint) complaints.push(complaint);
    }
    expect(complaints).toEqual([]);
    expect(verifyDatabase(database)).toMatchObject(whole);
  },
  anHour,
);
