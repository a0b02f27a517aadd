import { describe, expect, it } from 'vitest';
import {
  dateOrderOf,
  readCount,
  readDay,
  readKeyType,
  readMoney,
  readNumber,
  readYesNo,
} from '../../src/server/imports/values.ts';

describe('the values of a file', () => {
  it.each([
    ['2026-12-31', undefined, '2026-12-31'],
    ['2026-12-31 00:00:00', undefined, '2026-12-31'],
    ['2026-12-31T00:00:00.000000', 'mdy', '2026-12-31'],
    ['31.12.2026', 'dmy', '2026-12-31'],
    ['3/4/2026', 'dmy', '2026-04-03'],
    ['3/4/2026', 'mdy', '2026-03-04'],
    ['2026/3/4', 'mdy', '2026-03-04'],
    ['26/3/4', 'ymd', '2026-03-04'],
    ['10/27/28', 'mdy', '2028-10-27'],
    ['1/1/68', 'mdy', '2068-01-01'],
    ['1/1/69', 'mdy', '1969-01-01'],
    ['1-2-1999', 'dmy', '1999-02-01'],
    ['29.02.2024', 'dmy', '2024-02-29'],
  ] as const)('X1: reads the day %s (%s)', (text, order, day) => {
    expect(readDay(text, order)).toBe(day);
  });

  it.each([
    '29.02.2026',
    '13/13/2026',
    '2026-02-30',
    '2026-12-31 12:00:00',
    '45678',
    '1/2',
    '1/2.2026',
    '1/2/026',
    '',
    '0001-01-01',
    '0000-00-00',
    'soon',
  ])('X1: %s is no day', (text) => {
    expect(readDay(text, 'dmy')).toBeUndefined();
  });

  it.each([
    [['03/04/2026'], undefined, undefined, 'unclear'],
    [['03/04/2026'], undefined, 'mdy', 'mdy'],
    [['03/04/2026'], 'dmy', 'mdy', 'dmy'],
    [['03/04/2026', '13/04/2026'], undefined, 'mdy', 'dmy'],
    [['03/04/2026', '04/13/2026'], undefined, undefined, 'mdy'],
    [['03.04.2026'], undefined, 'mdy', 'dmy'],
    [['05/05/2026', '2026-03-04', ''], undefined, undefined, undefined],
  ] as const)('X1: the order of %j, asked for %s, otherwise %s, is %s', (texts, asked, fallback, order) => {
    expect(dateOrderOf(texts, asked, fallback)).toBe(order);
  });

  it.each([
    ['$12.58', { cost: 12.58, currency: 'USD' }],
    ['$1,200', { cost: 1200, currency: 'USD' }],
    ['1.299,00 €', { cost: 1299, currency: 'EUR' }],
    ['1,299.5', { cost: 1299.5 }],
    ['EUR 12,5', { cost: 12.5, currency: 'EUR' }],
    ["12'000.00 CHF", { cost: 12_000, currency: 'CHF' }],
    ['1.000.000', { cost: 1_000_000 }],
    ['1266', { cost: 1266 }],
  ])('X1: reads the amount %s', (text, amount) => {
    expect(readMoney(text)).toEqual(amount);
  });

  it.each(['1.234', '1,234', '-5', '12.345.6', '$5 €', 'free', '1e3', '', `1${' '.repeat(1_000_000)}x`])(
    'X1: %.20s is no amount, or could be two',
    (text) => {
      expect(readMoney(text)).toBeUndefined();
    },
  );

  it('X1: reads counts, numbers, words of both languages, and nothing into what is none', () => {
    expect([readCount('12'), readCount('-1'), readCount('1.5'), readCount('1e3')]).toEqual([
      12,
      undefined,
      undefined,
      undefined,
    ]);
    expect([readNumber('12,5'), readNumber('-3'), readNumber('1,2,3')]).toEqual([12.5, -3, undefined]);
    expect([readKeyType('Time-Limited'), readKeyType('befristet'), readKeyType('x')]).toEqual([
      'timeLimited',
      'timeLimited',
      undefined,
    ]);
    expect([readYesNo('Yes'), readYesNo('nein'), readYesNo('sometimes')]).toEqual([true, false, undefined]);
  });
});
