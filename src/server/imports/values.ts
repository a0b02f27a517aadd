import { type Day, isDay } from '../../domain/day.ts';
import { keyTypes } from '../../domain/key-rules.ts';

/** In which order a date such as 3/4/2026 names day (d), month (m) and year (y). */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

const isoDay = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/;
const threeNumbers = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})$/;

/**
 * A day in one of the forms `2026-12-31` (with midnight behind it, if need be), `31.12.2026`, or three numbers in the
 * order given. A year of two digits is 2000–2068 or 1969–1999, as POSIX reads them. Undefined where it is no day.
 */
export function readDay(text: string, order: DateOrder | undefined): Day | undefined {
  const iso = isoDay.exec(text)?.[1];
  if (iso !== undefined) return isDay(iso) ? iso : undefined;
  const match = threeNumbers.exec(text);
  if (!match) return undefined;
  const [, first = '', , second = '', third = ''] = match;
  const used = first.length > 2 ? 'ymd' : (order ?? 'dmy');
  const [year, month, day] =
    used === 'ymd' ? [first, second, third] : used === 'mdy' ? [third, first, second] : [third, second, first];
  if (!/^\d{2}(\d{2})?$/.test(year) || day.length > 2) return undefined;
  const found = `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(found) ? found : undefined;
}

function fullYear(digits: string): string {
  if (digits.length === 4) return digits;
  return (Number(digits) <= 68 ? '20' : '19') + digits;
}

/**
 * The order of a column's dates: the one asked for; else what a day above 12 shows; else the fallback. 'unclear' where
 * a date could be read two ways and nothing decides; undefined where no date depends on it.
 */
export function dateOrderOf(
  texts: readonly string[],
  asked: DateOrder | undefined,
  fallback: DateOrder | undefined,
): DateOrder | 'unclear' | undefined {
  if (asked !== undefined) return asked;
  const dates = texts.flatMap((text) => dateParts(text) ?? []);
  // Dates with dots are written day first everywhere.
  if (dates.some(({ first, dotted }) => first > 12 || dotted)) return 'dmy';
  if (dates.some(({ second }) => second > 12)) return 'mdy';
  if (fallback !== undefined) return fallback;
  return dates.some(({ first, second }) => first !== second) ? 'unclear' : undefined;
}

/** The first two numbers of a date whose year stands last. */
function dateParts(text: string): { first: number; second: number; dotted: boolean } | undefined {
  const [, first = '', sign, second = ''] = threeNumbers.exec(text) ?? [];
  if (sign === undefined || first.length > 2) return undefined;
  return { first: Number(first), second: Number(second), dotted: sign === '.' };
}

const currencySigns: Record<string, string> = { $: 'USD', US$: 'USD', '€': 'EUR', '£': 'GBP' };
const money = /^(US\$|[$€£]|[A-Z]{3})?\s*(\d[\d.,' \u00A0\u202F]*)\s*(US\$|[$€£]|[A-Z]{3})?$/;

/** An amount such as `$12.58`, `1.299,00 €` or `12.58 EUR`; undefined where it is none, or could be two. */
export function readMoney(text: string): { cost: number; currency?: string } | undefined {
  // The pattern's time grows with the square of a run of blanks.
  const [, before, digits = '', after] = (text.length <= 40 && money.exec(text)) || [];
  if (digits === '' || (before && after)) return undefined;
  const sign = before ?? after;
  const currency = sign === undefined ? undefined : (currencySigns[sign] ?? sign);
  const cost = amountOf(digits.replace(/[' \u00A0\u202F]/g, ''), currency === 'USD' || currency === 'GBP');
  return cost === undefined ? undefined : { cost, ...(currency && { currency }) };
}

/** Of dots and commas the last kind parts the decimals, unless it groups thousands. */
function amountOf(digits: string, isEnglish: boolean): number | undefined {
  if (/^\d+([.,]\d{1,2})?$/.test(digits)) return Number(digits.replace(',', '.'));
  if (/^\d{1,3}(,\d{3})+\.\d{1,2}$/.test(digits)) return Number(digits.replaceAll(',', ''));
  if (/^\d{1,3}(\.\d{3})+,\d{1,2}$/.test(digits)) return Number(digits.replaceAll('.', '').replace(',', '.'));
  if (/^\d{1,3}([.,]\d{3}){2,}$/.test(digits) || (isEnglish && /^\d{1,3},\d{3}$/.test(digits)))
    return Number(digits.replaceAll(/[.,]/g, ''));
  // 1.234 is a thousand to some and little more than one to others.
  return undefined;
}

/** A whole number without signs; undefined where it is none. */
export function readCount(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** One of `values`, whatever its case, blanks and dashes: `Time-Limited` is timeLimited. */
export function readWord<Value extends string>(text: string, values: readonly Value[]): Value | undefined {
  return values.find((value) => plain(value) === plain(text));
}

/** A key type by its name in code, in English or in German. */
export function readKeyType(text: string): (typeof keyTypes)[number] | undefined {
  return readWord(text, keyTypes) ?? germanKeyTypes.get(plain(text));
}

const germanKeyTypes = new Map<string, (typeof keyTypes)[number]>([
  ['unbefristet', 'permanent'],
  ['abonnement', 'subscription'],
  ['testversion', 'trial'],
  ['befristet', 'timeLimited'],
]);

/** Yes or no in English and German; undefined where it is neither. */
export function readYesNo(text: string): boolean | undefined {
  const word = plain(text);
  if (['true', 'yes', 'y', '1', 'ja'].includes(word)) return true;
  return ['false', 'no', 'n', '0', 'nein'].includes(word) ? false : undefined;
}

/** A decimal number, with a point or a comma. */
export function readNumber(text: string): number | undefined {
  return /^[+-]?\d{1,15}([.,]\d{1,15})?$/.test(text) ? Number(text.replace(',', '.')) : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
