import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import type { VerifyResult } from '../../src/domain/audit/verify.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { copyDatabase } from '../harness/attack.ts';
import { plantIndex } from '../harness/plant-index.ts';
import { temporaryFolder, verifyApart } from '../harness/single-file-verifier.ts';
import { newWorld } from '../harness/world.ts';
import { writeLog } from '../harness/written-log.ts';

const folder = temporaryFolder();
/** Entries, so that one tile is full. */
const size = 258;

/** What is changed in a table behind the back of an index of its, and what verifiers then find. */
const changes: [table: string, change: string, code: string][] = [
  ['audit_entry', `UPDATE audit_entry SET subject = 'key:other' WHERE idx = 40`, 'columns'],
  ['audit_entry', 'DELETE FROM audit_entry WHERE idx = 40', 'index'],
  ['audit_payload', `UPDATE audit_payload SET body = replace(body, 'Office', 'Paint') WHERE idx = 40`, 'payload'],
  ['audit_erasure', 'DELETE FROM audit_erasure', 'erasure'],
  ['audit_head', `UPDATE audit_head SET size = ${size + 1}`, 'short'],
  ['audit_checkpoint', `UPDATE audit_checkpoint SET note = replace(note, 'A', 'B')`, 'checkpoint'],
  ['audit_tile', `UPDATE audit_tile SET hashes = replace(hashes, 'A', 'B')`, 'tile'],
  ['log_identity', `UPDATE log_identity SET origin = 'elsewhere'`, 'key'],
];

describe('L9: an index that whoever writes the file has planted', async () => {
  const world = await newWorld('sqlite');
  await writeLog(world, size);
  const whole = join(folder, 'whole.db');
  await copyDatabase(world, whole);

  const verifyHere = async (file: string): Promise<VerifyResult> => {
    const database = openDatabase({ file });
    try {
      return await verifyDatabase(database);
    } finally {
      await database.close();
    }
  };

  it.each(changes)('L9: hides nothing from either verifier: %s, %s', async (table, change, code) => {
    const file = join(folder, 'planted.db');
    copyFileSync(whole, file);
    plantIndex(file, table, change);
    for (const { ok, problems } of [verifyApart(file, {}), await verifyHere(file)]) {
      expect(ok).toBe(false);
      const found = problems.map((problem) => problem.code);
      expect(found).toContain(code);
      expect(problems).toContainEqual({ idx: null, code: 'file', detail: expect.stringMatching(/index planted/) });
    }
  });
});
