import { greatest } from '../../../domain/append.ts';
/** What a spreadsheet did to something that only looked like a number. */
export type Damage = 'scientific' | 'date' | 'error' | 'zeros';

const mon = '(?:Jan|Feb|Mar|Mrz|Mär|März|Apr|Mai|May|Jun|Jul|Aug|Sep|Sept|Okt|Oct|Nov|Dez|Dec)';
const damages: readonly [Damage, RegExp][] = [
  // With the plus sign a spreadsheet writes and people do not: 1E10 may well be a license key.
  ['scientific', /^[+-]?\d(?:[.,]\d+)?E\+\d{1,3}$/i],
  ['error', /^#(?:N\/A|NV|REF!|BEZUG!|NAME\?|VALUE!|WERT!|DIV\/0!|NULL!|NUM!|ZAHL!|#+)$/],
  ['date', /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/],
  ['date', /^\d{1,2}([./])\d{1,2}\1(?:\d{2}|\d{4})$/],
  ['date', new RegExp(`^\\d{1,2}(?:\\. ?|[ -])${mon}\\.?(?:[ -]?\\d{2}(?:\\d{2})?)?$`)],
  ['date', new RegExp(`^${mon}\\.?[ -]\\d{1,4}$`)],
];

/** What stands for a formula of a workbook without what it came to. */
export const formulaWithoutValue = '#FORMULA!';

/** Whether a text is what a spreadsheet shows in the place of a value. */
export function isSheetError(text: string): boolean {
  return text.startsWith('#') && damageOf(text) === 'error';
}

/** What was done to a key or a serial number; undefined where nothing shows. */
export function damageOf(text: string): Damage | undefined {
  return damages.find(([, pattern]) => pattern.test(text))?.[0];
}

/** What to tell whoever has such a file. */
export const damageDetails: Record<Damage, string> = {
  scientific:
    'A spreadsheet turned this into a number such as 1.23E+15 and lost its last digits. Take it from where it came from, into a column with the format "Text", and save the file again.',
  date: 'A spreadsheet turned this into a date. Take it from where it came from, into a column with the format "Text", and save the file again.',
  error: 'This is an error of the spreadsheet (such as #N/A), not a value. Mend the formula and save the file again.',
  zeros:
    'All others in this column have the same number of digits, this has fewer: a spreadsheet dropped the zeros it began with. Take it from where it came from, into a column with the format "Text", and save the file again.',
};

/** How long the values of a column are, as long as all are nothing but digits. */
export type Lengths = { counts: Map<number, number>; isDigits: boolean };

export function noLengths(): Lengths {
  return { counts: new Map(), isDigits: true };
}

export function noteLength(lengths: Lengths, text: string): void {
  if (!lengths.isDigits || !/^\d{1,100}$/.test(text)) lengths.isDigits = false;
  else lengths.counts.set(text.length, (lengths.counts.get(text.length) ?? 0) + 1);
}

/**
 * The length that the values of a column had before zeros were dropped: one in ten begins with a zero, one in a hundred
 * with two. Undefined where the lengths look as if they had always been so.
 */
export function wantedLength({ counts, isDigits }: Lengths): number | undefined {
  const longest = greatest(counts.keys());
  const full = counts.get(longest) ?? 0;
  const shorter = [...counts.values()].reduce((sum, count) => sum + count, 0) - full;
  if (!isDigits || longest < 6 || shorter === 0 || full < 4 || shorter > full / 3) return undefined;
  const isNear = [...counts.keys()].every((length) => length > longest - 5);
  return isNear ? longest : undefined;
}
