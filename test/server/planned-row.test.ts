import { expect, it } from 'vitest';
import { foldText } from '../../src/domain/fold.ts';
import { firstLine, type Planning } from '../../src/server/imports/plan/planned-row.ts';

it('S2: of a name that grows when it is folded a file holds a digest, and knows it again', () => {
  const lines = new Map<string, number>();
  // Of a whole planning nothing else is asked for.
  const planning = { lines } as Planning;
  const name = foldText('\uFDFA'.repeat(1000));
  expect(name.length).toBeGreaterThan(15_000);
  expect([firstLine(planning, name, 2), firstLine(planning, `${name}x`, 3), firstLine(planning, name, 4)]).toEqual([
    undefined,
    undefined,
    2,
  ]);
  expect([...lines.keys()].every((held) => held.length < 100)).toBe(true);
});
