import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { type VerifyResult, verifyLog } from '../../src/domain/audit/verify.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { sha256 } from '../../src/server/audit/sha256.ts';
import { verifySignature } from '../../src/server/audit/signature.ts';
import { copyDatabase } from '../harness/attack.ts';
import { complaintAbout, everyFlip, type Flip, seededNumbers, someOf, whileFlipped } from '../harness/flip-bytes.ts';
import { openFileFlipper } from '../harness/flip-file.ts';
import { type RawLog, rawExport, rawSource, readRawLog } from '../harness/raw-log.ts';
import { rememberAnswers } from '../harness/remembered-signatures.ts';
import { loadVerifier, temporaryFolder } from '../harness/single-file-verifier.ts';
import { newWorld } from '../harness/world.ts';
import { writeLog } from '../harness/written-log.ts';

const folder = temporaryFolder();
const { verifyFile: verifyApart } = await loadVerifier();
const minutes = 60_000;
/** Entries, so that one tile is full. */
const size = 258;
/** Of each kind; test/soak flips every byte. */
const wanted = 250;
const checkSignature = rememberAnswers(verifySignature);

async function verifyFileHere(file: string): Promise<VerifyResult> {
  const database = openDatabase({ file });
  try {
    return await verifyDatabase(database);
  } finally {
    await database.close();
  }
}

/** What an export says of an entry; columns and tiles are not in it. */
function isInExport({ cell: { table, column } }: Flip): boolean {
  return table === 'audit_entry' ? column === 'header' || column === 'idx' : table !== 'audit_tile' && column !== 'id';
}

describe('L9: flipped bytes', async () => {
  const [sqlite, postgres] = [await newWorld('sqlite'), await newWorld('postgres')];
  for (const world of [sqlite, postgres]) await writeLog(world, size);

  const complaintsOf = (log: RawLog, flip: Flip, results: Record<string, VerifyResult>): string[] =>
    Object.entries(results).flatMap(([who, result]) => {
      const complaint = complaintAbout(log, flip, result);
      return complaint ? [`${who}: ${complaint}`] : [];
    });

  it(
    'L9: in the database file itself are reported by both verifiers, which name the first bad entry',
    async () => {
      const log = await readRawLog(sqlite.database);
      const file = join(folder, 'flipped.db');
      await copyDatabase(sqlite, file);
      expect((await verifyApart(file)).problems).toEqual([]);
      const flipper = openFileFlipper(file);
      const complaints: string[] = [];
      let count = 0;
      const flips = everyFlip(log, seededNumbers(3));
      const inTile = flips.filter(({ cell }) => cell.table === 'audit_tile');
      for (const flip of [...someOf(flips, wanted, seededNumbers(4)), ...someOf(inTile, 100, seededNumbers(9))]) {
        // A primary key or a CHECK may refuse the value: then there is nothing to find.
        if (!flipper.apply(flip)) continue;
        count += 1;
        complaints.push(...complaintsOf(log, flip, { apart: await verifyApart(file) }));
        if (count % 25 === 0) complaints.push(...complaintsOf(log, flip, { here: await verifyFileHere(file) }));
        flipper.undo(flip);
      }
      flipper.close();
      expect(complaints).toEqual([]);
      expect(count).toBeGreaterThanOrEqual(wanted);
      expect((await verifyApart(file)).problems).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'L9: in the rows of the server are reported, and the first bad entry is named',
    async () => {
      const log = await readRawLog(postgres.database);
      const verify = () => verifyLog({ sha: sha256, verifySignature: checkSignature, source: rawSource(log) });
      expect(await verify()).toMatchObject({ ok: true, size });
      const complaints: string[] = [];
      for (const flip of someOf(everyFlip(log, seededNumbers(5)), wanted, seededNumbers(6)))
        complaints.push(...complaintsOf(log, flip, { here: await whileFlipped(log, flip, verify) }));
      expect(complaints).toEqual([]);
    },
    5 * minutes,
  );

  it(
    'L9: in an export are reported by the single-file verifier, which names the first bad entry',
    async () => {
      const log = await readRawLog(postgres.database);
      const file = join(folder, 'flipped.jsonl');
      const verify = () => {
        writeFileSync(file, rawExport(log));
        return verifyApart(file);
      };
      expect(await verify()).toMatchObject({ ok: true, size });
      const complaints: string[] = [];
      for (const flip of someOf(everyFlip(log, seededNumbers(7)).filter(isInExport), 120, seededNumbers(8)))
        complaints.push(...complaintsOf(log, flip, { apart: await whileFlipped(log, flip, verify) }));
      expect(complaints).toEqual([]);
    },
    5 * minutes,
  );
});
