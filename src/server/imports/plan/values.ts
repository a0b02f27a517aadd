import { type Day, isDay } from '../../../domain/day.ts';
import { everyLanguage } from '../../../domain/every-language.ts';
import { keyTypes } from '../../../domain/key-rules.ts';
import { valueLabel } from '../../../domain/labels.ts';
import type { DateOrder } from '../read/date-order.ts';
import { type NumberStyle, readAmount } from '../read/number-style.ts';

export type { DateOrder } from '../read/date-order.ts';

const isoDay = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/;
const threeNumbers = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})$/;
const dayFirstWords = /^(?:\p{L}{2,10},? )?(\d{1,2})\.? ?(\p{L}{3,9})\.?,? (\d{4})$/u;
const monthFirstWords = /^(?:\p{L}{2,10},? )?(\p{L}{3,9})\.? (\d{1,2}),? (\d{4})$/u;

/**
 * A day as `2026-12-31` (with midnight behind it, if need be), as three numbers in the order given, or with the name of
 * its month in English or German. A year of two digits is 2000–2068 or 1969–1999, as POSIX reads them; at the end of
 * something, where 99 stands for a time to come as often as not, only 2000–2068. Undefined where it is no day.
 */
export function readDay(text: string, order: DateOrder | undefined, isEnd = false): Day | undefined {
  const iso = isoDay.exec(text)?.[1];
  if (iso !== undefined) return isDay(iso) ? iso : undefined;
  const [year, month, day] = namedMonth(text) ?? numbersOf(text, order);
  if (!/^\d{2}(\d{2})?$/.test(year) || day.length > 2) return undefined;
  if (isEnd && year.length === 2 && Number(year) > 68) return undefined;
  const found = `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(found) ? found : undefined;
}

type DateParts = [year: string, month: string, day: string];

function numbersOf(text: string, order: DateOrder | undefined): DateParts {
  const [, first = '', , second = '', third = ''] = threeNumbers.exec(text) ?? [];
  const used = first.length > 2 ? 'ymd' : (order ?? 'dmy');
  if (used === 'ymd') return [first, second, third];
  return used === 'mdy' ? [third, first, second] : [third, second, first];
}

const months = [
  ...[
    'january januar jan',
    'february februar feb',
    'march marz mar mrz maerz',
    'april apr',
    'may mai',
    'june juni jun',
  ],
  ...['july juli jul', 'august aug', 'september sept sep', 'october oktober oct okt', 'november nov'],
  'december dezember dec dez',
].map((names) => names.split(' '));

function namedMonth(text: string): DateParts | undefined {
  if (text.length > 40) return undefined;
  const dayFirst = dayFirstWords.exec(text);
  const [, name = '', day = '', year = ''] = dayFirst
    ? ['', dayFirst[2], dayFirst[1], dayFirst[3]]
    : (monthFirstWords.exec(text) ?? []);
  const plainMonth = name.toLowerCase().replace('ä', 'a');
  const month = months.findIndex((names) => names.includes(plainMonth)) + 1;
  return month === 0 ? undefined : [year, String(month), day];
}

function fullYear(digits: string): string {
  if (digits.length === 4) return digits;
  return (Number(digits) <= 68 ? '20' : '19') + digits;
}

const endless = new Set([
  ...['unlimited', 'permanent', 'perpetual', 'lifetime', 'lifelong', 'never', 'neverexpires', 'neverexpire', 'na'],
  ...['none', 'noexpiration', 'noexpiry', 'noend', 'doesnotexpire', 'indefinite', 'indefinitely', 'forever'],
  ...['unbegrenzt', 'unbefristet', 'unlimitiert', 'unbeschränkt', 'dauerhaft', 'lebenslang', 'lebenszeit', 'nie'],
  ...['niemals', 'keine', 'kein', 'keinablauf', 'keinablaufdatum', 'läuftnieab', 'läuftnichtab', 'ka', 'entfällt'],
  // So GLPI's translation spells it.
  'lauftnieab',
]);

/** Whether a text at the place of an end says that there is none: words, a dash, the last day of computers, or no date. */
export function isEndless(text: string): boolean {
  if (/^[-–—∞]+$/.test(text)) return true;
  if (/^(?:9999|0000)[./-]\d{1,2}[./-]\d{1,2}(?:[T ][\d:.]+)?$|^\d{1,2}[./-]\d{1,2}[./-](?:9999|0000)$/.test(text))
    return true;
  return endless.has(plain(text));
}

/** Whether a number of seats says that there is no limit. */
export function isUnlimited(text: string): boolean {
  return text === '-1' || ['unlimited', 'unbegrenzt', 'unlimitiert', 'unbeschränkt', 'illimité'].includes(plain(text));
}

const currencySigns: Record<string, string> = { $: 'USD', US$: 'USD', '€': 'EUR', '£': 'GBP' };
const money = /^(US\$|[$€£]|[A-Z]{3})?\s*(\d[\d.,' \u00A0\u202F]*)\s*(US\$|[$€£]|[A-Z]{3})?$/;

/** The digits, points and commas of an amount, and its currency; undefined where it is none. */
export function amountParts(text: string): { digits: string; currency?: string } | undefined {
  // The pattern's time grows with the square of a run of blanks.
  const [, before, digits = '', after] = (text.length <= 40 && money.exec(text)) || [];
  if (digits === '' || (before && after)) return undefined;
  const sign = before ?? after;
  const currency = sign === undefined ? undefined : Object.hasOwn(currencySigns, sign) ? currencySigns[sign] : sign;
  return { digits: digits.replace(/[' \u00A0\u202F]/g, ''), ...(currency && { currency }) };
}

/** An amount such as `$12.58`, `1.299,00 €` or `12.58 EUR`; undefined where it is none, or could be two. */
export function readMoney(text: string, style?: NumberStyle): { cost: number; currency?: string } | undefined {
  const { digits = '', currency } = amountParts(text) ?? {};
  // Who pays in these writes 1,200 for a thousand and more.
  const isEnglish = (currency === 'USD' || currency === 'GBP') && digits.includes(',');
  const cost = readAmount(digits, style ?? (isEnglish ? 'point' : undefined));
  return cost === undefined ? undefined : { cost, ...(currency && { currency }) };
}

/** A whole number of at most nine digits, without a sign; thousands may be parted. Undefined where it is none. */
export function readCount(text: string, style?: NumberStyle): number | undefined {
  const count = readAmount(text.replace(/[' \u00A0\u202F]/g, ''), style);
  return count !== undefined && Number.isInteger(count) && count < 1e9 ? count : undefined;
}

/** A decimal number, in either style. */
export function readNumber(text: string, style?: NumberStyle): number | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(\d[\d.,]*)$/.exec(text) ?? [];
  const amount = readAmount(digits, style);
  return amount === undefined ? undefined : amount * (sign === '-' ? -1 : 1);
}

/** One of `values`, whatever its case, blanks and dashes: `Time-Limited` is timeLimited. */
function readWord<Value extends string>(text: string, values: readonly Value[]): Value | undefined {
  return values.find((value) => plain(value) === plain(text));
}

/** A key type by its name in code, or in a language. */
export function readKeyType(text: string): (typeof keyTypes)[number] | undefined {
  return readWord(text, keyTypes) ?? keyTypes.find((type) => isLabel('keyType', type, text));
}

/** The status of a unit by its name in code, or in a language. */
export function readUnitStatus<Status extends 'inStock' | 'inService' | 'returned' | 'retired'>(
  text: string,
  statuses: readonly Status[],
): Status | undefined {
  return readWord(text, statuses) ?? statuses.find((status) => isLabel('equipmentStatus', status, text));
}

function isLabel<Kind extends 'keyType' | 'equipmentStatus' | 'yesNo'>(
  kind: Kind,
  value: Parameters<typeof valueLabel<Kind>>[1],
  text: string,
): boolean {
  return everyLanguage.some((words) => plain(valueLabel(kind, value, words)) === plain(text));
}

/** Yes or no as spreadsheets and other programs write it, or in a language; undefined where it is neither. */
export function readYesNo(text: string): boolean | undefined {
  const word = plain(text);
  if (['true', 'y', '1', 'j', 'wahr', 'x'].includes(word) || isLabel('yesNo', 'true', text)) return true;
  return ['false', 'n', '0', 'falsch'].includes(word) || isLabel('yesNo', 'false', text) ? false : undefined;
}

/** No word that stands for something is longer: what is, is none of them, and is not compared with each. */
const longestWord = 100;

function plain(text: string): string {
  if (text.length > longestWord) return '';
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
