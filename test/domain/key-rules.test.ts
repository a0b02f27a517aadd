import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addPeriod, FAR_END } from '../../src/domain/day.ts';
import {
  applyRefusal,
  isInUse,
  isNotYetValid,
  judgeValidity,
  type KeyFacts,
  type KeyType,
  keyStatus,
  keyStatuses,
  keyTypes,
  proposeValidity,
} from '../../src/domain/key-rules.ts';

const today = '2026-11-21';
const yesterday = '2026-11-20';
const tomorrow = '2026-11-22';
const free: KeyFacts = { revoked: false, validityStart: null, validityEnd: null, seats: 1, seatsTaken: 0 };

describe('K2: each type has its validity', () => {
  type Case = [KeyType, string | null, string | null, string[]];
  const cases: Case[] = [
    ['permanent', null, null, []],
    ['permanent', today, null, ['/validityStart not_allowed']],
    ['permanent', null, today, ['/validityEnd not_allowed']],
    ['permanent', tomorrow, today, ['/validityStart not_allowed', '/validityEnd not_allowed']],
    ['subscription', null, null, ['/validityEnd required']],
    ['subscription', null, today, []],
    ['subscription', today, today, []],
    ['subscription', tomorrow, today, ['/validityEnd before_start']],
    ['subscription', today, null, ['/validityEnd required']],
    ['trial', null, null, ['/validityEnd required']],
    ['trial', null, today, []],
    ['trial', today, tomorrow, []],
    ['trial', tomorrow, today, ['/validityEnd before_start']],
    ['timeLimited', null, null, ['/validityStart required', '/validityEnd required']],
    ['timeLimited', null, today, ['/validityStart required']],
    ['timeLimited', today, null, ['/validityEnd required']],
    ['timeLimited', today, today, []],
    ['timeLimited', tomorrow, today, ['/validityEnd before_start']],
    ['trial', null, FAR_END, ['/validityEnd too_late']],
    ['trial', null, '9999-12-30', []],
  ];
  test.each(cases)('%s from %s to %s: %j', (keyType, validityStart, validityEnd, expected) => {
    const errors = judgeValidity({ keyType, validityStart, validityEnd });
    expect(errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(expected);
    expect(errors.every(({ detail }) => /^(Leave|Give) .*\.$/.test(detail))).toBe(true);
  });
});

describe('K2: the form proposes a validity', () => {
  test.each([
    ['permanent', null, { validityStart: null, validityEnd: null }],
    ['subscription', null, { validityStart: today, validityEnd: '2027-11-21' }],
    ['subscription', '2024-02-29', { validityStart: '2024-02-29', validityEnd: '2025-02-28' }],
    ['trial', undefined, { validityStart: today, validityEnd: '2026-12-21' }],
    ['trial', '2026-02-01', { validityStart: '2026-02-01', validityEnd: '2026-03-03' }],
    ['timeLimited', yesterday, { validityStart: yesterday, validityEnd: null }],
    ['subscription', '9999-06-01', { validityStart: '9999-06-01', validityEnd: null }],
  ] as const)('%s bought on %s', (keyType, purchaseDate, expected) => {
    const dates = purchaseDate === undefined ? { today } : { purchaseDate, today };
    expect(proposeValidity(keyType, dates)).toEqual(expected);
  });

  test('what is proposed can be saved, but for the end a person has to give', () => {
    for (const keyType of keyTypes) {
      const errors = judgeValidity({ keyType, ...proposeValidity(keyType, { today }) });
      expect(errors.map((error) => error.code)).toEqual(keyType === 'timeLimited' ? ['required'] : []);
    }
  });
});

describe('C1: the status follows from the facts', () => {
  test('K3: a new key is available without anyone setting it, unless its end has passed', () => {
    expect(keyStatus(free, today)).toBe('available');
    expect(keyStatus({ ...free, validityEnd: yesterday }, today)).toBe('expired');
  });

  test('revoked before expired before applied before available, for every combination', () => {
    const table: string[] = [];
    for (const revoked of [false, true]) {
      for (const validityEnd of [null, yesterday, today]) {
        for (const [seatsTaken, seats] of [
          [0, 1],
          [1, 1],
          [1, 2],
          [2, 2],
        ] as const) {
          const status = keyStatus({ revoked, validityStart: null, validityEnd, seats, seatsTaken }, today);
          table.push(`${revoked ? 'R' : '-'} ${validityEnd ?? 'never'} ${seatsTaken}/${seats} ${status}`);
        }
      }
    }
    expect(table).toEqual([
      '- never 0/1 available',
      '- never 1/1 applied',
      '- never 1/2 available',
      '- never 2/2 applied',
      '- 2026-11-20 0/1 expired',
      '- 2026-11-20 1/1 expired',
      '- 2026-11-20 1/2 expired',
      '- 2026-11-20 2/2 expired',
      '- 2026-11-21 0/1 available',
      '- 2026-11-21 1/1 applied',
      '- 2026-11-21 1/2 available',
      '- 2026-11-21 2/2 applied',
      ...[null, yesterday, today].flatMap((end) =>
        ['0/1', '1/1', '1/2', '2/2'].map((seats) => `R ${end ?? 'never'} ${seats} revoked`),
      ),
    ]);
    expect(new Set(table.map((row) => row.split(' ')[3]))).toEqual(new Set(keyStatuses));
  });

  test('C4: the end is the last valid day', () => {
    const facts = { ...free, validityEnd: today };
    expect([yesterday, today, tomorrow].map((day) => keyStatus(facts, day))).toEqual([
      'available',
      'available',
      'expired',
    ]);
  });

  test('C4: the start is the first valid day', () => {
    const facts = { ...free, validityStart: today };
    expect([yesterday, today, tomorrow].map((day) => isNotYetValid(facts, day))).toEqual([true, false, false]);
    expect(keyStatus(facts, yesterday)).toBe('available');
    expect(isNotYetValid(free, today)).toBe(false);
  });

  test('a key is in use from its first seat on', () => {
    expect([0, 1, 2].map((seatsTaken) => isInUse({ seatsTaken }))).toEqual([false, true, true]);
  });
});

describe('A3: a key that cannot be applied says why', () => {
  test.each([
    ['free', {}, undefined],
    ['one seat left', { seats: 2, seatsTaken: 1 }, undefined],
    ['on its first and last day', { validityStart: today, validityEnd: today }, undefined],
    ['taken', { seatsTaken: 1 }, 'seat_taken'],
    ['not yet valid', { validityStart: tomorrow }, 'key_not_yet_valid'],
    ['not yet valid and taken', { validityStart: tomorrow, seatsTaken: 1 }, 'key_not_yet_valid'],
    ['expired', { validityEnd: yesterday }, 'key_expired'],
    ['expired and taken', { validityEnd: yesterday, seatsTaken: 1 }, 'key_expired'],
    ['revoked', { revoked: true }, 'key_revoked'],
    ['revoked, expired and taken', { revoked: true, validityEnd: yesterday, seatsTaken: 1 }, 'key_revoked'],
  ] as const)('%s', (_, facts, expected) => {
    expect(applyRefusal({ ...free, ...facts }, today)).toBe(expected);
  });

  test('a key can be applied exactly when it is available and already valid', () => {
    const day = fc.integer({ min: 0, max: 6 }).map((days) => addPeriod('2026-11-17', `P${days + 1}D`));
    const facts = fc.record({
      revoked: fc.boolean(),
      validityStart: fc.option(day),
      validityEnd: fc.option(day),
      seats: fc.integer({ min: 1, max: 3 }),
      seatsTaken: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(facts, (key) => {
        const canBe = keyStatus(key, today) === 'available' && !isNotYetValid(key, today);
        return (applyRefusal(key, today) === undefined) === canBe;
      }),
    );
  });
});
