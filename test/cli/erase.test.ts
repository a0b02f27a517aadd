import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { ask, install, keybook, serve } from '../harness/process.ts';

const mark = 'Traceofwhatwasdeleted';

/** Leaves in the file what an earlier version did: rows deleted without overwriting them. */
function leaveTraces(file: string): void {
  const db = new SqliteFile(file);
  db.pragma('secure_delete = OFF');
  db.pragma('user_version = 0');
  const insert = db.prepare('insert into throttle (bucket, failures, last_at, blocked_until) values (?, 1, ?, ?)');
  for (let i = 0; i < 200; i += 1) insert.run(`${mark}${i}`, '2020-01-01T00:00:00.000Z', mark.repeat(20));
  db.exec(`delete from throttle where bucket like '${mark}%'`);
  db.close();
}

const has = (file: string): boolean => readFileSync(file, 'latin1').includes(mark);

describe('what an earlier version left in the file', () => {
  it('S20: the next start writes the file anew, once; doctor says so, and names older copies', async () => {
    const { server, env } = await install();
    const file = join(env.DATA_DIR ?? '', 'keybook.db');
    const key = { licenseKey: 'AAAAA-BBBBB-CCCCC-DDDDD-11111', keyType: 'permanent', productName: 'Office' };
    const { body } = await ask({ env }, 'POST', '/keys', key);
    await ask({ env }, 'DELETE', `/keys/${body.id}`);
    await server.end();
    leaveTraces(file);
    expect(has(file)).toBe(true);
    mkdirSync(join(env.DATA_DIR ?? '', 'backups'), { recursive: true });
    const old = join(env.DATA_DIR ?? '', 'backups', 'before-0002-views-20200101.db');
    writeFileSync(old, '');
    utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'));

    const ill = await keybook(['doctor'], env);
    expect(ill.stdout).toMatch(/^BAD {2}erased content: what version 0\.1\.0 deleted may still stand in the file/m);
    expect(ill.stdout).toMatch(/older copies: .*backups\/before-0002-views-20200101\.db .*before 1 erasure\)/);

    const again = await serve(env);
    expect(has(file)).toBe(false);
    expect((await keybook(['doctor'], env)).stdout).toMatch(/^ok {3}erased content: overwritten in the file/m);
    expect(await keybook(['erase'], env)).toMatchObject({ status: 1 });
    await again.end();
  });

  it('S20: keybook erase writes the file anew while no server runs', async () => {
    const { server, env } = await install();
    const file = join(env.DATA_DIR ?? '', 'keybook.db');
    await server.end();
    leaveTraces(file);
    expect(await keybook(['erase'], env)).toMatchObject({ status: 0 });
    expect(has(file)).toBe(false);
    expect((await keybook(['audit', 'verify'], env)).status).toBe(0);
  });
});
