import { describe, expect, it } from 'vitest';
import { bookkeepingColumns, type SealedTable, sealedColumns } from '../../src/server/seals/sealed-columns.ts';
import { emptyWorld, engines } from '../harness/world.ts';

// Object.keys forgets the names; the table is a constant without other keys.
const tables = Object.keys(sealedColumns) as SealedTable[];

describe.each(engines)('P8: sealed rows on %s', async (engine) => {
  const world = await emptyWorld(engine);

  it('every column of a table that decides who may do what is sealed, or named as bookkeeping', async () => {
    const schema = await world.database.admin.introspection.getTables();
    for (const table of tables) {
      const there = schema.find(({ name }) => name === table)?.columns.map(({ name }) => name);
      const named = [...sealedColumns[table], ...bookkeepingColumns[table], 'seal'];
      expect([table, there?.sort()]).toEqual([table, named.sort()]);
    }
  });
});
