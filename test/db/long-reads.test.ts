import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { databaseFault } from '../../src/db/faults.ts';
import { LongReads } from '../../src/db/long-reads.ts';
import { longRead, presentLongRead, withPatience } from '../../src/db/patience.ts';

/** Minutes of counting, by a statement that answers once, at its end. */
const endless =
  'with recursive c(n) as (select 1 union all select n + 1 from c where n < 3000000000) select count(*) from c';
const quick = 'select n, name from thing order by n';
const gone = new Error('gone');

describe('reads of the embedded file beside the server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keybook-test-'));
  const file = join(folder, 'things.db');
  const writer = new SqliteFile(file);
  writer.pragma('journal_mode = WAL');
  writer.exec('create table thing (n integer, name text, bytes blob)');
  writer.exec(`insert into thing values (1, 'Ü•', x'00ff'), (2, null, null)`);
  const reads = new LongReads(file);
  const askerOf = (id: string, signal = new AbortController().signal) => ({
    id,
    request: { signal },
    gone: () => gone,
  });
  const read = (sql: string, { ms = 60_000, asker = askerOf('ada'), parameters = [] as unknown[] } = {}) =>
    reads.read({ sql, parameters }, { ms, asker });
  afterEach(() => reads.end());
  afterAll(() => {
    writer.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('S2: answers the rows as they are, with values of every kind', async () => {
    expect(await read(quick)).toEqual([
      { n: 1, name: 'Ü•' },
      { n: 2, name: null },
    ]);
    const values = { parameters: ['a', 1.5] };
    const [row] = (await read('select bytes, ? as text, ? as number from thing where n = 1', values)) ?? [];
    expect(row).toMatchObject({ text: 'a', number: 1.5 });
    expect(Buffer.from(row?.bytes as Uint8Array).toString('hex')).toBe('00ff');
    expect(await read('select * from thing where n = 9')).toEqual([]);
  });

  it('S2: a read sees every commit before it', async () => {
    for (let n = 100; n < 150; n += 1) {
      writer.prepare('insert into thing values (?, ?, null)').run(n, 'later');
      expect(await read('select max(n) as n from thing')).toEqual([{ n }]);
    }
  });

  it('S2: ends a statement that takes too long, and reads on', async () => {
    await expect(read(endless, { ms: 50 })).rejects.toMatchObject({
      code: 'took_too_long',
      message: expect.stringContaining('0.05 seconds'),
    });
    expect(await read('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('S2: ends a statement whose client has gone, running or waiting', async () => {
    const leaving = new AbortController();
    const left = [1, 2, 3].map(() => read(endless, { asker: askerOf('ada', leaving.signal) }));
    const all = Promise.allSettled(left);
    leaving.abort();
    expect((await all).map((one) => one.status === 'rejected' && one.reason)).toEqual([gone, gone, gone]);
    await expect(read(endless, { asker: askerOf('ada', leaving.signal) })).rejects.toBe(gone);
    expect(await read('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('S2: two are read at a time, and whoever has nothing running goes before who has', async () => {
    // Of these none ever ends by itself: while one of them stood before Tom, he would get no answer.
    const leaving = [1, 2, 3, 4].map(() => new AbortController());
    const byAda = Promise.allSettled(leaving.map(({ signal }) => read(endless, { asker: askerOf('ada', signal) })));
    const byTom = read('select 1 as one', { asker: askerOf('tom') });
    leaving[0]?.abort();
    expect(await byTom).toEqual([{ one: 1 }]);
    for (const one of leaving) one.abort();
    expect((await byAda).map((one) => one.status === 'rejected' && one.reason)).toEqual([gone, gone, gone, gone]);
  });

  it('S2: nothing is written, and what SQLite says of a fault is known', async () => {
    const write = read('delete from thing returning n').catch((error) => error);
    expect(databaseFault(await write)).toEqual({ kind: 'readonly' });
    await expect(read('select * from nothing')).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    const missing = new LongReads(join(folder, 'missing.db'));
    const opened = missing.read({ sql: 'select 1', parameters: [] }, { ms: 60_000, asker: undefined });
    expect(databaseFault(await opened.catch((error) => error))).toEqual({ kind: 'gone' });
    await missing.end();
    expect(readdirSync(folder)).not.toContain('missing.db');
  });

  it('S2: where the system starts no process, it says that nobody has read', async () => {
    const { execPath } = process;
    process.execPath = join(folder, 'no-such-program');
    try {
      expect(await read(quick)).toBeUndefined();
    } finally {
      process.execPath = execPath;
    }
    expect(await read(quick)).toHaveLength(52);
  });

  it('S2: a command on the server’s machine, which serves nobody else, reads for itself', () => {
    const patient = () => presentLongRead()?.ms;
    expect(longRead('list', patient)).toBe(10_000);
    expect(withPatience('work', () => longRead('list', patient))).toBe(10_000);
    expect(withPatience('upkeep', () => longRead('list', patient))).toBeUndefined();
  });

  it('S2: a log can be emptied beside it, and an end breaks off what is read', async () => {
    await read('select 1');
    expect(writer.pragma('wal_checkpoint(TRUNCATE)')).toMatchObject([{ busy: 0 }]);
    const broken = read(endless).catch((error) => error);
    await reads.end();
    expect(await broken).toMatchObject({ code: 'busy' });
  });
});
