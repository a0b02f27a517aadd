import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { compareSchema } from '../../src/db/compare-schema.ts';
import { copyDatabase } from '../../src/db/embedded-file.ts';
import { foldText } from '../../src/domain/fold.ts';
import type { Scope } from '../../src/domain/permissions.ts';
import { assignmentSource } from '../../src/server/assignments/assignment-queries.ts';
import type { ReadCtx } from '../../src/server/context.ts';
import { equipmentSource } from '../../src/server/equipment/equipment-queries.ts';
import { keySource } from '../../src/server/keys/key-queries.ts';
import { licenseSource } from '../../src/server/licenses/license-queries.ts';
import { parseList } from '../../src/server/list/parse-list.ts';
import { type Condition, type ListSource, whereOf } from '../../src/server/list/run-list.ts';
import { addKey, addUnit, applyTo } from '../harness/arrange.ts';
import { populate } from '../harness/populated.ts';
import { seededRandom } from '../harness/random.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

// The lists differ in their items, which nothing here reads.
type Make = (ctx: ReadCtx) => Promise<ListSource<unknown>>;
const lists = Object.entries<Make>({
  key: keySource as Make,
  equipment: equipmentSource as Make,
  license: licenseSource as Make,
  assignment: assignmentSource as Make,
});

const any = { 'if-match': '*' };

/** What is searched with the index, and the same row by row. */
function readers({ app, database }: World, scope: Scope): { byIndex: ReadCtx; byRow: ReadCtx } {
  const { read: db, fragments } = database;
  // Searching asks for no more of a context.
  const byIndex = { db, fragments, scope, app, today: '2026-12-01' } as unknown as ReadCtx;
  return { byIndex, byRow: { ...byIndex, fragments: { ...database.fragments, mayHold: () => undefined } } };
}

async function conditionOf(source: ListSource<unknown>, q: string): Promise<Condition> {
  const by = await source.search(q);
  return 'isFew' in by ? by.condition : by;
}

async function found(make: Make, ctx: ReadCtx, q: string): Promise<unknown[]> {
  const source = await make(ctx);
  const rows = await source
    .rows()
    .where(source.visible)
    .where(await conditionOf(source, q))
    .select(source.id.as('id'))
    .orderBy('id')
    .execute();
  return rows.map((row) => (row as { id: unknown }).id);
}

/** Where the index is asked it must not always answer all rows, else this proves nothing. */
async function among(ctx: ReadCtx, q: string): Promise<number> {
  const rows = ctx.fragments.mayHold('key', q) as RawBuilder<{ at: unknown }>;
  return (
    await ctx.db
      .selectFrom(rows && sql<{ at: unknown }>`(${rows})`.as('r'))
      .select('r.at')
      .execute()
  ).length;
}

describe.each(engines)('the search index, on %s', async (engine) => {
  const world = await newWorld(engine);
  const { customers } = await populate(world, 150);
  const { database } = world;
  const random = seededRandom(11);
  const mine = customers.slice(0, 3).map(({ id }) => id);

  async function texts(): Promise<string[]> {
    const keys = await database.read.selectFrom('key').select(['search_f as text', 'tail_f']).execute();
    const units = await database.read.selectFrom('equipment').select('search_f as text').execute();
    const holders = await database.read.selectFrom('assignment').select(['user_f as text', 'remarks_f']).execute();
    return [
      ...keys.flatMap((row) => [row.text, row.tail_f]),
      ...units.map((row) => row.text),
      ...holders.flatMap((row) => [row.text, row.remarks_f]),
    ].filter(Boolean);
  }

  /** Parts of what is there, some of them changed, and what means something elsewhere. */
  async function sought(count: number): Promise<string[]> {
    const all = await texts();
    const parts = Array.from({ length: count }, () => {
      const letters = [...random.pick(all)];
      const from = random.chance(0.3) ? 0 : random.below(letters.length);
      const part = letters.slice(from, from + 1 + random.below(random.chance(0.2) ? 60 : 7)).join('');
      return random.chance(0.15) ? `${part}${random.pick(['x', '%', '"', '😀'])}` : part;
    });
    const odd = [
      '%',
      '_',
      '"',
      "'",
      '\\',
      '%_%',
      '""',
      'a"b',
      '*',
      'and',
      'a or b',
      'x*',
      '😀',
      '😀a',
      '😀😀',
      '-',
      'near(a b)',
    ];
    return [...new Set([...parts, ...odd].map(foldText))].filter(Boolean);
  }

  async function expectAlike(count: number): Promise<void> {
    const some = await sought(count);
    for (const scope of ['all', mine] as const)
      for (const [name, make] of lists) {
        const { byIndex, byRow } = readers(world, scope);
        for (const q of some)
          expect([name, q, await found(make, byIndex, q)]).toEqual([name, q, await found(make, byRow, q)]);
      }
  }

  it('K8, T1: finds what going through all rows finds, for whoever asks', () => expectAlike(60), 120_000);

  it('T1: also while rows wait to be put into it, and when they have been', async () => {
    const [first, second, third] = await database.read.selectFrom('key').select('id').orderBy('id').limit(3).execute();
    await database.transaction(async (tx) => {
      const change = (row: { id: string } | undefined, text: string) =>
        tx
          .updateTable('key')
          .set({ search_f: text })
          .where('id', '=', row?.id ?? '')
          .execute();
      await change(first, 'changed once');
      await change(second, 'changed twice');
      await change(second, 'changed twice, to this');
      await change(third, '');
      await tx
        .updateTable('assignment')
        .set({ user_f: 'someone new' })
        .where('key_id', '=', first?.id ?? '')
        .execute();
    });
    await expectAlike(15);
    await database.settle();
    await expectAlike(15);
    const { byIndex } = readers(world, 'all');
    expect(await among(byIndex, 'changed twice, to')).toBe(1);
    expect(await among(byIndex, 'nobody has written this')).toBe(0);
  }, 120_000);
});

