import { expect, it } from 'vitest';
import { verifyLog } from '../../src/domain/audit/verify.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { verifySignature } from '../../src/server/audit/signature.ts';
import { complaintAbout, everyFlip, seededNumbers, whileFlipped } from '../harness/flip-bytes.ts';
import { rawSource, readRawLog } from '../harness/raw-log.ts';
import { rememberAnswers } from '../harness/remembered-signatures.ts';
import { newWorld } from '../harness/world.ts';
import { writeLeanLog } from '../harness/written-log.ts';

const anHour = 3_600_000;
const size = 200;

it(
  'L9: every byte of the tables of a log of 200 entries, flipped alone, is reported, and the first bad entry is named',
  async () => {
    const world = await newWorld('sqlite');
    await writeLeanLog(world, size);
    const log = await readRawLog(world.database);
    const checkSignature = rememberAnswers(verifySignature);
    const verify = () => verifyLog({ sha: sha256, verifySignature: checkSignature, source: rawSource(log) });
    expect(await verify()).toMatchObject({ ok: true, size, checkpointsVerified: 2 });

    const flips = everyFlip(log, seededNumbers(1));
    expect(flips.length).toBeGreaterThan(50_000);
    const complaints: string[] = [];
    for (const flip of flips) {
      const complaint = complaintAbout(log, flip, await whileFlipped(log, flip, verify));
      if (complaint) complaints.push(complaint);
    }
    expect(complaints).toEqual([]);
  },
  anHour,
);
