import { describe, expect, it } from 'vitest';
import { type VerifyResult, verifyLog } from '../../src/domain/audit/verify.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { verifySignature } from '../../src/server/audit/signature.ts';
import { batchesOf, isNamed } from '../harness/flip-batches.ts';
import { complaintAbout, everyFlip, type Flip, seededNumbers, whileFlipped } from '../harness/flip-bytes.ts';
import { type RawLog, rawSource, readRawLog } from '../harness/raw-log.ts';
import { rememberAnswers } from '../harness/remembered-signatures.ts';
import { newWorld } from '../harness/world.ts';
import { writeLog } from '../harness/written-log.ts';

const checkSignature = rememberAnswers(verifySignature);
const minutes = 60_000;

const verify = (log: RawLog): Promise<VerifyResult> =>
  verifyLog({ sha: sha256, verifySignature: checkSignature, source: rawSource(log) });

async function complaintsAlone(log: RawLog, flips: Flip[]): Promise<string[]> {
  const complaints: string[] = [];
  for (const flip of flips) {
    const complaint = complaintAbout(log, flip, await whileFlipped(log, [flip], () => verify(log)));
    if (complaint) complaints.push(complaint);
  }
  return complaints;
}

describe('L9: every byte of the log', async () => {
  const short = await newWorld('sqlite');
  const long = await newWorld('sqlite');
  await writeLog(short, 24);
  await writeLog(long, 258);

  it(
    'L9: flipped alone in a short log is reported, and the first bad entry is named',
    async () => {
      const log = await readRawLog(short.database);
      expect(await verify(log)).toMatchObject({ ok: true, size: 24, checkpointsVerified: 3 });
      const flips = everyFlip(log, seededNumbers(1));
      expect(flips.length).toBeGreaterThan(10_000);
      expect(await complaintsAlone(log, flips)).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'L9: flipped in a long log with a tile is reported, and the bad entry is named',
    async () => {
      const log = await readRawLog(long.database);
      expect(await verify(log)).toMatchObject({ ok: true, size: 258, checkpointsVerified: 3 });
      const flips = everyFlip(log, seededNumbers(2));
      expect(flips.length).toBeGreaterThan(150_000);
      // One reading of a long log takes some milliseconds, so many entries have a byte flipped at a time.
      const { together, alone } = batchesOf(log, flips);
      for (const batch of together) {
        const result = await whileFlipped(log, batch, () => verify(log));
        alone.push(...batch.filter((flip) => !isNamed(log, flip, result)));
      }
      expect(alone.length).toBeLessThan(4000);
      expect(await complaintsAlone(log, alone)).toEqual([]);
    },
    10 * minutes,
  );
});
