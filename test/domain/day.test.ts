import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addPeriod,
  daysBetween,
  endOfDayUtc,
  FAR_END,
  isDay,
  isPeriod,
  isTimeZone,
  todayIn,
} from '../../src/domain/day.ts';
import { AppError } from '../../src/domain/errors.ts';

const zones = [
  'Pacific/Niue',
  'America/St_Johns',
  'America/Sao_Paulo',
  'UTC',
  'Europe/Berlin',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Kiritimati',
];
const zone = fc.constantFrom(...zones);
const dayNumber = fc.integer({ min: Date.UTC(1950, 0, 1) / 86_400_000, max: Date.UTC(2200, 0, 1) / 86_400_000 });
const day = dayNumber.map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10));

function refusal(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('isDay', () => {
  test.each(['1900-01-01', '2024-02-29', '2000-02-29', '2026-12-31', '9999-12-31'])('%s is a day', (text) => {
    expect(isDay(text)).toBe(true);
  });

  test.each([
    '1899-12-31',
    '0001-01-01',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '10000-01-01',
    '26-01-01',
    '2026-1-1',
    '31/12/2026',
    '20261231',
    '2026-12-31T00:00:00Z',
    ' 2026-12-31',
    '2026-12-31\n',
    '２０２６-12-31',
    '',
  ])('%j is no day', (text) => {
    expect(isDay(text)).toBe(false);
  });

  test('every day of the calendar is a day, and the text after it is the next one', () => {
    fc.assert(fc.property(day, (text) => isDay(text) && daysBetween(text, addPeriod(text, 'P1D')) === 1));
  });
});

describe('C4: today is the day in the time zone of the organisation', () => {
  test.each([
    ['Pacific/Niue', '2026-03-09'],
    ['UTC', '2026-03-10'],
    ['Europe/Berlin', '2026-03-10'],
    ['Pacific/Kiritimati', '2026-03-11'],
  ])('%s at 2026-03-10T10:30Z: %s', (timeZone, expected) => {
    expect(todayIn(timeZone, new Date('2026-03-10T10:30:00.000Z'))).toBe(expected);
  });

  test.each([
    '1970-01-01T00:00:00.000Z',
    '2024-02-29T12:00:00.000Z',
    '2038-01-19T03:14:08.000Z',
    '9999-12-30T12:00:00.000Z',
  ])('the clock may stand at %s', (moment) => {
    expect(todayIn('UTC', new Date(moment))).toBe(moment.slice(0, 10));
  });
});

describe('C4: a day is over when the next begins in that time zone', () => {
  test.each([
    ['an ordinary day', '2026-11-21', 'UTC', '2026-11-22T00:00:00.000Z'],
    ['west of UTC by 11 hours', '2026-11-21', 'Pacific/Niue', '2026-11-22T11:00:00.000Z'],
    ['east of UTC by 14 hours', '2026-11-21', 'Pacific/Kiritimati', '2026-11-21T10:00:00.000Z'],
    ['by 5:45 hours', '2026-11-21', 'Asia/Kathmandu', '2026-11-21T18:15:00.000Z'],
    ['before the day of 23 hours', '2026-03-28', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['the day of 23 hours', '2026-03-29', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
    ['the day of 25 hours', '2026-10-25', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['a midnight that is skipped', '2018-11-03', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
    ['half an hour of daylight saving', '2026-10-03', 'Australia/Lord_Howe', '2026-10-03T13:30:00.000Z'],
    ['before a day that was left out', '2011-12-29', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    ['the last day possible', '9999-12-30', 'Pacific/Niue', '9999-12-31T11:00:00.000Z'],
    ['the end of a permanent key', FAR_END, 'Pacific/Niue', '9999-12-31T23:59:59.999Z'],
  ])('%s', (_, date, timeZone, expected) => {
    expect(endOfDayUtc(date, timeZone)).toBe(expected);
  });

  test('a millisecond before, it is still that day or an earlier one; at that moment, a later one', () => {
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        const end = Date.parse(endOfDayUtc(date, timeZone));
        return todayIn(timeZone, new Date(end - 1)) <= date && todayIn(timeZone, new Date(end)) > date;
      }),
    );
  });

  test('days follow one another: 20 to 28 hours, but for the day Samoa left out', () => {
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        fc.pre(timeZone !== 'Pacific/Apia' && timeZone !== 'Pacific/Kiritimati');
        const next = addPeriod(date, 'P1D');
        const hours = (Date.parse(endOfDayUtc(next, timeZone)) - Date.parse(endOfDayUtc(date, timeZone))) / 3_600_000;
        return hours >= 20 && hours <= 28;
      }),
    );
  });
});

