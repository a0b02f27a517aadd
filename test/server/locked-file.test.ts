import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { keybook } from '../harness/process.ts';
import { newWorld } from '../harness/world.ts';

const program = fileURLToPath(new URL('../harness/lock-holder.js', import.meta.url));

describe('another process holds the write lock of the embedded file', async () => {
  const world = await newWorld('sqlite');
  const file = join(world.dataDir, 'keybook.db');
  let holder: ChildProcessWithoutNullStreams | undefined;

  const hold = async (): Promise<void> => {
    holder = spawn(process.execPath, [program, file]);
    await once(holder.stdout, 'data');
  };
  const release = async (): Promise<void> => {
    if (!holder) return;
    const ended = once(holder, 'close');
    holder.stdin.end();
    await ended;
    holder = undefined;
  };
  afterEach(release);
  const key = (name: string) => ({ licenseKey: name, productName: 'Atlas', keyType: 'permanent' });

  it('R6: others are answered while writes wait, and each write is answered when the lock is free', async () => {
    await hold();
    let isWritten = false;
    const writes = [1, 2, 3].map((i) => world.admin('POST', '/keys', key(`LOCKED-${i}`)));
    void Promise.any(writes).then(() => {
      isWritten = true;
    });
    let answered = 0;
    for (let i = 0; i < 20 && !isWritten; i += 1) {
      expect((await world.admin('GET', '/keys')).status).toBe(200);
      if (!isWritten) answered += 1;
    }
    await release();
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(answered).toBe(20);
  });

  it('R6: a write that waits too long answers that the database is busy, when to come again, and has done nothing', async () => {
    const before = (await world.admin('GET', '/keys')).body.total;
    await hold();
    const refused = await world.admin('POST', '/keys', key('LOCKED-FOR-LONG'));
    expect(refused).toMatchObject({ status: 503, body: { code: 'busy' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    await release();
    expect((await world.admin('GET', '/keys')).body.total).toBe(before);
    expect((await world.admin('POST', '/keys', key('LOCKED-FOR-LONG'))).status).toBe(201);
  });

  it('R6: a command beside a running server waits for the lock as well', async () => {
    await hold();
    const made = keybook(['token', 'create', '--user', 'ada@nordwind.example'], { DATA_DIR: world.dataDir });
    // It is there once it waits: its start takes longer than a moment.
    let isMade = false;
    void made.then(() => {
      isMade = true;
    });
    for (let i = 0; i < 20; i += 1) expect((await world.admin('GET', '/keys')).status).toBe(200);
    expect(isMade).toBe(false);
    await release();
    expect(await made).toMatchObject({ status: 0, stderr: expect.not.stringContaining('busy') });
  });
});
