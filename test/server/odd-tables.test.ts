import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import type { VerifyResult } from '../../src/domain/audit/verify.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { copyDatabase } from '../harness/attack.ts';
import { temporaryFolder, verifyApart } from '../harness/single-file-verifier.ts';
import { newWorld } from '../harness/world.ts';
import { writeLog } from '../harness/written-log.ts';

const folder = temporaryFolder();

/** Puts another table in the place of one, with the rows of that. */
const replaced = (table: string, columns: string, stored: string) =>
  `CREATE TABLE x (${columns}); INSERT INTO x (${stored}) SELECT * FROM ${table};
   DROP TABLE ${table}; ALTER TABLE x RENAME TO ${table}`;

/** What is made of a table of the log, and how either verifier names that. */
const changes: [what: string, change: string, words: RegExp][] = [
  [
    'content that tells each version of the engine something else',
    replaced(
      'audit_payload',
      `idx integer PRIMARY KEY, salt TEXT, x TEXT,
       body TEXT AS (CASE WHEN strftime('%I', '2026-01-01') IS NULL THEN replace(x, 'Office', 'Paint') ELSE x END)`,
      'idx, salt, x',
    ),
    /column "?body"? of audit_payload is computed/,
  ],
  [
    'a computed column that is stored',
    replaced('audit_checkpoint', 'size integer PRIMARY KEY, x TEXT, note TEXT AS (x) STORED', 'size, x'),
    /column "?note"? of audit_checkpoint is computed/,
  ],
  ['a second identity', `INSERT INTO log_identity VALUES (0, 'keybook/other', '')`, /log_identity has .* rows?/],
  ['a second head', `INSERT INTO audit_head VALUES (0, 0, '0:')`, /audit_head has .* rows?/],
];

describe('L9: tables of the log that are other than they look', async () => {
  const world = await newWorld('sqlite');
  await writeLog(world, 60);
  const whole = join(folder, 'whole.db');
  await copyDatabase(world, whole);

  /** A copy of the whole file with its guards gone and something done to it. */
  function changed(change: string): string {
    const file = join(folder, 'odd.db');
    copyFileSync(whole, file);
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
    const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of triggers) database.exec(`DROP TRIGGER ${name}`);
    database.exec(`PRAGMA ignore_check_constraints = 1; PRAGMA legacy_alter_table = 1; ${change}`);
    database.close();
    return file;
  }

  async function verifyHere(file: string): Promise<VerifyResult> {
    const database = openDatabase({ file });
    try {
      return await verifyDatabase(database);
    } finally {
      await database.close();
    }
  }

  it('L9: both verifiers accept the file as it is', async () => {
    for (const { ok, problems } of [verifyApart(changed(''), {}), await verifyHere(changed(''))])
      expect({ ok, problems }).toEqual({ ok: true, problems: [] });
  });

  it.each(changes)('L9: both verifiers find %s', async (_, change, words) => {
    const file = changed(change);
    for (const { ok, problems } of [verifyApart(file, {}), await verifyHere(file)]) {
      expect(ok).toBe(false);
      expect(problems).toContainEqual({ idx: null, code: 'file', detail: expect.stringMatching(words) });
    }
  });

  it('L9: the server finds a view in the place of a table', async () => {
    const file = changed('ALTER TABLE audit_tile RENAME TO x; CREATE VIEW audit_tile AS SELECT * FROM x');
    expect((await verifyHere(file)).problems).toContainEqual({
      idx: null,
      code: 'file',
      detail: expect.stringContaining('audit_tile is no table'),
    });
  });
});
