import { describe, expect, it } from 'vitest';
import { isUnlimited, readCount, readMoney, readNumber, saysMore } from '../../src/server/imports/plan/amounts.ts';
import { readDay } from '../../src/server/imports/plan/read-day.ts';
import { isEndless, readKeyType, readUnitStatus, readYesNo } from '../../src/server/imports/plan/values.ts';
import { dateOrderOf, noDates, noteDate } from '../../src/server/imports/read/date-order.ts';
import { damageOf, noLengths, noteLength, wantedLength } from '../../src/server/imports/read/destroyed-numbers.ts';
import { noNumbers, noteNumber, numberStyleOf } from '../../src/server/imports/read/number-style.ts';

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
    ['5. März 2026', undefined, '2026-03-05'],
    ['5 Mar 2026', 'mdy', '2026-03-05'],
    ['Mon Jan 05, 2026', undefined, '2026-01-05'],
    ['December 31, 2026', undefined, '2026-12-31'],
    ['31. Dez. 2026', undefined, '2026-12-31'],
  ] as const)('X1: reads the day %s (%s)', (text, order, day) => {
    expect(readDay(text, order)).toBe(day);
  });

  it.each([
    ['2024-03-01 08:11:12Z', '2024-03-01'],
    ['2026-12-31T23:59:59+02:00', '2026-12-31'],
    ['2026-02-03 11:12', '2026-02-03'],
    ['31.12.2026, 23:59 Uhr', undefined],
    ['31.12.2026 23:59', '2026-12-31'],
    ['12/31/2026 11:59:59 PM', undefined],
    ['20271231', '2027-12-31'],
    ['12/2027', '2027-12-31'],
    ['2.2028', '2028-02-29'],
    ['2027-12', '2027-12-31'],
    ['Dezember 2027', '2027-12-31'],
    ['13/2027', undefined],
    ['01/27', undefined],
    ['31 Dec 2026', '2026-12-31'],
    ['31-Dec-2026', '2026-12-31'],
    ['Mar 04, 2025', '2025-03-04'],
    ['1er mars 2026', '2026-03-01'],
    ['31 de diciembre de 2026', '2026-12-31'],
    ['3 août 2026', '2026-08-03'],
    ['3 gennaio 2026', '2026-01-03'],
    ['3 maart 2026', '2026-03-03'],
    ['3 października 2026', '2026-10-03'],
    ['20271331', undefined],
    ['45678901', undefined],
  ])('F9: %s is the end %s', (text, day) => {
    expect(readDay(text, 'dmy', true)).toBe(day);
  });

  it('F9: a month alone begins with its first day', () => {
    expect([readDay('12/2027', 'dmy'), readDay('12.2027', 'mdy')]).toEqual(['2027-12-01', '2027-12-01']);
  });

  it.each([
    '29.02.2026',
    '13/13/2026',
    '2026-02-30',
    '1/2',
    '1/2.2026',
    '1/2/026',
    '',
    '0001-01-01',
    '0000-00-00',
    'soon',
    '5. Brumaire 2026',
    '31. Februar 2026',
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
    [['26-03-04'], undefined, 'mdy', 'unclear'],
    [['26-03-13'], undefined, undefined, 'unclear'],
    [['26-03-04'], 'ymd', undefined, 'ymd'],
  ] as const)('X1: the order of %j, asked for %s, otherwise %s, is %s', (texts, asked, fallback, order) => {
    const evidence = noDates();
    for (const text of texts) noteDate(evidence, text);
    expect(dateOrderOf(evidence, { asked, fallback })).toBe(order);
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

  it.each(['1.234', '1,234', '-5', '12.345.6', '$5 €', '5 Äpfel', '1e3', '', `1${' '.repeat(1_000_000)}x`])(
    'X1: %.20s is no amount, or could be two',
    (text) => {
      expect(readMoney(text)).toBeUndefined();
    },
  );

  it.each([
    ['89,90 €/Jahr', { cost: 89.9, currency: 'EUR' }],
    ['89.9 € pro Jahr', { cost: 89.9, currency: 'EUR' }],
    ['12,50 EUR netto', { cost: 12.5, currency: 'EUR' }],
    ['12,50 EUR zzgl. MwSt.', { cost: 12.5, currency: 'EUR' }],
    ['EUR 45.-', { cost: 45, currency: 'EUR' }],
    ['45,-- €', { cost: 45, currency: 'EUR' }],
    ['1 299.00', { cost: 1299 }],
    ['129,90 zł', { cost: 129.9, currency: 'PLN' }],
    ['kostenlos', { cost: 0 }],
    ['free', { cost: 0 }],
    ['0', { cost: 0 }],
    ['12,50 € + 3,00 € Versand', undefined],
    ['ab 12 €', undefined],
    ['1 299.00 / 2 User', undefined],
  ])('F9: the amount %s', (text, amount) => {
    expect(readMoney(text)).toEqual(amount);
  });

  it('F9: what an amount is for is more than the amount', () => {
    expect(['89,90 €/Jahr', '12 EUR netto', '89,90 €', 'EUR 45.-', 'PRO 5'].map(saysMore)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  it.each([
    ['5 Stk.', 5],
    ['5 User', 5],
    ['10 Geräte', 10],
    ['5,0', 5],
    ['25 licences', 25],
    ['1.000 Lizenzen', undefined],
    ['3/5', undefined],
    ['5 Monate', undefined],
    ['ca. 5', undefined],
  ])('F9: the count %s', (text, count) => {
    expect(readCount(text)).toBe(count);
  });

  it('F9: words of seven languages', () => {
    expect(['oui', 'Sí', 'sì', 'ja', 'tak', 'yes', 'Ja'].map(readYesNo)).toEqual(Array(7).fill(true));
    expect(['non', 'no', 'nee', 'nie', 'nein', 'falso'].map(readYesNo)).toEqual(Array(6).fill(false));
    expect(['Illimité', 'ilimitado', 'illimitato', 'onbeperkt', 'nieograniczona'].map(isUnlimited)).toEqual(
      Array(5).fill(true),
    );
    expect(['jamais', 'nunca', 'nooit', 'bezterminowo', 'aucun'].map(isEndless)).toEqual(Array(5).fill(true));
    expect(['Perpetual', 'Abo', 'Demo', 'MAK'].map(readKeyType)).toEqual([
      ...['permanent', 'subscription', 'trial', undefined],
    ]);
  });

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

  it('X1: two digits of a year at the end of something are read only up to 68', () => {
    expect([readDay('31.12.27', 'dmy', true), readDay('31.12.99', 'dmy', true), readDay('31.12.99', 'dmy')]).toEqual([
      '2027-12-31',
      undefined,
      '1999-12-31',
    ]);
  });

  it.each([
    ...['Does not expire', 'niemals', 'Läuft nie ab', 'Lauft nie ab', 'kein Ablauf', 'entfällt', 'k.A.'],
    ...['unlimited', 'Unbegrenzt', 'n/a', 'N.A.', 'unbefristet', '9999-12-31', '31.12.9999', '12/31/9999', '-', '∞'],
    ...['never', 'Perpetual', 'Lebenszeit', '0000-00-00', '9999-12-31 00:00:00'],
  ])('X1: %s at the place of an end means that there is none', (text) => {
    expect(isEndless(text)).toBe(true);
  });

  it.each(['2026-12-31', 'soon', '31.12.1999', '?', ''])('X1: %s does not', (text) => {
    expect(isEndless(text)).toBe(false);
  });

  it.each([
    [['1,50'], 'comma'],
    [['1.50'], 'point'],
    [['1.234', '1,50'], 'comma'],
    [['1.234', '1.234.567'], 'comma'],
    [['1,234', '0.5'], 'point'],
    [['1.234', '1,234'], 'unclear'],
    [['1.234'], 'unclear'],
    [['1234', '12'], undefined],
    [['1.50', '1,50'], undefined],
  ] as const)('X1: the numbers %j have the style %s', (texts, style) => {
    const evidence = noNumbers();
    for (const text of texts) noteNumber(evidence, text, 2);
    expect(numberStyleOf(evidence)).toBe(style);
  });

  it('X1: thousands are read in the style of their column', () => {
    expect([readMoney('1.234', 'comma'), readMoney('1.234', 'point')]).toEqual([{ cost: 1234 }, { cost: 1.234 }]);
    expect([readCount('1.000', 'comma'), readCount('1.000', 'point'), readCount('5,0')]).toEqual([1000, 1, 5]);
    expect([readNumber('-1.234,5', 'comma'), readNumber('1.234')]).toEqual([-1234.5, undefined]);
    expect(['-1', 'Unlimited', 'unbegrenzt', '12'].map(isUnlimited)).toEqual([true, true, true, false]);
  });

  it('X3: the words of our own files are read back, in both languages', () => {
    expect(['Auf Lager', 'In Service', 'retired', 'lost'].map((text) => readUnitStatus(text, statuses))).toEqual([
      'inStock',
      'inService',
      'retired',
      undefined,
    ]);
  });

  it.each([
    ['1.23E+15', 'scientific'],
    ['4,56E+12', 'scientific'],
    ['1E+15', 'scientific'],
    ['01. Jan', 'date'],
    ['Jan-05', 'date'],
    ['05-Mai', 'date'],
    ['5. Mrz 26', 'date'],
    ['2026-01-05', 'date'],
    ['05.01.2026', 'date'],
    ['1/5/26', 'date'],
    ['#N/A', 'error'],
    ['#BEZUG!', 'error'],
    ['########', 'error'],
  ])('X1: %s shows what a spreadsheet did to a key (%s)', (text, damage) => {
    expect(damageOf(text)).toBe(damage);
  });

  it.each(['1E10', '12E5-AAAA', 'JAN-05', '2026-01-05-AAAA', '1.2.3.4', '12-05-2026', 'Jan', '#1234', 'MAY-2026'])(
    'X1: %s may be a key',
    (text) => {
      expect(damageOf(text)).toBeUndefined();
    },
  );

  it.each([
    ['of eight and a few of seven', [...Array(9).fill('12345678'), '1234567'], 8],
    ['of one length', Array(9).fill('12345678'), undefined],
    ['that were counted up', ['999998', '999999', '1000000', '1000001', '1000002'], undefined],
    ['with a letter among them', [...Array(9).fill('12345678'), '1234567', 'A'], undefined],
    ['of all lengths', ['1', '22', '333', '4444', '55555', '666666'], undefined],
    ['of no number', [], undefined],
  ])('X1: lost zeros are seen in keys %s', (_, texts, length) => {
    const lengths = noLengths();
    for (const text of texts) noteLength(lengths, text);
    expect(wantedLength(lengths)).toBe(length);
  });
});

const statuses = ['inStock', 'inService', 'returned', 'retired'] as const;
