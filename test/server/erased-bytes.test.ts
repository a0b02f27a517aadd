import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { compareSchema } from '../../src/db/compare-schema.ts';
import { operations } from '../../src/server/http/operations.ts';
import { newSchedule } from '../../src/server/schedule.ts';
import { makeBackup } from '../../src/server/upkeep/backup.ts';
import { addPerson, send } from '../harness/actors.ts';
import { addKey, addUnit, applyTo, freshLicenseKey, subscription } from '../harness/arrange.ts';
import { emptyWorld, newWorld, type World } from '../harness/world.ts';

const any = { 'if-match': '*' };
const count = 45;

/** A text that stands nowhere by chance. */
const mark = (what: string, i: number): string => `Traceof${what}${String(i).padStart(3, '0')}x`;

/** The bytes of every file below DATA_DIR that the database has: all but the secrets, which hold no records. */
function filesOf(world: World): [name: string, bytes: Buffer][] {
  return readdirSync(world.dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('secrets') && statSync(join(world.dataDir, name)).isFile())
    .map((name) => [name, readFileSync(join(world.dataDir, name))]);
}

/** Which of the texts still stand in which files. */
function left(world: World, texts: string[]): string[] {
  return filesOf(world).flatMap(([name, bytes]) => {
    const content = bytes.toString('latin1').toLowerCase();
    return texts.filter((text) => content.includes(text.toLowerCase())).map((text) => `${name}: ${text}`);
  });
}

/** What the rows that go hold, as far as nothing else holds it too. */
async function secretsOf({ database: { read } }: World, ids: string[]): Promise<string[]> {
  const keys = await read.selectFrom('key').select(['cipher', 'hx', 'hl']).where('id', 'in', ids).execute();
  const entries = await read
    .selectFrom('audit_payload as p')
    .innerJoin('audit_entry as e', 'e.idx', 'p.idx')
    .select(['p.salt', 'p.body'])
    .where('e.key_id', 'in', ids)
    .execute();
  return [
    ...keys.flatMap(({ cipher, hx, hl }) => [cipher, hx, hl].filter((text) => text !== null)),
    ...entries.flatMap(({ salt, body }) => [salt, body]),
  ];
}

/** A key that all kinds of things were done to, with texts of its own in each. */
async function eventfulKey(world: World, i: number, unit: string): Promise<string> {
  const texts = { remarks: mark('Remark', i).repeat(i % 9 === 0 ? 400 : 1), code: mark('Code', i) };
  const key = await addKey(world, {
    licenseKey: `${freshLicenseKey().slice(0, 24)}${String(i).padStart(5, '0')}`,
    ...subscription('2027-05-31'),
    ...texts,
    serialNumber: mark('Serial', i),
    termsOfUse: mark('Terms', i),
    userName: mark('Holder', i),
    seats: 2,
  });
  const at = `/keys/${key.id}`;
  const { id: line } = await applyTo(world, key.id, { equipmentId: unit, remarks: mark('Line', i) });
  await world.admin('PATCH', at, { remarks: mark('Second', i) }, any);
  await world.admin(
    'POST',
    `${at}/renewal`,
    { extendBy: 'P1Y', reference: mark('Renewal', i) },
    { 'idempotency-key': mark('Retry', i) },
  );
  for (const id of [key.assignments[0].id, line]) await world.admin('DELETE', `/assignments/${id}`, undefined, any);
  return key.id;
}

const kinds = ['Remark', 'Code', 'Serial', 'Terms', 'Holder', 'Line', 'Second', 'Renewal'];
const marksOf = (i: number): string[] => kinds.map((kind) => mark(kind, i));

