import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { readRawLog } from '../harness/raw-log.ts';
import { type EngineName, engines, newWorld, type World } from '../harness/world.ts';

const run = ({ database }: World, statement: string) => sql.raw(statement).execute(database.admin);

const entryColumns = '(idx, at, action, subject, actor_id, header)';
const entryValues = (idx: number | string) => `(${idx}, '2026-01-01T00:00:00.000Z', 'key.created', 's', 'u', '{}')`;

/** What somebody with the server's own access to the database tries on every table of the log. */
const onBoth = [
  `UPDATE audit_entry SET action = 'key.created' WHERE idx = 7`,
  `UPDATE audit_entry SET idx = 9000 WHERE idx = 7`,
  `DELETE FROM audit_entry WHERE idx = 7`,
  `DELETE FROM audit_entry`,
  `INSERT INTO audit_entry ${entryColumns} VALUES ${entryValues(7)}`,
  `INSERT INTO audit_entry ${entryColumns} VALUES ${entryValues(9000)}`,
  `INSERT INTO audit_entry ${entryColumns} VALUES ${entryValues(7)} ON CONFLICT (idx) DO UPDATE SET action = 'x'`,
  `UPDATE audit_payload SET body = '{}' WHERE idx = 7`,
  `DELETE FROM audit_payload WHERE idx = 7`,
  `DELETE FROM audit_payload`,
  `INSERT INTO audit_payload VALUES (7, '', '{}') ON CONFLICT (idx) DO UPDATE SET body = '{}'`,
  `UPDATE audit_erasure SET by_idx = 1`,
  `DELETE FROM audit_erasure`,
  `UPDATE audit_checkpoint SET note = ''`,
  `DELETE FROM audit_checkpoint`,
  `INSERT INTO audit_checkpoint SELECT size, '' FROM audit_checkpoint ON CONFLICT (size) DO UPDATE SET note = ''`,
  `UPDATE audit_tile SET hashes = ''`,
  `DELETE FROM audit_tile`,
  `DELETE FROM audit_head`,
  `UPDATE audit_head SET size = 7`,
  `UPDATE audit_head SET size = size - 1`,
  `UPDATE audit_head SET size = size + 2`,
  `UPDATE log_identity SET origin = 'keybook/other'`,
  `UPDATE log_identity SET public_key = ''`,
  `DELETE FROM log_identity`,
];

const tables = [
  'audit_entry',
  'audit_payload',
  'audit_erasure',
  'audit_checkpoint',
  'audit_tile',
  'audit_head',
  'log_identity',
];

const onOne: Record<EngineName, string[]> = {
  sqlite: [
    `INSERT OR REPLACE INTO audit_entry ${entryColumns} VALUES ${entryValues(7)}`,
    `INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE idx = 7`,
    `INSERT OR REPLACE INTO audit_payload VALUES (7, '', '{}')`,
    `INSERT OR REPLACE INTO audit_erasure SELECT idx, 1 FROM audit_erasure`,
    `INSERT OR REPLACE INTO audit_checkpoint SELECT size, '' FROM audit_checkpoint`,
    `INSERT OR REPLACE INTO audit_tile SELECT level, n, '' FROM audit_tile`,
    `INSERT OR REPLACE INTO audit_head VALUES (1, 0, '0:')`,
    `REPLACE INTO audit_payload VALUES (7, '', '{}')`,
    `UPDATE OR REPLACE audit_entry SET idx = 8 WHERE idx = 7`,
    `UPDATE OR IGNORE audit_payload SET body = '{}' WHERE idx = 7`,
  ],
  postgres: [...tables.map((table) => `TRUNCATE ${table}`), ...tables.map((table) => `TRUNCATE ${table} CASCADE`)],
};

/** A log with something in every table: a full tile, a checkpoint, erased content. */
async function filledWorld(engine: EngineName): Promise<World> {
  const world = await newWorld(engine);
  const keys = Array.from({ length: 260 }, (_, i) => ({
    licenseKey: `KEY-${1000 + i}`,
    productName: 'Office',
    keyType: 'permanent',
  }));
  const made = await world.admin('POST', '/keys/batch', { keys });
  await world.admin('DELETE', `/keys/${made.body.items[0].id}`, undefined, { 'if-match': '*' });
  await world.admin('GET', '/audit/checkpoint');
  const log = await readRawLog(world.database);
  expect(Object.entries(log).filter(([, rows]) => rows.length === 0)).toEqual([]);
  return world;
}

describe.each(engines)('L3: the database of the log on %s', async (engine) => {
  const world = await filledWorld(engine);

  it.each([...onBoth, ...onOne[engine]])('L3: refuses %s', async (statement) => {
    const before = await readRawLog(world.database);
    await expect(run(world, statement)).rejects.toThrow();
    expect(await readRawLog(world.database)).toEqual(before);
  });

  it('L3: takes no other identity beside or over the one it has', async () => {
    const before = await readRawLog(world.database);
    const words = engine === 'sqlite' ? 'INSERT OR REPLACE' : 'INSERT';
    await run(world, `${words} INTO log_identity VALUES (1, 'keybook/other', 'x')`).catch(() => undefined);
    await run(world, `${words} INTO log_identity VALUES (2, 'keybook/other', 'x')`).catch(() => undefined);
    expect(await readRawLog(world.database)).toEqual(before);
  });

  it('L3: lets content go only with an erasure record, and only once', async () => {
    const before = await readRawLog(world.database);
    const erased = before.audit_erasure[0]?.idx ?? -1;
    await expect(run(world, `INSERT INTO audit_erasure VALUES (${erased}, 1)`)).rejects.toThrow();
    await expect(run(world, `INSERT INTO audit_erasure VALUES (9000, 1)`)).rejects.toThrow();
    expect(await readRawLog(world.database)).toEqual(before);
  });
});

describe.each(engines)('L1: a change on %s', async (engine) => {
  const world = await newWorld(engine);
  const { admin, database } = world;
  const bugs: unknown[] = [];
  Object.assign(world.app, { reportBug: (thrown: unknown) => bugs.push(thrown) });

  it('L1: is undone as a whole when its entry cannot be written', async () => {
    const made = await admin('POST', '/keys', { licenseKey: 'KEY-1', productName: 'Office', keyType: 'permanent' });
    const headStays = engine === 'sqlite' ? 'audit_head_no_delete' : 'audit_head_fixed ON audit_head';
    await run(world, `DROP TRIGGER ${headStays}`);
    await run(world, 'DELETE FROM audit_head');
    const contents = () =>
      Promise.all([
        database.read.selectFrom('key').selectAll().execute(),
        database.read.selectFrom('assignment').selectAll().execute(),
        database.read.selectFrom('product').selectAll().execute(),
        readRawLog(database),
      ]);
    const before = await contents();
    const attempts = [
      () => admin('POST', '/keys', { licenseKey: 'KEY-2', productName: 'Paint', keyType: 'permanent' }),
      () => admin('POST', `/keys/${made.body.id}/assignments`, { userName: 'Anna Berg' }),
      () => admin('POST', `/keys/${made.body.id}/revocation`, { reason: 'lost' }),
      () => admin('DELETE', `/keys/${made.body.id}`, undefined, { 'if-match': '*' }),
      () => admin('POST', `/keys/${made.body.id}/reveal`),
    ];
    for (const attempt of attempts) await expect(attempt()).rejects.toThrow('answered 500');
    expect(bugs.map(String)).toEqual(
      attempts.map(() => expect.stringMatching(/nothing can be recorded, so nothing is changed/)),
    );
    expect(await contents()).toEqual(before);
  });
});
