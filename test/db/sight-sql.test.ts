import { type SqlBool, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Scope } from '../../src/domain/permissions.ts';
import { seenAssignment, seenKey } from '../../src/domain/sight.ts';
import { newId } from '../../src/server/ids.ts';
import {
  assignmentKeySeen,
  assignmentVisible,
  holderVisible,
  keyOwn,
  keyVisible,
} from '../../src/server/scope/scope-sql.ts';
import { insertRows, seedCustomers, seedKeys } from '../harness/seed.ts';
import { engines, newWorld } from '../harness/world.ts';

/** A scope, and the customers a key and its assignments have, as places in a list of three. */
const scopes: ('all' | number[])[] = ['all', [], [0], [1], [0, 1], [0, 1, 2]];
const holders: { place: number; isOver: boolean }[][] = [[], ...[0, 1, 2].flatMap(oneOrTwo)];

function oneOrTwo(place: number): { place: number; isOver: boolean }[][] {
  return [false, true].flatMap((isOver) => [
    [{ place, isOver }],
    [
      { place, isOver },
      { place: 1, isOver: false },
    ],
  ]);
}

describe.each(engines)('what is seen of keys and assignments, on %s', async (engine) => {
  const world = await newWorld(engine);
  const customers = await seedCustomers(world, ['One', 'Two', 'Three']);
  const customerAt = (place: number) => customers[place] ?? '';
  // One that is over was so on the 21st at eight: before, or after, the key was its owner's.
  const since = ['', '2026-11-21T07:00:00.000Z', '2026-11-21T08:00:00.000Z'];
  const cases = [0, 1, 2].flatMap((owner) =>
    holders.flatMap((held) => since.map((ownedSince) => ({ owner, held, ownedSince }))),
  );
  const keys = await seedKeys(world, cases.length, (i) => ({
    customer_id: customerAt(cases[i]?.owner ?? 0),
    owned_since: cases[i]?.ownedSince ?? '',
    seats: 9,
  }));
  const assignments = cases.flatMap(({ held }, i) =>
    held.map(({ place, isOver }, seat) => ({
      id: newId(world.app),
      key_id: keys[i] ?? '',
      seat: seat + 1,
      equipment_id: null,
      customer_id: customerAt(place),
      user_name: 'Anna',
      user_f: 'anna',
      applied_on: '2026-11-20',
      applied_at: '2026-11-20T10:00:00.000Z',
      applied_by: world.adminId,
      remarks: '',
      remarks_f: '',
      ...(isOver && { removed_on: '2026-11-21', removed_at: '2026-11-21T08:00:00.000Z' }),
    })),
  );
  await insertRows(world, 'assignment', assignments);
  const { read } = world.database;
  const flag = (condition: unknown) => sql<number>`case when ${condition as SqlBool} then 1 else 0 end`;

  it.each(scopes.map((places) => ({ places })))('P2: SQL and TypeScript agree for $places', async ({ places }) => {
    const scope: Scope = places === 'all' ? 'all' : places.map(customerAt);
    const keyRows = await read
      .selectFrom('key as k')
      .select(['k.id', flag(keyVisible(scope)).as('visible'), flag(keyOwn(scope)).as('own')])
      .execute();
    const seenKeys = new Map(keyRows.map(({ id, visible, own }) => [id, visible ? (own ? 'whole' : 'part') : 'none']));
    for (const [i, { owner, held }] of cases.entries()) {
      const active = held.filter(({ isOver }) => !isOver).map(({ place }) => customerAt(place));
      expect([i, seenKeys.get(keys[i] ?? '')]).toEqual([i, seenKey(scope, customerAt(owner), active)]);
    }
    const rows = await read
      .selectFrom('assignment as a')
      .innerJoin('key as k', 'k.id', 'a.key_id')
      .select(['a.customer_id', 'a.key_id', 'a.removed_at', 'k.customer_id as owner_id', 'k.owned_since'])
      .select([flag(assignmentKeySeen(scope)).as('key_seen')])
      .select([flag(assignmentVisible(scope)).as('visible'), flag(holderVisible(scope, 'a')).as('own')])
      .execute();
    expect(rows).toHaveLength(assignments.length);
    for (const { customer_id, removed_at, owner_id, owned_since, visible, own } of rows)
      expect(visible ? (own ? 'whole' : 'part') : 'none').toBe(
        seenAssignment(
          scope,
          { customerId: customer_id, removedAt: removed_at },
          { customerId: owner_id, since: owned_since },
        ),
      );
    // With an assignment that is seen goes what is seen of its key, and no more.
    for (const { key_id, key_seen } of rows.filter(({ visible }) => visible === 1))
      expect([key_id, key_seen === 1]).toEqual([key_id, seenKeys.get(key_id) !== 'none']);
  });
});
