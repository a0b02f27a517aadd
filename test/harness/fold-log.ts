import { compareState } from '../../src/server/audit/state/compare-state.ts';
import type { World } from './world.ts';

/** Where the rows of the record tables are not what the log says: each in words; none where it proves all of them. */
export async function disagreements({ app }: Pick<World, 'app'>): Promise<string[]> {
  const found: string[] = [];
  for await (const { table, id, idx: _, ...what } of compareState(app)) {
    const words =
      'fact' in what
        ? `${what.fact}: row ${JSON.stringify(what.row)}, log ${JSON.stringify(what.log)}`
        : `is in the ${what.only} alone`;
    found.push(`${table} ${id} ${words}`);
  }
  return found;
}
