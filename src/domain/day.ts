import { invalid } from './errors.ts';

/** A calendar day, `YYYY-MM-DD`. Days compare as text. */
export type Day = string;

/** The end of a permanent key inside the database only; no person and no period reaches it. */
export const FAR_END: Day = '9999-12-31';

const DAY_MS = 86_400_000;
const FIRST_DAY: Day = '1900-01-01';
const LAST_DAY: Day = '9999-12-30';

const partsPattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const periodPattern = /^P(?:(\d{1,6})W|(?=\d)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?)$/;

/** True for a day that exists in the calendar, from 1900-01-01 to 9999-12-31. */
export function isDay(text: string): boolean {
  if (!partsPattern.test(text) || text < FIRST_DAY) return false;
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(Number(text.slice(0, 4)), month);
}

/** How many days a month has, counted from 1, in the Gregorian calendar. */
function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The day it is in an IANA time zone at a moment. */
export function todayIn(timeZone: string, now: Date): Day {
  const second = Math.floor(now.getTime() / 1000);
  if (latest.timeZone !== timeZone || latest.second !== second)
    latest = { timeZone, second, day: dayAt(timeZone, now) };
  return latest.day;
}

/** The last answer: a busy server asks again within the second, and no offset has fractions of one. */
let latest = { timeZone: '', second: 0, day: '' };

function dayAt(timeZone: string, now: Date): Day {
  const parts: Record<string, string> = {};
  for (const part of formatterOf(timeZone).formatToParts(now)) parts[part.type] = part.value;
  return `${(parts.year ?? '').padStart(4, '0')}-${parts.month}-${parts.day}`;
}

/** True for an IANA time zone name this runtime knows; offsets such as `+01:00` have no daylight saving and are refused. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/.test(text)) return false;
  try {
    makeFormatter(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** True for an ISO 8601 period of days, weeks, months or years that is not zero: `P1Y`, `P18M`, `P30D`, `P2W`, `P1Y6M`. */
export function isPeriod(text: string): boolean {
  return periodPattern.test(text) && /[1-9]/.test(text);
}

/**
 * The day a period after `day`: years and months first, then days; a day its month lacks becomes the month's last
 * (29 February and a year is 28 February). Refuses what is no period, and a result after 9999-12-30.
 */
export function addPeriod(day: Day, period: string): Day {
  if (!isDay(day)) throw periodFault('A period can only be added to a calendar day (YYYY-MM-DD).');
  const match = periodPattern.exec(period);
  if (!match || !isPeriod(period)) throw periodFault('Give a period such as P1Y, P18M, P2W or P30D.');
  const [weeks, years, months, days] = match.slice(1).map((digits) => Number(digits ?? 0));
  const from = new Date(toMs(day));
  const wantedMonth = from.getUTCMonth() + (years ?? 0) * 12 + (months ?? 0);
  const lastOfMonth = new Date(Date.UTC(from.getUTCFullYear(), wantedMonth + 1, 0)).getUTCDate();
  const monthDay = Math.min(from.getUTCDate(), lastOfMonth);
  const ms = Date.UTC(from.getUTCFullYear(), wantedMonth, monthDay) + ((weeks ?? 0) * 7 + (days ?? 0)) * DAY_MS;
  // Too long a period leaves the range of Date itself: NaN, which is not below the limit either.
  if (!(ms <= toMs(LAST_DAY))) throw periodFault(`Give a shorter period: the last day possible is ${LAST_DAY}.`);
  return toDay(ms);
}

/** Days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((toMs(to) - toMs(from)) / DAY_MS);
}

/**
 * The moment `day` is over in an IANA time zone, as ISO 8601 UTC with milliseconds: the first at which a later day is
 * on the calendar there. It is searched, not computed from an offset, so midnights that daylight saving skips are right.
 */
export function endOfDayUtc(day: Day, timeZone: string): string {
  // A year of five digits would not compare as text.
  if (day >= FAR_END) return `${FAR_END}T23:59:59.999Z`;
  const name = `${timeZone} ${day}`;
  const end = ends.get(name) ?? searchEnd(day, timeZone);
  if (ends.size >= mostEnds) ends.clear();
  ends.set(name, end);
  return end;
}

/** Ends found before: a list that is looked at again asks for the same days. */
const ends = new Map<string, string>();
const mostEnds = 1000;

/** Nine looks at the calendar of the zone, each of which costs ten microseconds and more. */
function searchEnd(day: Day, timeZone: string): string {
  // No zone was ever 24 hours from UTC; changes of offset happen at whole seconds.
  let before = toMs(day) / 1000;
  let after = before + 2 * (DAY_MS / 1000);
  while (after - before > 1) {
    const middle = lookBetween(before, after);
    const today = dayAt(timeZone, new Date(middle * 1000));
    if (today.length > day.length || today > day) after = middle;
    else before = middle;
  }
  return new Date(after * 1000).toISOString();
}

/** Days end at a quarter of an hour of UTC, but for old times in some zones: those are looked at first, then the second before one. */
function lookBetween(before: number, after: number): number {
  const quarter = 15 * 60;
  const half = Math.floor((before + after) / 2);
  const atQuarter = Math.floor(half / quarter) * quarter;
  if (atQuarter > before) return atQuarter;
  return after % quarter === 0 ? after - 1 : half;
}

/** The moment `day` begins in an IANA time zone, as ISO 8601 UTC: when the day before is over. */
export function startOfDayUtc(day: Day, timeZone: string): string {
  return endOfDayUtc(toDay(toMs(day) - DAY_MS), timeZone);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = makeFormatter(timeZone);
  // One zone is used at a time; names come from the settings, where they can be spelled in many ways.
  if (formatters.size >= 20) formatters.clear();
  formatters.set(timeZone, formatter);
  return formatter;
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
}

function toMs(day: Day): number {
  return Date.parse(`${day}T00:00:00.000Z`);
}

function toDay(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10);
}

function periodFault(detail: string) {
  return invalid({ pointer: '/extendBy', code: 'period', detail });
}
