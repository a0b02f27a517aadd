import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runExpiryJob } from '../../src/server/jobs/expiry.ts';
import type { Orders } from '../harness/expiry-process.ts';
import { locationOf } from '../harness/location.ts';
import { seedKeys } from '../harness/seed.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

const endingOn = (validity_end: string) => ({ key_type: 'subscription' as const, validity_end });

type Entry = { key_id: string | null; actor_id: string; details: Record<string, unknown> };

async function entriesOf({ database }: World, action: string): Promise<Entry[]> {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.key_id', 'e.actor_id', 'p.body'])
    .where('e.action', '=', action)
    .orderBy('e.idx')
    .execute();
  return rows.map(({ body, ...row }) => ({ ...row, details: JSON.parse(body) }));
}

async function expiredKeys(world: World): Promise<(string | null)[]> {
  return (await entriesOf(world, 'key.expired')).map((entry) => entry.key_id);
}

describe.each(engines)('the expiry job on %s', async (engine) => {
  const world = await newWorld(engine);
  const technician = await world.tokenFor('technician');
  const limited = await world.tokenFor('auditor', [world.houseId]);

  it('C2, L6: records a key whose validity has ended, once, with the system as user though an administrator started it', async () => {
    const [id] = await seedKeys(world, 1, () => endingOn('2026-11-20'));
    const run = await world.admin('POST', '/expiry-runs');
    expect(run.status).toBe(201);
    expect(run.body).toMatchObject({ day: '2026-11-21', expired: 1, actor: { id: world.adminId, name: 'Ada Admin' } });
    expect((await world.admin('POST', '/expiry-runs')).body).toMatchObject({ expired: 0 });
    expect(await entriesOf(world, 'key.expired')).toMatchObject([
      {
        key_id: id,
        actor_id: 'system',
        details: {
          validityEnd: '2026-11-20',
          inUse: false,
          startedBy: { name: 'Ada Admin' },
          actor: { name: 'System' },
        },
      },
    ]);
    expect(await entriesOf(world, 'expiry.completed')).toMatchObject([
      { actor_id: 'system', details: { day: '2026-11-21', expired: 1, startedBy: { id: world.adminId } } },
      { actor_id: 'system', details: { day: '2026-11-21', expired: 0 } },
    ]);
  });

  it('C1, C4: leaves out keys that end today, are permanent or are revoked', async () => {
    const before = await expiredKeys(world);
    await seedKeys(world, 3, (i) =>
      i === 0
        ? endingOn('2026-11-21')
        : i === 1
          ? {}
          : { ...endingOn('2026-01-01'), revoked_at: '2026-02-01T00:00:00.000Z' },
    );
    await world.admin('POST', '/expiry-runs');
    expect(await expiredKeys(world)).toEqual(before);
  });

  it("C4: the day ends at midnight in the organisation's time zone, not in UTC", async () => {
    const [id] = await seedKeys(world, 1, () => endingOn('2026-11-21'));
    world.clock.set('2026-11-21T22:59:59.999Z');
    await runExpiryJob(world.app);
    expect(await expiredKeys(world)).not.toContain(id);
    world.clock.set('2026-11-21T23:00:00.000Z');
    await runExpiryJob(world.app);
    expect(await expiredKeys(world)).toContain(id);
  });

  it('C2: records a key again when its later end has passed as well', async () => {
    const [id = ''] = await seedKeys(world, 1, () => endingOn('2026-10-01'));
    await runExpiryJob(world.app);
    await world.database.transaction(async (tx) => {
      await tx.updateTable('key').set({ validity_end: '2026-11-01' }).where('id', '=', id).execute();
    });
    await runExpiryJob(world.app);
    await runExpiryJob(world.app);
    const ends = (await entriesOf(world, 'key.expired')).filter((entry) => entry.key_id === id);
    expect(ends.map((entry) => entry.details.validityEnd)).toEqual(['2026-10-01', '2026-11-01']);
  });

  it('C2: an end that was recorded is not recorded again, where a key goes back to it', async () => {
    const [id = ''] = await seedKeys(world, 1, () => endingOn('2026-10-01'));
    for (const validityEnd of ['2026-09-01', '2026-10-01', '2026-09-15', '2026-10-01']) {
      await runExpiryJob(world.app);
      const { status } = await world.admin('PATCH', `/keys/${id}`, { validityEnd }, { 'if-match': '*' });
      expect(status).toBe(200);
    }
    await world.admin('PATCH', `/keys/${id}`, { validityEnd: '2026-09-01' }, { 'if-match': '*' });
    await world.admin('POST', `/keys/${id}/renewal`, { validityEnd: '2026-09-15' });
    await runExpiryJob(world.app);
    const ends = (await entriesOf(world, 'key.expired')).filter((entry) => entry.key_id === id);
    expect(ends.map((entry) => entry.details.validityEnd)).toEqual(['2026-10-01', '2026-09-01', '2026-09-15']);
  });

  it('C3: a key that expires in use keeps its assignment and is reported as expired in use', async () => {
    const [id = ''] = await seedKeys(world, 1, () => ({ ...endingOn('2026-12-01'), seats: 2 }));
    await world.admin('POST', `/keys/${id}/assignments`, { userName: 'Anna Berg' });
    world.clock.set('2026-12-02T09:00:00.000Z');
    await runExpiryJob(world.app);
    const entry = (await entriesOf(world, 'key.expired')).find((one) => one.key_id === id);
    expect(entry?.details).toMatchObject({ inUse: true, seatsTaken: 1 });
    const key = await world.admin('GET', `/keys/${id}`);
    expect(key.body).toMatchObject({ status: 'expired', inUse: true, assignments: [{ userName: 'Anna Berg' }] });
  });

  it('C2: a repeated request with the same Idempotency-Key is answered with the same run', async () => {
    world.clock.set('2026-12-02T09:01:00.000Z');
    const headers = { 'idempotency-key': 'expire-once' };
    const first = await world.admin('POST', '/expiry-runs', undefined, headers);
    const second = await world.admin('POST', '/expiry-runs', undefined, headers);
    expect(second.body).toEqual(first.body);
    const { items } = (await world.admin('GET', '/expiry-runs')).body;
    expect(items[0]).toEqual(first.body);
    expect(items.filter((run: { id: string }) => run.id === first.body.id)).toHaveLength(1);
  });

  it('P1, P2: a technician cannot run it; who is limited to some customers learns no total', async () => {
    expect((await technician('POST', '/expiry-runs')).status).toBe(403);
    expect((await technician('GET', '/expiry-runs')).status).toBe(403);
    const { items } = (await limited('GET', '/expiry-runs')).body;
    expect(new Set(items.map((run: { expired: number | null }) => run.expired))).toEqual(new Set([null]));
  });
});

