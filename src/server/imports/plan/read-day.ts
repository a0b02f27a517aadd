import { type Day, isDay } from '../../../domain/day.ts';
import { foldText } from '../../../domain/fold.ts';
import type { DateOrder } from '../read/date-order.ts';
import { lastMonth, withoutEnd } from './parts-of-year.ts';

const timeBehind =
  /[T ,]\s{0,9}\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s{0,9}(?:[ap]\.?m\.?)?\s{0,9}(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;
const isoDay = /^(\d{4})-(\d{2})-(\d{2})$/;
const eightDigits = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const threeNumbers = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})$/;
const dayFirstWords =
  /^(?:\p{L}{2,12}\.?,? )?(\d{1,2})(?:\.|er|º|°|st|nd|rd|th)?[ -]?(?:de )?(\p{L}{3,12})\.?,?[ -](?:de )?(\d{4}|\d{2})$/u;
const monthFirstWords = /^(?:\p{L}{2,12}\.?,? )?(\p{L}{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u;
const monthOnly = /^(?:(\d{1,2})[./](\d{4})|(\d{4})-(\d{2})|(\p{L}{3,12})\.?,? (?:de )?(\d{4}))$/u;

/** Words before the day that is meant. */
const until =
  /^(?:(?:gültig|gueltig|valid|läuft|laeuft) )?(?:bis(?: zum)?|until|till|through|jusqu'au|hasta(?: el)?|fino al|t\/m|tot|do)\s+(?=\S)/iu;
const since = /^(?:ab|seit|vom|von|from|since|as of|à partir du|depuis le|desde(?: el)?|dal|vanaf|od)\s+(?=\S)/iu;

/**
 * The text of a day without the time of day behind it, whatever zone that is in: the day is the one that stands there; and
 * without a word before it that says no more than what is asked for.
 */
export function dayText(text: string, isEnd = false): string {
  if (text.length > longest) return text;
  const bare = text.replace(isEnd ? until : since, '');
  return bare.length > 10 ? bare.replace(timeBehind, '') : bare;
}

/** Days as spreadsheets count them: from 1970 to the end of 2099, which no other way to write a day looks like. */
const serial = /^(\d{5})(?:[.,]\d{1,12})?$/;
const firstSerial = 25_569;
const lastSerial = 73_050;
const dayMs = 86_400_000;

/** Whether a text is the number by which spreadsheets keep a day. */
export function isSerialDay(text: string): boolean {
  const count = Number(serial.exec(text)?.[1]);
  return count >= firstSerial && count <= lastSerial;
}

const longest = 60;

/**
 * A day as `2026-12-31` or `20261231`, as three numbers in the order given, or with the name of its month; a time behind
 * it says nothing. A month alone, such as 12/2027, is its last day at the end of something, else its first; a quarter, half a
 * year, a year, or the end of any of these are a day only there. Days that a spreadsheet counts are days. A year of two
 * digits is 2000–2068 or 1969–1999, as POSIX reads them; at the end of something, where 99 stands for a time to come as
 * often as not, only 2000–2068. Undefined where it is no day.
 */
export function readDay(written: string, order: DateOrder | undefined, isEnd = false): Day | undefined {
  if (written.length > longest) return undefined;
  const text = dayText(written, isEnd);
  const [year, month, day] = partsOf(text, order, isEnd);
  if (!/^\d{2}(\d{2})?$/.test(year) || day.length > 2) return undefined;
  if (isEnd && year.length === 2 && Number(year) > 68) return undefined;
  const found = `${fullYear(year)}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(found) ? found : undefined;
}

type DateParts = [year: string, month: string, day: string];

function partsOf(text: string, order: DateOrder | undefined, isEnd: boolean): DateParts {
  const [, year, month, day] = isoDay.exec(text) ?? eightDigits.exec(text) ?? [];
  if (year !== undefined && month !== undefined && day !== undefined) return [year, month, day];
  return serialDay(text) ?? namedMonth(text) ?? wholeMonth(text, isEnd) ?? endOf(text, isEnd) ?? numbersOf(text, order);
}

function serialDay(text: string): DateParts | undefined {
  if (!isSerialDay(text)) return undefined;
  const found = new Date((Number.parseInt(text, 10) - firstSerial) * dayMs);
  return [String(found.getUTCFullYear()), String(found.getUTCMonth() + 1), String(found.getUTCDate())];
}

/** The end of a part of a year, or of a month, said in words; undefined where none is asked for. */
function endOf(text: string, isEnd: boolean): DateParts | undefined {
  if (!isEnd) return undefined;
  const { year, month } = lastMonth(text) ?? {};
  return year === undefined || month === undefined
    ? wholeMonth(withoutEnd(text), isEnd)
    : [year, String(month), lastDay(year, month)];
}

function lastDay(year: string, month: number): string {
  return String(new Date(Date.UTC(Number(year), month, 0)).getUTCDate());
}

function numbersOf(text: string, order: DateOrder | undefined): DateParts {
  const [, first = '', , second = '', third = ''] = threeNumbers.exec(text) ?? [];
  const used = first.length > 2 ? 'ymd' : (order ?? 'dmy');
  if (used === 'ymd') return [first, second, third];
  return used === 'mdy' ? [third, first, second] : [third, second, first];
}

/** A month by all its names, without diacritics: English, German, French, Spanish, Italian, Dutch and Polish. */
const months = [
  'january januar jan janvier janv enero ene gennaio gen januari stycznia styczen sty',
  'february februar feb fevrier fevr fev febrero febbraio februari lutego luty lut',
  'march marz mar mrz maerz mars marzo maart mrt marca marzec',
  'april apr avril avr abril abr aprile kwietnia kwiecien kwi',
  'may mai mayo maggio mag mei maja maj',
  'june juni jun juin junio giugno giu czerwca czerwiec cze',
  'july juli jul juillet juil julio luglio lug lipca lipiec lip',
  'august aug aout agosto ago augustus sierpnia sierpien sie',
  'september sept sep septembre septiembre settembre set wrzesnia wrzesien wrz',
  'october oktober oct okt octobre octubre ottobre ott pazdziernika pazdziernik paz',
  'november nov novembre noviembre listopada listopad lis',
  'december dezember dec dez decembre diciembre dic dicembre grudnia grudzien gru',
].map((names) => names.split(' '));

/** The number of a month, counted from 1; 0 where it is none. */
function monthNamed(name: string): number {
  const plain = foldText(name);
  return months.findIndex((names) => names.includes(plain)) + 1;
}

function namedMonth(text: string): DateParts | undefined {
  const dayFirst = dayFirstWords.exec(text);
  const [, name = '', day = '', year = ''] = dayFirst
    ? ['', dayFirst[2], dayFirst[1], dayFirst[3]]
    : (monthFirstWords.exec(text) ?? []);
  const month = name === '' ? 0 : monthNamed(name);
  return month === 0 ? undefined : [year, String(month), day];
}

function wholeMonth(text: string, isEnd: boolean): DateParts | undefined {
  const [, first, firstYear, isoYear, second, name, namedYear] = monthOnly.exec(text) ?? [];
  const year = firstYear ?? isoYear ?? namedYear;
  const month = name === undefined ? Number(first ?? second) : monthNamed(name);
  if (year === undefined || !(month >= 1 && month <= 12)) return undefined;
  return [year, String(month), isEnd ? lastDay(year, month) : '1'];
}

function fullYear(digits: string): string {
  if (digits.length === 4) return digits;
  return (Number(digits) <= 68 ? '20' : '19') + digits;
}
