import { type SqlBool, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { addPeriod, type Day, FAR_END } from '../../src/domain/day.ts';
import {
  applyRefusal,
  isInUse,
  isNotYetValid,
  type KeyFacts,
  keyStatus,
  keyStatuses,
} from '../../src/domain/key-rules.ts';
import type { ReadCtx } from '../../src/server/context.ts';
import { applicableToday, keyFieldsSql, statusSql } from '../../src/server/keys/key-fields.ts';
import type { Condition } from '../../src/server/list/run-list.ts';
import { seedKeys } from '../harness/seed.ts';
import { engines, newWorld, type World } from '../harness/world.ts';

const today: Day = '2026-11-21';
const yesterday: Day = '2026-11-20';
const tomorrow: Day = '2026-11-22';
const takenOf = [
  { seats: 1, seatsTaken: 0 },
  { seats: 1, seatsTaken: 1 },
  { seats: 3, seatsTaken: 0 },
  { seats: 3, seatsTaken: 2 },
  { seats: 3, seatsTaken: 3 },
];

/** Every combination of the facts a status follows from, that a key can have. */
const combinations: KeyFacts[] = [false, true].flatMap((revoked) =>
  [null, yesterday, today, tomorrow].flatMap((validityStart) =>
    [null, yesterday, today, tomorrow].flatMap((validityEnd) =>
      validityStart !== null && validityEnd !== null && validityEnd < validityStart
        ? []
        : takenOf.map((taken) => ({ revoked, validityStart, validityEnd, ...taken })),
    ),
  ),
);

async function insertAll(world: World): Promise<Map<string, KeyFacts>> {
  const ids = await seedKeys(world, combinations.length, (i) => {
    const facts = combinations[i];
    return {
      key_type: facts?.validityEnd === null ? 'permanent' : 'subscription',
      revoked_at: facts?.revoked ? '2026-11-01T00:00:00.000Z' : null,
      validity_start: facts?.validityStart ?? '',
      validity_end: facts?.validityEnd ?? FAR_END,
      seats: facts?.seats ?? 1,
      seats_taken: facts?.seatsTaken ?? 0,
    };
  });
  return new Map(ids.map((id, i) => [id, combinations[i] as KeyFacts])); // one key a combination
}

describe.each(engines)('the status in SQL on %s', async (engine) => {
  const world = await newWorld(engine);
  const facts = await insertAll(world);
  const { read, fragments } = world.database;

  const idsWhere = async (condition: Condition): Promise<string[]> => {
    const rows = await read.selectFrom('key as k').select('k.id').where(condition).execute();
    return rows.map((row) => row.id).sort();
  };
  const idsOf = (holds: (of: KeyFacts) => boolean): string[] =>
    [...facts].flatMap(([id, of]) => (holds(of) ? [id] : [])).sort();
  const fieldsOn = (day: Day) => {
    // The fields read nothing else of a request.
    const ctx = { today: day, fragments, scope: 'all' } as ReadCtx;
    return keyFieldsSql(ctx, new Map());
  };

  it('C1: there is a combination for every status, in use or not, valid yet or not', () => {
    const seen = new Set(
      combinations.map((of) => [keyStatus(of, today), isInUse(of), isNotYetValid(of, today)].join(' ')),
    );
    // A key that is Applied is in use, and one that has Expired was valid.
    expect(seen.size).toBe(keyStatuses.length * 4 - 4);
  });

  it.each([yesterday, today, tomorrow, addPeriod(tomorrow, 'P1D')])(
    'C1: the expression says what the rule says of every combination, on %s',
    async (day) => {
      const rows = await read
        .selectFrom('key as k')
        .select(['k.id', statusSql(day).as('status')])
        .execute();
      expect(rows).toHaveLength(combinations.length);
      const expected = new Map([...facts].map(([id, of]) => [id, keyStatus(of, day)]));
      expect(new Map(rows.map((row) => [row.id, row.status]))).toEqual(expected);
    },
  );

  it.each([yesterday, today, tomorrow, addPeriod(tomorrow, 'P1D')])(
    'C1: so do the filters by status, in use and not yet valid, and what can be applied, on %s',
    async (day) => {
      const { status, inUse, notYetValid } = fieldsOn(day);
      for (const first of keyStatuses)
        for (const second of keyStatuses) {
          for (const beside of [[], ['productId']]) {
            const found = await idsWhere(status?.matches?.([first, second], new Set(beside)) ?? sql<SqlBool>`false`);
            expect(found).toEqual(idsOf((of) => [first, second].includes(keyStatus(of, day))));
          }
        }
      expect(await idsWhere(sql<SqlBool>`${inUse?.value} = 1`)).toEqual(idsOf(isInUse));
      expect(await idsWhere(sql<SqlBool>`${notYetValid?.value} = 1`)).toEqual(idsOf((of) => isNotYetValid(of, day)));
      expect(await idsWhere(applicableToday(day))).toEqual(idsOf((of) => applyRefusal(of, day) === undefined));
    },
  );

  it('C1: what the list shows of each key is the same', async () => {
    for (const status of keyStatuses) {
      const { body } = await world.admin('GET', `/keys?status=${status}&limit=200`);
      expect(body.items.map((key: { id: string }) => key.id).sort()).toEqual(
        idsOf((of) => keyStatus(of, today) === status),
      );
      for (const key of body.items) expect(key.status).toBe(status);
    }
  });
});