describe('the files of the embedded database', async () => {
  const world = await newWorld('sqlite');
  const schedule = newSchedule(world.app);
  await schedule.start();
  afterAll(schedule.stop);
  const operated = new Hono();
  operations(world.app, operated);

  it('S20: nothing of erased keys is left in any file, nor in a backup made afterwards', async () => {
    const unit = await addUnit(world, 'LAPTOP-001');
    const ids: string[] = [];
    for (let i = 0; i < count; i += 1) ids.push(await eventfulKey(world, i, unit));
    const kept = ids.filter((_, i) => i % 5 === 0);
    const gone = ids.filter((id) => !kept.includes(id));
    const texts = [...(await secretsOf(world, gone)), ...ids.flatMap((id, i) => (gone.includes(id) ? marksOf(i) : []))];
    expect(left(world, texts).length).toBeGreaterThan(texts.length / 2);
    for (const id of gone) expect((await world.admin('DELETE', `/keys/${id}`, undefined, any)).status).toBe(204);
    await expect.poll(() => left(world, texts), { timeout: 20_000 }).toEqual([]);
    await makeBackup(world.app.config, world.database, join(world.dataDir, 'after.db'), world.clock.now());
    expect(left(world, texts)).toEqual([]);
    // What stays is there all the same.
    expect(
      left(
        world,
        kept.map((_, i) => mark('Second', 5 * i)),
      ).length,
    ).toBeGreaterThan(0);
  });

  it('S20: a reader holds it for as long as it reads, and it goes when that has ended', async () => {
    const unit = await addUnit(world, 'LAPTOP-002');
    const id = await eventfulKey(world, 900, unit);
    const texts = [...(await secretsOf(world, [id])), ...marksOf(900)];
    const snapshot = await world.database.openSnapshot();
    await snapshot.db.selectFrom('audit_payload').select('idx').limit(1).execute();
    await world.admin('DELETE', `/keys/${id}`, undefined, any);
    const waits = await world.database.read.selectFrom('key').select('id').where('id', '=', id).execute();
    expect(waits).toEqual([]);
    const warnings = async () => {
      const { checks } = (await (await operated.request('/readyz')).json()) as { checks: { name: string }[] };
      return checks.filter(({ name }) => name === 'erasure');
    };
    expect(await warnings()).toEqual([]);
    world.clock.addDays(1);
    expect(await warnings()).toMatchObject([{ ok: false, detail: expect.stringContaining('2026-11-21T09:00') }]);
    await snapshot.close();
    await expect.poll(warnings, { timeout: 20_000 }).toEqual([]);
    await expect.poll(() => left(world, texts), { timeout: 20_000 }).toEqual([]);
  });

  it('S20: what else is deleted leaves no trace: views, sessions, remembered requests, second factors', async () => {
    const people = [];
    for (let i = 0; i < 12; i += 1) people.push(await addPerson(world, { role: 'technician', scope: 'all' }));
    const texts: string[] = [];
    for (const [i, { session, id }] of people.entries()) {
      const body = { list: 'keys', name: mark('View', i), query: `q=${mark('Query', i)}` };
      const made = JSON.parse(
        (
          await send(world, session, {
            method: 'POST',
            path: '/views',
            body,
            headers: { 'idempotency-key': mark('Once', i) },
          })
        ).text,
      );
      await send(world, session, { method: 'DELETE', path: `/views/${made.id}`, headers: any });
      await send(world, session, { method: 'POST', path: '/me/second-factor', body: {} });
      const { read } = world.database;
      const factor = await read.selectFrom('second_factor').select('secret').where('user_id', '=', id).execute();
      texts.push(mark('Once', i), ...factor.map(({ secret }) => secret));
      const sessions = await read.selectFrom('session').selectAll().where('user_id', '=', id).execute();
      texts.push(...sessions.map((row) => row.id));
      await world.database.transaction((tx) => tx.deleteFrom('second_factor').where('user_id', '=', id).execute());
    }
    expect(left(world, texts).length).toBeGreaterThan(texts.length / 2);
    // Three days later the hourly clean-up takes what has run out.
    world.clock.addDays(3);
    const hourly = newSchedule(world.app);
    await hourly.start();
    await expect.poll(() => left(world, texts), { timeout: 20_000 }).toEqual([]);
    await hourly.stop();
  });
});

