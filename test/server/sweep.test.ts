import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { sweepOnce } from '../../src/server/erasure/sweep.ts';
import { examine } from '../../src/server/upkeep/doctor.ts';
import { newWorld } from '../harness/world.ts';

it('S20: without the room for it the file stays as it is, and what is missing is said; with it, once', async () => {
  const { app, database, dataDir } = await newWorld('sqlite');
  const sweep = (free: number) => sweepOnce(app.config, database, () => free);
  expect(await sweep(0)).toBe('was clean');
  await sql`pragma user_version = 0`.execute(database.admin);
  const size = statSync(join(dataDir, 'keybook.db')).size;
  const short = await sweep(size);
  expect(short).toMatchObject({ free: size, needed: expect.any(Number) });
  const found = (await examine(app, false)).find(({ name }) => name === 'erased content');
  expect(found).toMatchObject({ ok: false, detail: expect.stringMatching(/Have \d+ MiB free, .*keybook erase/) });
  expect(await sweep(1e12)).toBe('done');
  expect(await sweep(1e12)).toBe('was clean');
  expect((await examine(app, false)).find(({ name }) => name === 'erased content')).toMatchObject({ ok: true });
});
