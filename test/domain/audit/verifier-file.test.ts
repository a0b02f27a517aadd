import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { VerifyResult } from '../../../src/domain/audit/verify.ts';
import { type BuiltLog, buildLog, type Happening, signer } from '../../audit-vectors/build-log.ts';
import { writeExport } from '../../audit-vectors/export-file.ts';
import { story } from '../../audit-vectors/story.ts';

const verifier = fileURLToPath(new URL('../../../verifier/keybook-verify.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keybook-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(process.execPath, [verifier, ...args], { encoding: 'utf8' });

function verify(file: string, ...options: string[]): VerifyResult & { status: number | null } {
  const { stdout, stderr, status } = run(file, '--json', ...options);
  if (stdout === '') throw new Error(stderr);
  return { ...JSON.parse(stdout), status };
}

/** The tables the log is kept in, without the triggers that guard them: whoever attacks takes those away first. */
const tables = `
  CREATE TABLE log_identity (id integer PRIMARY KEY, origin TEXT NOT NULL, public_key TEXT NOT NULL);
  CREATE TABLE audit_head (id integer PRIMARY KEY, size integer NOT NULL, frontier TEXT NOT NULL);
  CREATE TABLE audit_entry (idx integer PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
    key_id TEXT, equipment_id TEXT, customer_id TEXT, actor_id TEXT NOT NULL, header TEXT NOT NULL);
  CREATE TABLE audit_payload (idx integer PRIMARY KEY, salt TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE audit_erasure (idx integer PRIMARY KEY, by_idx integer NOT NULL);
  CREATE TABLE audit_checkpoint (size integer PRIMARY KEY, note TEXT NOT NULL);
  CREATE TABLE audit_tile (level integer NOT NULL, n integer NOT NULL, hashes TEXT NOT NULL, PRIMARY KEY (level, n));`;

function writeDatabase(file: string, { rows, origin, publicKey, head, checkpoints, tiles }: BuiltLog): void {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; ${tables} BEGIN`);
  const insert = (table: string, ...values: (string | number | null)[]) =>
    database.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`).run(...values);
  insert('log_identity', 1, origin, publicKey);
  insert('audit_head', 1, head.size, head.frontier);
  for (const { idx, at, action, subject, keyId, equipmentId, customerId, actorId, header, ...payload } of rows) {
    insert('audit_entry', idx, at, action, subject, keyId, equipmentId, customerId, actorId, header);
    if (payload.body !== null) insert('audit_payload', idx, payload.salt, payload.body);
    if (payload.erasedBy !== null) insert('audit_erasure', idx, payload.erasedBy);
  }
  for (const { size, note } of checkpoints) insert('audit_checkpoint', size, note);
  for (const { level, n, hashes } of tiles) insert('audit_tile', level, n, hashes);
  database.exec('COMMIT');
  database.close();
}

const rounds: Happening[] = Array.from({ length: 26 }, (_, round) =>
  story.map(({ erases, key, ...happening }) => ({
    ...happening,
    ...(key ? { key: `${key} ${round}` } : {}),
    ...(erases ? { erases: erases.map((idx) => idx + round * story.length) } : {}),
  })),
).flat();
const log = buildLog(rounds, [100, 300, rounds.length]);
const whole = join(folder, 'whole.db');
writeDatabase(whole, log);

/** A copy of the whole database with something done to it. */
function attacked(name: string, sql: string): string {
  const file = join(folder, `${name}.db`);
  copyFileSync(whole, file);
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
  return file;
}

describe('L9: the single-file verifier on a copy of the database', () => {
  test('L9: a whole log is accepted, and nothing is written beside the file', () => {
    const before = readdirSync(folder);
    const result = verify(whole, '--key', signer.publicKey);
    expect(result).toMatchObject({
      ok: true,
      status: 0,
      problems: [],
      warnings: [],
      size: 598,
      checkpointsVerified: 3,
    });
    expect(readdirSync(folder)).toEqual(before);
  });

  test('L9: a file that SQLite would change before anybody reads it is refused, under each of its names', () => {
    const file = attacked('with-journal', '');
    const link = join(folder, 'link.db');
    symlinkSync(file, link);
    expect(verify(link)).toMatchObject({ ok: true, status: 0 });
    const writer = new DatabaseSync(file);
    writer.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN');
    writer.exec(`UPDATE audit_payload SET body = body || ' '`);
    // As somebody leaves it who ends there: what SQLite would put back lies beside what is not committed.
    const left = join(folder, 'left.db');
    copyFileSync(file, left);
    copyFileSync(`${file}-journal`, `${left}-journal`);
    writer.exec('ROLLBACK');
    writer.close();
    const linkToLeft = join(folder, 'link-to-left.db');
    symlinkSync(left, linkToLeft);
    for (const name of [left, linkToLeft]) {
      const { status, stdout, stderr } = run(name);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toContain('-journal: SQLite puts back what that holds');
    }
    for (const name of [link, linkToLeft, left, `${left}-journal`]) rmSync(name);
  });

  test('L9: a link to a file is read with the write-ahead log that lies beside the file', () => {
    const file = attacked('with-wal', '');
    const writer = new DatabaseSync(file);
    writer.exec(
      `PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; UPDATE audit_payload SET body = '{}' WHERE idx = 31`,
    );
    const link = join(folder, 'link-to-wal.db');
    symlinkSync(file, link);
    expect(verify(link).firstBad).toMatchObject({ idx: 31 });
    writer.close();
    rmSync(link);
  });

  test('L9: it says in words what it found, and that the key was not checked', () => {
    const { stdout, stderr, status } = run(whole);
    expect(stdout).toContain('entries      598\n');
    expect(stdout).toContain('key taken from the file, not checked');
    expect(stdout).toContain('\nOK ');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const bad = run(attacked('words', "UPDATE audit_payload SET body = '{}' WHERE idx = 31"));
    expect(bad.stdout).toContain('NOT OK       first bad entry: 31. the content of entry 31 is not what');
    expect(bad.status).toBe(1);
  });

  test('L10: of evidence it says what it is about, and for how much of the log', () => {
    const file = fileURLToPath(new URL('../../audit-vectors/valid/of-key-limited.evidence', import.meta.url));
    const { filter, completeTo } = JSON.parse(readFileSync(file, 'utf8'));
    const { stdout } = run(file);
    expect(stdout).toContain(
      `\nabout        keyId ${JSON.stringify(filter.keyId)}, customerIds ${JSON.stringify(filter.customerIds)}\n`,
    );
    expect(stdout).toContain(
      `\ncomplete     NOT PROVEN: for the first ${completeTo} entries of the log, as it says itself\n`,
    );
  });

  const header = (field: string, to: string) => `header = replace(header, '${field}', '${to}')`;
  test.each([
    ['column', "UPDATE audit_entry SET customer_id = 'x' WHERE idx = 40", 40, 'columns'],
    ['null column', 'UPDATE audit_entry SET key_id = NULL WHERE idx = 40', 40, 'columns'],
    ['payload', "UPDATE audit_payload SET body = body || ' ' WHERE idx = 41", 41, 'payload'],
    ['payload type', 'UPDATE audit_payload SET body = CAST(body AS BLOB), salt = 7 WHERE idx = 41', 41, 'payload'],
    ['payload with a NUL', "UPDATE audit_payload SET body = body || char(0) || 'more' WHERE idx = 41", 41, 'payload'],
    ['header with a NUL', "UPDATE audit_entry SET header = header || char(0) || 'x' WHERE idx = 42", 42, 'header'],
    ['header not in UTF-8', "UPDATE audit_entry SET header = CAST(X'FF' AS TEXT) WHERE idx = 42", 42, 'columns|header'],
    [
      'header in a tile',
      `UPDATE audit_entry SET ${header('"o":null', '"o":"x"')}, customer_id = 'x' WHERE idx = 51`,
      51,
      'tile',
    ],
    ['deleted entry', 'DELETE FROM audit_entry WHERE idx = 300', 300, 'index'],
    ['deleted tail', 'DELETE FROM audit_entry WHERE idx > 500; UPDATE audit_head SET size = 501', 501, 'short'],
    ['deleted payload', 'DELETE FROM audit_payload WHERE idx = 17', 17, 'erasure'],
    [
      'forged erasure',
      'DELETE FROM audit_payload WHERE idx = 16; INSERT INTO audit_erasure VALUES (16, 37)',
      16,
      'erasure',
    ],
    ['deleted erasure', 'DELETE FROM audit_erasure WHERE idx = 27', 27, 'erasure'],
    ['moved erasure', 'UPDATE audit_erasure SET idx = 3 WHERE idx = 4', 3, 'erasure'],
    ['erasure by no entry', 'UPDATE audit_erasure SET by_idx = by_idx + 0.5 WHERE idx = 4', 4, 'erasure'],
    [
      'content with half a number for its record',
      'DELETE FROM audit_payload WHERE idx = 16; INSERT INTO audit_erasure VALUES (16, 37.5)',
      16,
      'erasure',
    ],
    ['erasing header', 'UPDATE audit_entry SET header = upper(header) WHERE idx = 14', 14, 'header'],
    ['erasing action', `UPDATE audit_entry SET ${header('entries.', 'Entries.')} WHERE idx = 14`, 14, 'columns'],
    ['erasing entry', 'DELETE FROM audit_entry WHERE idx = 14', 14, 'index'],
    ['erasing content', 'DELETE FROM audit_payload WHERE idx = 14', 14, 'erasure'],
    ['stray payload', "INSERT INTO audit_payload VALUES (5000, 'x', 'y')", 5000, 'stray'],
    ['stray erasure', 'INSERT INTO audit_erasure VALUES (-5, 1)', -5, 'stray'],
    ['tile', "UPDATE audit_tile SET hashes = 'AAAA' || substr(hashes, 5) WHERE n = 1", 256, 'tile'],
    ['cut tile', 'UPDATE audit_tile SET hashes = substr(hashes, 5) WHERE n = 1', null, 'tile'],
    ['deleted tile', 'DELETE FROM audit_tile WHERE n = 0', null, 'tile'],
    ['moved tile', 'UPDATE audit_tile SET n = 7 WHERE n = 1', null, 'tile'],
    ['tile of another level', 'UPDATE audit_tile SET level = 3 WHERE n = 1', null, 'tile'],
    ['checkpoint size', 'UPDATE audit_checkpoint SET size = 101 WHERE size = 100', null, 'checkpoint'],
    ['checkpoint', "UPDATE audit_checkpoint SET note = note || ' ' WHERE size = 100", null, 'checkpoint'],
    ['head', 'UPDATE audit_head SET size = 599', 598, 'short'],
    ['frontier', "UPDATE audit_head SET frontier = replace(frontier, '598:', '598: ')", null, 'head'],
    ['deleted head', 'DELETE FROM audit_head', null, 'head'],
    ['origin', "UPDATE log_identity SET origin = 'keybook/other'", null, 'key'],
    ['deleted identity', 'DELETE FROM log_identity', null, 'key'],
  ])('L9: an attack on a %s is found', (name, sql, idx, code) => {
    const { firstBad, status } = verify(attacked(name, sql));
    expect({ idx: firstBad?.idx, status }).toEqual({ idx, status: 1 });
    expect(firstBad?.code).toMatch(new RegExp(`^(${code})$`));
  });

  test('L9: what still lies in the write-ahead log is read too', () => {
    const file = attacked('wal', 'DELETE FROM audit_checkpoint WHERE size = 100');
    const open = new DatabaseSync(file);
    open.exec('PRAGMA wal_autocheckpoint = 0; DELETE FROM audit_entry WHERE idx = 7');
    expect(verify(file).firstBad?.idx).toBe(7);
    open.close();
  });

  test.each([
    [
      'a computed column',
      `CREATE TABLE x (idx integer PRIMARY KEY, salt TEXT NOT NULL, kept TEXT, body TEXT AS (CASE WHEN
         strftime('%I', '2026-01-01') IS NULL THEN 'forged' ELSE kept END)); INSERT INTO x (idx, salt, kept)
         SELECT idx, salt, body FROM audit_payload; DROP TABLE audit_payload; ALTER TABLE x RENAME TO audit_payload`,
      'the column "body" of audit_payload is computed, not stored',
    ],
    [
      'a computed column that is stored',
      `CREATE TABLE x (level integer NOT NULL, n integer NOT NULL, kept TEXT, hashes TEXT AS (kept) STORED);
         INSERT INTO x (level, n, kept) SELECT * FROM audit_tile; DROP TABLE audit_tile; ALTER TABLE x RENAME TO audit_tile`,
      'the column "hashes" of audit_tile is computed, not stored',
    ],
    [
      'a column more',
      'ALTER TABLE audit_payload ADD COLUMN b\u043Edy TEXT',
      'audit_payload has a column "b\u043Edy" that is not Keybook\'s',
    ],
    [
      'a default',
      `CREATE TABLE x (idx integer PRIMARY KEY, by_idx integer DEFAULT TRUE); INSERT INTO x SELECT * FROM audit_erasure;
         DROP TABLE audit_erasure; ALTER TABLE x RENAME TO audit_erasure`,
      'audit_erasure is made with "DEFAULT", which is not how Keybook makes it',
    ],
    [
      'a column of another type',
      `CREATE TABLE x (size integer PRIMARY KEY, note NUMERIC); INSERT INTO x SELECT * FROM audit_checkpoint;
         DROP TABLE audit_checkpoint; ALTER TABLE x RENAME TO audit_checkpoint`,
      'the column "note" of audit_checkpoint is of another type than TEXT',
    ],
    [
      'a column that is missing',
      'ALTER TABLE audit_entry DROP COLUMN actor_id',
      'audit_entry lacks its column actor_id',
    ],
    [
      'rows without their ids',
      `CREATE TABLE x (idx integer PRIMARY KEY, salt TEXT, body TEXT) WITHOUT ROWID; INSERT INTO x SELECT * FROM audit_payload;
         DROP TABLE audit_payload; ALTER TABLE x RENAME TO audit_payload`,
      'audit_payload is no table as Keybook makes it',
    ],
    [
      'a module that makes its rows up',
      `CREATE VIRTUAL TABLE x USING fts5(idx, salt, body); DROP TABLE audit_payload; ALTER TABLE x RENAME TO audit_payload`,
      'audit_payload is no table as Keybook makes it',
    ],
    [
      'a second identity',
      `INSERT INTO log_identity SELECT 2, origin, public_key FROM log_identity`,
      'log_identity has 2 rows, and should have one',
    ],
    [
      'a second head',
      'INSERT INTO audit_head SELECT 0, 1, frontier FROM audit_head',
      'audit_head has 2 rows, and should have one',
    ],
  ])('L9: %s is found before anything is read', (name, sql, problem) => {
    const { firstBad, problems, status } = verify(attacked(name, sql), '--key', signer.publicKey);
    expect(problems).toContainEqual({ idx: null, code: 'file', detail: problem });
    expect(problems.filter(({ code }) => code !== 'file')).toEqual([]);
    expect({ code: firstBad?.code, status }).toEqual({ code: 'file', status: 1 });
  });

  test('L9: a table that is only a view of something else is refused', () => {
    const file = attacked('view', 'ALTER TABLE audit_tile RENAME TO x; CREATE VIEW audit_tile AS SELECT * FROM x');
    expect(run(file)).toMatchObject({ status: 2, stderr: expect.stringContaining('audit_tile') });
  });

  test('L9: a database of something else is refused', () => {
    const file = join(folder, 'other.db');
    new DatabaseSync(file).exec('CREATE TABLE a (b)');
    expect(run(file)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('no Keybook database') });
  });
});

