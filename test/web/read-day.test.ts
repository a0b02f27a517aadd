import { expect, test } from 'vitest';
import { wordsIn } from '../../src/domain/every-language.ts';
import { readDay } from '../../src/web/words/read-day.ts';

const [english, german] = [wordsIn('en').manner, wordsIn('de').manner];
const french = { ...english, dayFormat: 'DD/MM/YYYY' };
const spanish = { ...english, dayFormat: 'D MMM YYYY', months: ['ene.', 'feb.', 'mar.', 'abr.'] };

test.each([
  ['2026-12-31', english, '2026-12-31'],
  ['2026-1-3', german, '2026-01-03'],
  ['31.12.2026', english, '2026-12-31'],
  ['3.1.26', german, '2026-01-03'],
  ['3 Oct 2026', english, '2026-10-03'],
  ['Oct 3, 2026', english, '2026-10-03'],
  ['03/04/2026', english, '2026-03-04'],
  ['03/04/2026', french, '2026-04-03'],
  ['31/12/26', french, '2026-12-31'],
  ['3 Ene 2026', spanish, '2026-01-03'],
  ['tomorrow', english, null],
  ['', german, null],
])('D: %j is read as the language writes days', (typed, manner, day) => {
  expect(readDay(typed, manner)).toBe(day);
});
