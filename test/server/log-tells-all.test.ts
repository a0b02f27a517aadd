import { describe, expect, it } from 'vitest';
import { allEndpoints } from '../../src/contract/api.ts';
import { type Column, type RecordTable, recordTables, untoldTables } from '../../src/domain/audit/record-facts.ts';
import { type Statement, statedBy } from '../../src/domain/audit/stated-facts.ts';
import { tellEveryCommand } from '../harness/every-command.ts';
import { tellEveryVerb } from '../harness/every-verb.ts';
import { disagreements } from '../harness/fold-log.ts';
import { withSingleSignOn } from '../harness/single-sign-on.ts';
import { engines } from '../harness/world.ts';

const columnsOf = (table: RecordTable): [string, Column][] => Object.entries(recordTables[table]);
const tables = Object.keys(recordTables) as RecordTable[];

describe.each(engines)('everything that can be done, on %s', async (engine) => {
  const { world, url, start } = await withSingleSignOn(engine, { importSizes: { atOnce: 500, part: 100 } });
  const told = await tellEveryVerb(world, { url, provider: await start() });
  const now = { database: world.database, app: await tellEveryCommand(world) };

  it('house: is told by the story, endpoint by endpoint', () => {
    const writing = allEndpoints.filter(({ method }) => method !== 'GET');
    expect(writing.map(({ method, path }) => `${method} ${path}`).filter((name) => !told.has(name))).toEqual([]);
  });

  it('house: stands in the log, field by field', async () => {
    expect(await disagreements(now)).toEqual([]);
  });

  it('house: has every column of every record, each told or on the closed list, and more than one value of what is told', async () => {
    const found = await world.database.admin.introspection.getTables();
    expect(found.map(({ name }) => name).sort()).toEqual([...tables, ...Object.keys(untoldTables)].sort());
    const alike: string[] = [];
    for (const table of tables) {
      const rows: Record<string, unknown>[] = await world.database.read.selectFrom(table).selectAll().execute();
      const names = columnsOf(table).map(([column]) => column);
      expect(Object.keys(rows[0] ?? {}).sort(), table).toEqual(names.sort());
      const told = columnsOf(table).flatMap(([column, how]) => ('fact' in how ? [column] : []));
      const values = (column: string) => new Set(rows.map((row) => row[column]));
      // Of the settings there is one row.
      if (rows.length > 1)
        alike.push(...told.filter((column) => values(column).size < 2).map((column) => `${table}.${column}`));
    }
    expect(alike).toEqual([]);
  });

  it('house: a row that is not what the log says is found', async () => {
    const { admin } = world.database;
    const write = (code: string) =>
      admin.updateTable('equipment').set({ code }).where('name', '=', 'LAPTOP-003').execute();
    await write('elsewhere');
    const found = await disagreements(now);
    await write('');
    expect(found).toMatchObject([expect.stringMatching(/^equipment \S+ code: row "elsewhere", log null$/)]);
  });
});

it('house: what an action is said to state are facts of the record', () => {
  const factsOf = (table: RecordTable) => columnsOf(table).flatMap(([, how]) => ('fact' in how ? [how.fact] : []));
  const named = ({ record, facts = {}, where = {} }: Statement) =>
    record === 'subject' ? [] : [...Object.keys(facts), ...Object.keys(where)].map((fact) => ({ record, fact }));
  const unknown = Object.entries(statedBy).flatMap(([action, statements]) =>
    statements
      .flatMap(named)
      .filter(({ record, fact }) => !factsOf(record).includes(fact))
      .map(({ record, fact }) => `${action}: ${record} has no ${fact}`),
  );
  expect(unknown).toEqual([]);
});
