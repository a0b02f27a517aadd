import { expect, it } from 'vitest';
import { atEnd } from '../harness/at-end.ts';
import { startPrivatePostgres, startStandby } from '../harness/postgres.ts';
import { ask, install, keybook, newFolder, read, serve } from '../harness/process.ts';
import { requireOnce, startWriters } from '../harness/writers.ts';

const aWhile = { timeout: 30_000 };

it('R12: a standby is promoted after its primary is killed: both servers go on, and nothing acknowledged is lost', async () => {
  const primary = await startPrivatePostgres();
  atEnd(primary.stop);
  const url = await primary.createDatabase();
  const standby = await startStandby(primary);
  atEnd(standby.stop);
  // The standby first: it answers, and is passed over.
  const DATABASE_URL = url.replace(`host=${primary.folder}`, `host=${standby.folder},${primary.folder}`);
  const installation = await install({ DATABASE_URL });
  const masterKey = `${installation.env.DATA_DIR}/secrets/master.key`;
  const second = await serve({ ...installation.env, DATA_DIR: newFolder(), MASTER_KEY_FILE: masterKey });
  const other = { server: second, env: { ...installation.env, KEYBOOK_URL: second.url } };
  const loads = [startWriters(installation, 'ONE', 4), startWriters(other, 'TWO', 4)];
  const acknowledged = () => loads.map((load) => load.acknowledged());
  await expect.poll(() => Math.min(...acknowledged()), aWhile).toBeGreaterThan(10);

  await primary.end('SIGKILL');
  const ready = await read(`${installation.server.url}/readyz`);
  expect(ready).toMatchObject({ status: 503, body: { ready: false } });
  await standby.promote();
  const before = acknowledged();
  await expect.poll(() => acknowledged().every((count, i) => count > (before[i] ?? 0) + 10), aWhile).toBe(true);
  for (const load of loads) await load.finish();
  const refused = loads.flatMap((load) => load.refused);
  expect(refused.filter(({ status, retryAfter }) => status !== 503 || !(Number(retryAfter) > 0))).toEqual([]);
  await requireOnce(
    installation,
    acknowledged().reduce((sum, count) => sum + count, 0),
  );
  for (const server of [installation.server, second])
    await expect.poll(async () => (await read(`${server.url}/readyz`)).status, aWhile).toBe(200);
  expect((await ask(other, 'GET', '/audit?action=key.created&limit=1')).status).toBe(200);
  expect(await keybook(['expire'], installation.env)).toMatchObject({ status: 0 });
});
