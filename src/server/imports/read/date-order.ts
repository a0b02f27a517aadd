/** In which order a date such as 3/4/2026 names day (d), month (m) and year (y). */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

export type DateRules = { asked: DateOrder | undefined; fallback: DateOrder | undefined };

/** What the dates of a column have shown so far. */
export type DateEvidence = {
  isDayFirst: boolean;
  isMonthFirst: boolean;
  /** A date could be read two ways. */
  isOpen: boolean;
  /** A date such as 26-03-04, which begins with the year as often as not: only whoever asked knows. */
  isShort: boolean;
};

const yearLast = /^(\d{1,2})([./-])(\d{1,2})\2(\d{2}|\d{4})$/;

export function noDates(): DateEvidence {
  return { isDayFirst: false, isMonthFirst: false, isOpen: false, isShort: false };
}

/** Notes what a date says of its column. Dates with dots are written day first everywhere. */
export function noteDate(evidence: DateEvidence, text: string): void {
  const [, first = '', sign, second = '', year = ''] = yearLast.exec(text) ?? [];
  if (sign === undefined) return;
  if (sign === '-' && year.length === 2) evidence.isShort = true;
  if (sign === '.' || Number(first) > 12) evidence.isDayFirst = true;
  else if (Number(second) > 12) evidence.isMonthFirst = true;
  else if (Number(first) !== Number(second)) evidence.isOpen = true;
}

/**
 * The order of a column's dates: the one asked for; else what a day above 12 shows; else the fallback. 'unclear' where
 * a date could be read two ways and nothing decides; undefined where no date depends on it.
 */
export function dateOrderOf(
  { isDayFirst, isMonthFirst, isOpen, isShort }: DateEvidence,
  { asked, fallback }: DateRules,
): DateOrder | 'unclear' | undefined {
  if (asked !== undefined) return asked;
  if (isShort) return 'unclear';
  if (isDayFirst) return 'dmy';
  if (isMonthFirst) return 'mdy';
  if (fallback !== undefined) return fallback;
  return isOpen ? 'unclear' : undefined;
}