describe('the search index of the embedded file', async () => {
  const world = await newWorld('sqlite');
  const { database } = world;
  const file = () => join(world.dataDir, 'keybook.db');
  const held = (q: string) => among(readers(world, 'all').byIndex, q);
  const waiting = async () => {
    const { rows } = await sql<{ n: number }>`select (select count(*) from key_search_due) +
      (select count(*) from assignment_search_due) as n`.execute(database.admin);
    return rows[0]?.n;
  };

  it('S20: an erasure leaves nothing of a key in it: no letters, and not which rows had them', async () => {
    const unit = await addUnit(world, 'LAPTOP-001');
    const id = (await addKey(world, { remarks: 'Xqzjwvy' })).id;
    await applyTo(world, id, { equipmentId: unit, remarks: 'Wkqxjyz' });
    await database.settle();
    const threes = ['xqz', 'qzj', 'zjw', 'jwv', 'wvy', 'wkq', 'kqx', 'qxj', 'xjy', 'jyz'];
    const left = () => {
      const db = new SqliteFile(file(), { readonly: true });
      const parts = db
        .prepare('select block from key_search_data union all select block from assignment_search_data')
        .pluck()
        .all() as Buffer[]; // of a column of blobs
      db.close();
      return parts.map((part) => part.toString('latin1')).join('|');
    };
    // Words are kept without what they share with the one before.
    expect(left()).toContain('kqx');
    expect(await held('xqzjwvy')).toBe(1);
    await world.admin('PATCH', `/keys/${id}`, { remarks: 'Vyqzkjx' }, any);
    // What was there and what comes wait side by side.
    expect(await waiting()).toBe(2);
    await database.forget();
    expect([await held('xqzjwvy'), await held('vyqzkjx'), await waiting()]).toEqual([0, 1, 0]);
    const lines = await world.admin('GET', `/keys/${id}`);
    for (const line of lines.body.assignments) await world.admin('DELETE', `/assignments/${line.id}`, undefined, any);
    await world.admin('DELETE', `/keys/${id}`, undefined, any);
    await database.forget();
    expect(await waiting()).toBe(0);
    for (const three of [...threes, 'vyq', 'yqz', 'kjx']) expect(await held(three)).toBe(0);
    expect(left()).not.toMatch(/kqx|qzk|jwv/);
    expect(readFileSync(file(), 'latin1').toLowerCase()).not.toMatch(/xqzjwvy|vyqzkjx|wkqxjyz/);
  });

  it('T1: the few rows that may be found are gone through by their ids, whatever else is asked of them', async () => {
    await addKey(world, { remarks: 'Vkwxqzj' });
    const source = await keySource({ ...readers(world, 'all').byIndex });
    const query = `q=vkwxqzj&status=available,expired&customerId=${world.houseId}`;
    const request = parseList(source.spec, new URLSearchParams(query), source.attributes);
    const where = await whereOf(source, 'UTC', request);
    const asked = where.reduce((rows, condition) => rows.where(condition), source.rows().select(source.id.as('id')));
    const { sql: text, parameters } = asked.compile();
    const db = new SqliteFile(file(), { readonly: true });
    const [first] = db.prepare(`explain query plan ${text}`).all(...parameters) as { detail: string }[]; // its columns
    db.close();
    expect(first?.detail).toContain('sqlite_autoindex_key_1');
    expect(await asked.execute()).toHaveLength(1);
  });

  it('S20: a copy has nothing of what waits to be taken out', async () => {
    const { id } = await addKey(world, { remarks: 'Jxqvkwz' });
    await database.settle();
    await world.admin('DELETE', `/keys/${id}`, undefined, any);
    expect(await waiting()).toBeGreaterThan(0);
    const copy = join(world.dataDir, 'copy.db');
    await copyDatabase(database, copy);
    expect(readFileSync(copy, 'latin1').toLowerCase()).not.toContain('jxqvkwz');
  });

  it('T1: what is found is found again in a copy, and once the file was written anew', async () => {
    const ids = [];
    for (const n of [1, 2, 3]) ids.push((await addKey(world, { remarks: `Kxvqz number ${n}` })).id);
    const [gone = ''] = ids;
    await world.admin('DELETE', `/keys/${gone}`, undefined, any);
    await database.rewrite();
    expect([await held('kxvqz'), await held('number 1'), await held('number 3'), await waiting()]).toEqual([
      2, 0, 1, 0,
    ]);
    const copy = join(world.dataDir, 'copy-2.db');
    await copyDatabase(database, copy);
    const db = new SqliteFile(copy, { readonly: true });
    const inCopy = `select k.id from key_search s join "key" k on k.rowid = s.rowid where key_search match '"kxv" and "xvq"'`;
    expect(db.prepare(inCopy.replace(' and ', ' AND ')).pluck().all().sort()).toEqual(ids.slice(1).sort());
    db.close();
    expect(await compareSchema(database)).toEqual([]);
  });

  it('T1: what waits to be taken out slows no search', async () => {
    const { id } = await addKey(world, { remarks: 'Qzvxkjw' });
    await database.settle();
    await world.admin('DELETE', `/keys/${id}`, undefined, any);
    expect(await waiting()).toBeGreaterThan(0);
    expect(await held('nobody has written this')).toBe(0);
  });

  it('T1: many rows are put into it as they are written', async () => {
    for (let n = 0; n < 300; n += 1) await addUnit(world, `Unit ${n}`);
    const { rows } = await sql<{ n: number }>`select count(*) as n from equipment_search_due`.execute(database.admin);
    expect(rows[0]?.n).toBeLessThan(256);
  });
});
