import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportLog } from '../../src/server/audit/export-log.ts';
import { verifyDatabase } from '../../src/server/audit/log-source.ts';
import { runExpiryJob } from '../../src/server/jobs/expiry.ts';
import { correctClock } from '../../src/server/upkeep/correct-clock.ts';
import { addKey, subscription } from '../harness/arrange.ts';
import { recordedOf } from '../harness/recorded.ts';
import { temporaryFolder, verifyApart } from '../harness/single-file-verifier.ts';
import { engines, newWorld } from '../harness/world.ts';

const now = '2026-11-21T09:00:00.000Z';
const then = '2029-11-21T09:00:00.000Z';

describe.each(engines)('correcting the time of the log on %s', async (engine) => {
  const world = await newWorld(engine);
  const folder = temporaryFolder();

  it('R2: the entry names both times, what follows bears the true one, and both verifiers tell it', async () => {
    const { id } = await addKey(world, subscription('2027-06-01'));
    world.clock.set(then);
    await runExpiryJob(world.app);
    world.clock.set(now);
    expect(await correctClock(world.app, 'A wrong clock')).toEqual({ from: then, to: now });
    world.clock.set('2026-11-21T09:05:00.000Z');
    await world.admin('PATCH', `/keys/${id}`, { remarks: 'Later' }, { 'if-match': '*' });
    const { items } = (await world.admin('GET', `/audit?keyId=${id}`)).body;
    expect(items.map(({ at }: { at: string }) => at).sort()).toEqual([now, '2026-11-21T09:05:00.000Z', then]);
    expect(await recordedOf(world, 'log:clock')).toMatchObject([
      { details: { from: then, to: now, reason: 'A wrong clock' } },
    ]);
    const told = expect.stringMatching(new RegExp(`^entry \\d+ set the log's time from ${then} to ${now}$`));
    const here = await verifyDatabase(world.database, {});
    expect([here.ok, here.warnings]).toEqual([true, expect.arrayContaining([told])]);
    const lines: string[] = [];
    for await (const line of exportLog(world.database)) lines.push(line);
    const apart = verifyApart(join(folder, 'log.jsonl'), { text: lines.join('') });
    expect([apart.ok, apart.warnings]).toEqual([true, here.warnings]);
    await expect(correctClock(world.app, 'Again')).rejects.toMatchObject({ code: 'clock_unsure' });
  });

  it('R2: evidence of a period holds what lies between its first and last entry, and passes', async () => {
    const { items } = (await world.admin('GET', '/audit?action=key.created')).body;
    const keyId = items[0].keyId;
    const period = { from: '2026-11-21', to: '2026-11-21' };
    const evidence = await world.admin('POST', '/audit/export', { keyId, ...period });
    expect(evidence.status).toBe(200);
    expect(evidence.body.entries).toHaveLength(3);
    const verdict = verifyApart(join(folder, 'evidence.json'), { text: JSON.stringify(evidence.body) });
    expect([verdict.ok, verdict.problems]).toEqual([true, []]);
  });

  it('R2: keys recorded before their end are recorded again, also where no leap of the log tells so', async () => {
    const { id } = await addKey(world, subscription('2026-12-05'));
    world.clock.set('2026-12-10T09:00:00.000Z');
    await runExpiryJob(world.app);
    world.clock.set('2026-11-22T09:00:00.000Z');
    await correctClock(world.app, 'Three weeks ahead');
    const expired = async () => (await recordedOf(world, `key:${id}`)).filter(({ action }) => action === 'key.expired');
    for (const [day, times] of [
      ['2026-12-05', 1],
      ['2026-12-06', 2],
      ['2026-12-07', 2],
    ] as const) {
      world.clock.set(`${day}T12:00:00.000Z`);
      await runExpiryJob(world.app);
      expect([day, (await expired()).length]).toEqual([day, times]);
    }
  });
});