describe.each(['some', 'all'])('what PostgreSQL plans by, after %s keys were deleted', async (which) => {
  const world = await newWorld('postgres');

  it('S20: holds nothing of erased keys', async () => {
    const { admin } = world.database;
    const sampled = async (texts: string[]) => {
      const { rows } = await sql<{ at: string; sample: string }>`select tablename || '.' || attname as at,
        concat(most_common_vals::text, histogram_bounds::text) as sample from pg_stats
        where schemaname = current_schema()`.execute(admin);
      return rows.filter(({ sample }) => texts.some((text) => sample.toLowerCase().includes(text.toLowerCase())));
    };
    const unit = await addUnit(world, 'LAPTOP-001');
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) ids.push(await eventfulKey(world, i, unit));
    const gone = which === 'all' ? ids : ids.filter((_, i) => i % 3 > 0);
    const texts = [...(await secretsOf(world, gone)), ...ids.flatMap((id, i) => (gone.includes(id) ? marksOf(i) : []))];
    // What PostgreSQL does by itself after some minutes.
    await sql`analyze`.execute(admin);
    const before = (await sampled(texts)).map(({ at }) => at);
    expect(before).toEqual(
      expect.arrayContaining(['key.remarks', 'key.hx', 'assignment.remarks', 'audit_payload.body']),
    );
    for (const id of gone) await world.admin('DELETE', `/keys/${id}`, undefined, any);
    expect(await world.database.forget()).toBe(true);
    expect(await sampled(texts)).toEqual([]);
    expect(await compareSchema(world.database)).toEqual([]);
  });
});

describe('the files of PostgreSQL', async () => {
  const world = await newWorld('postgres');
  const schedule = newSchedule(world.app);
  await schedule.start();
  afterAll(schedule.stop);

  it('S20: tables are vacuumed after an erasure', async () => {
    const id = await eventfulKey(world, 0, await addUnit(world, 'LAPTOP-001'));
    await world.admin('DELETE', `/keys/${id}`, undefined, any);
    const vacuums = async () => {
      const { rows } = await sql<{ n: number }>`select sum(vacuum_count)::int as n from pg_stat_user_tables
        where relname in ('audit_payload', 'key', 'assignment', 'renewal')`.execute(world.database.admin);
      return rows[0]?.n ?? 0;
    };
    await expect.poll(vacuums, { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
  });

  /** Those of the texts that stand in the files of its tables and indexes. */
  async function inFiles(texts: string[]): Promise<string[]> {
    await sql`checkpoint`.execute(world.database.admin);
    const { rows } = await sql<{ path: string }>`select current_setting('data_directory') || '/' ||
      pg_relation_filepath(c.oid) as path from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'i')`.execute(world.database.admin);
    const content = rows.map(({ path }) => readFileSync(path, 'latin1')).join('\n');
    return texts.filter((text) => content.includes(text));
  }

  it('S20: once the tables are written anew, their files hold nothing of it', async () => {
    const unit = await addUnit(world, 'LAPTOP-002');
    const ids: string[] = [];
    for (let i = 1; i < 20; i += 1) ids.push(await eventfulKey(world, i, unit));
    const texts = await secretsOf(world, ids);
    for (const id of ids) await world.admin('DELETE', `/keys/${id}`, undefined, any);
    // As the command asks: a server that looks through its tables meanwhile holds what was there before.
    await schedule.stop();
    // On a version that cannot do this, nothing happens, and everything is found.
    await ('rewrite' in world.database && typeof world.database.rewrite === 'function' && world.database.rewrite());
    expect(await inFiles(texts)).toEqual([]);
  });

  it('S20: so it is while somebody writes in another database of the server, whose end is waited for', async () => {
    const other = await emptyWorld('postgres');
    const [isOpen, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const writing = other.database.transaction(async (tx) => {
      await sql`select pg_current_xact_id()`.execute(tx);
      isOpen.resolve();
      await ends.promise;
    });
    await isOpen.promise;
    const id = await eventfulKey(world, 30, await addUnit(world, 'LAPTOP-003'));
    const texts = await secretsOf(world, [id]);
    await world.admin('DELETE', `/keys/${id}`, undefined, any);
    const rewriting = world.database.rewrite();
    await Promise.race([rewriting, setTimeout(500)]);
    ends.resolve();
    await Promise.all([rewriting, writing]);
    expect(await inFiles(texts)).toEqual([]);
  });
});