describe.each(engines)('the expiry job in trouble on %s', async (engine) => {
  const world = await newWorld(engine);

  it('C2: several servers at once have one effect', async () => {
    const ids = await seedKeys(world, 1100, (i) => endingOn(`2025-${String((i % 12) + 1).padStart(2, '0')}-11`));
    await Promise.all([world.app, world.app, world.app].map((app) => runExpiryJob(app)));
    expect((await expiredKeys(world)).sort()).toEqual(ids.sort());
    ids.push(...(await seedKeys(world, 1100, () => endingOn('2025-12-12'))));
    const orders = await ordersFor(world);
    expect(await Promise.all([1, 2, 3].map(() => runProcess(orders)))).toEqual([null, null, null]);
    expect((await expiredKeys(world)).sort()).toEqual(ids.sort());
    const { items } = (await world.admin('GET', '/expiry-runs')).body;
    expect(items).toHaveLength(6);
    expect(items.reduce((sum: number, run: { expired: number }) => sum + run.expired, 0)).toBe(2200);
  });

  it('C2: survives a crash in the middle: the next run goes on, and each key is recorded once', async () => {
    const before = await expiredKeys(world);
    const ids = await seedKeys(world, 1200, () => endingOn('2026-05-05'));
    expect(await runProcess({ ...(await ordersFor(world)), dieAtEntry: 1100 })).toBe('SIGKILL');
    expect(await expiredKeys(world)).toHaveLength(before.length + 1000);
    expect((await world.admin('GET', '/expiry-runs')).body.items).toHaveLength(6);
    const { body } = await world.admin('POST', '/expiry-runs');
    expect(body.expired).toBe(200);
    expect((await expiredKeys(world)).sort()).toEqual([...before, ...ids].sort());
  });

  it('C2: goes by the clock while that is behind the log, the earlier of the two', async () => {
    const ids = await seedKeys(world, 2, (i) => endingOn(i === 0 ? '2026-06-06' : '2026-11-19'));
    world.clock.set('2026-11-19T08:00:00.000Z');
    expect((await world.admin('POST', '/expiry-runs')).body).toMatchObject({ day: '2026-11-19', expired: 1 });
    expect((await expiredKeys(world)).filter((id) => ids.includes(id ?? ''))).toEqual([ids[0]]);
  });
});

async function ordersFor(world: World): Promise<Orders> {
  return { location: await locationOf(world), dataDir: world.dataDir, now: world.clock.now().toISOString() };
}

/** Runs the job in a process of its own; answers the signal that ended it, null where it came to its end. */
async function runProcess(orders: Orders): Promise<string | null> {
  const program = fileURLToPath(new URL('../harness/expiry-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program, JSON.stringify(orders)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status, signal] = await once(child, 'exit');
  if (status !== 0 && signal === null) throw new Error(`the process ended with ${status}`);
  return signal;
}