describe('C5: an end is moved by a period', () => {
  test.each([
    ['2024-02-29', 'P1Y', '2025-02-28'],
    ['2024-02-29', 'P4Y', '2028-02-29'],
    ['2026-01-31', 'P1M', '2026-02-28'],
    ['2026-01-31', 'P18M', '2027-07-31'],
    ['2026-08-31', 'P1Y6M', '2028-02-29'],
    ['2026-12-31', 'P1D', '2027-01-01'],
    ['2026-11-21', 'P30D', '2026-12-21'],
    ['2026-11-21', 'P2W', '2026-12-05'],
    ['2026-01-31', 'P1M1D', '2026-03-01'],
    ['2026-11-21', 'P0Y1M', '2026-12-21'],
    ['9998-12-30', 'P1Y', '9999-12-30'],
  ])('%s and %s is %s', (date, period, expected) => {
    expect(addPeriod(date, period)).toBe(expected);
  });

  test.each([
    'P0D',
    'P0Y0M',
    'P',
    '',
    'P1',
    '1Y',
    'p1y',
    'P-1Y',
    '-P1Y',
    'P1.5Y',
    'PT24H',
    'P1DT1H',
    'P1M1Y',
    'P1Y2W',
    'P1Y ',
    'P1Y\n',
    'P1234567D',
    'P１Y',
  ])('%j is no period', (period) => {
    expect(isPeriod(period)).toBe(false);
    expect(refusal(() => addPeriod('2026-11-21', period))).toMatchObject({ code: 'invalid' });
  });

  test.each([
    ['9999-12-30', 'P1D'],
    ['9998-12-31', 'P1Y'],
    ['2026-11-21', 'P999999Y'],
    ['2026-11-21', 'P999999Y999999M999999D'],
    ['2026-02-30', 'P1Y'],
  ])('%s and %s is refused', (date, period) => {
    const error = refusal(() => addPeriod(date, period));
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'invalid', errors: [{ pointer: '/extendBy', code: 'period' }] });
  });

  test('a period of months keeps the day of the month or takes the last', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 1, max: 600 }), (date, months) => {
        const result = addPeriod(date, `P${months}M`);
        const wanted = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) + months;
        expect(Number(result.slice(0, 4)) * 12 + Number(result.slice(5, 7))).toBe(wanted);
        const isLast = addPeriod(result, 'P1D').endsWith('-01');
        expect(result.slice(8) === date.slice(8) || (result.slice(8) < date.slice(8) && isLast)).toBe(true);
      }),
    );
  });
});

describe('isTimeZone', () => {
  test.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+11', 'Pacific/Kiritimati'])(
    '%s is one',
    (text) => expect(isTimeZone(text)).toBe(true),
  );
  test.each(['', '+01:00', 'Europe/Atlantis', 'Berlin', '../etc/passwd', 'Europe/Berlin ', 'x'.repeat(10_000)])(
    '%j is none',
    (text) => expect(isTimeZone(text)).toBe(false),
  );
});

test('days between two days, in either direction and over daylight saving', () => {
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2);
  expect(daysBetween('2024-01-01', '2025-01-01')).toBe(366);
});