describe('L9: the single-file verifier as a part of another program', () => {
  const node = (...args: string[]) => spawnSync(process.execPath, args, { encoding: 'utf8' });
  const url = JSON.stringify(pathToFileURL(verifier).href);

  test('L9: says and does nothing by itself', () => {
    const script = join(folder, 'part.mjs');
    writeFileSync(script, `await import(${url});`);
    for (const args of [[script], ['--input-type=module', '--eval', `await import(${url});`]])
      expect(node(...args)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  test('L9: answers as it does on the command line, and rejects what is no log', async () => {
    const script = join(folder, 'asks.mjs');
    writeFileSync(
      script,
      `const { verifyFile } = await import(${url});
       process.stdout.write(JSON.stringify(await verifyFile(process.argv[2])));`,
    );
    expect(JSON.parse(node(script, whole).stdout)).toEqual(JSON.parse(run(whole, '--json').stdout));
    expect(node(script, script).stderr).toContain('is no database, no export and no evidence of Keybook');
  });

  test('L9: is a program under another name, and through standard input', () => {
    const link = join(folder, 'link.mjs');
    symlinkSync(verifier, link);
    expect(node(link, whole).stdout).toContain('\nOK ');
    expect(node('--preserve-symlinks-main', link, whole).stdout).toContain('\nOK ');
    const piped = spawnSync(process.execPath, ['--input-type=module', '-', whole], {
      input: readFileSync(verifier),
      encoding: 'utf8',
    });
    expect(piped.stdout).toContain('\nOK ');
  });
});

describe('L9: the single-file verifier on an export', () => {
  const lines = writeExport(log).trimEnd().split('\n');
  const written = (name: string, changed: string[], end = '\n') => {
    const file = join(folder, `${name}.jsonl`);
    writeFileSync(file, changed.join('\n') + end);
    return file;
  };

  test('L9: checkpoints may stand anywhere between the entries, and the last line may lack its end', () => {
    const isCheckpoint = (line: string) => line.startsWith('{"checkpoint"');
    const entries = lines.filter((line) => !isCheckpoint(line));
    const mixed = entries.toSpliced(40, 0, ...lines.filter(isCheckpoint).toReversed());
    const result = verify(written('mixed', mixed, ''));
    expect(result).toMatchObject({ ok: true, size: 598, checkpointsVerified: 3 });
  });

  test.each([
    ['a line that is none', [...lines.slice(0, 9), 'what?', ...lines.slice(9)], 'format', null],
    ['an empty line', [...lines.slice(0, 9), '', ...lines.slice(9)], 'format', null],
    ['something after the end', [...lines, lines.at(-1) ?? ''], 'format', null],
    ['something beside an entry', lines.with(3, (lines[3] ?? '').replace('"idx"', '"said":"x","idx"')), 'index', 2],
    ['another size at its start', lines.with(0, (lines[0] ?? '').replace('"size":598', '"size":9')), 'format', null],
    ['no end', lines.slice(0, -1), 'head', null],
    ['half a surrogate pair', lines.with(3, (lines[3] ?? '').replace('Süd', '\\ud800')), 'index', 2],
  ])('L9: an export with %s is not accepted', (name, changed, code, idx) => {
    expect(verify(written(name, changed))).toMatchObject({ ok: false, status: 1, firstBad: { idx, code } });
  });

  test('L9: an export with bytes that are no text is not accepted', () => {
    const file = written('bytes', lines);
    appendFileSync(file, Buffer.from([0xff, 0x0a]));
    expect(verify(file)).toMatchObject({ ok: false, firstBad: { code: 'format' } });
    const bytes = readFileSync(written('bytes-inside', lines));
    bytes[bytes.indexOf('Nordwerk') + 2] = 0xff;
    writeFileSync(file, bytes);
    expect(verify(file)).toMatchObject({ ok: false, firstBad: { idx: 0, code: 'index' } });
  });

  test('L9: an export of another version is refused', () => {
    const file = written('version', lines.with(0, (lines[0] ?? '').replace('"keybookExport":1', '"keybookExport":2')));
    expect(run(file)).toMatchObject({ status: 2, stdout: '' });
  });
});
