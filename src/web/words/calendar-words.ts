import dayjs from 'dayjs';
import type { Vocabulary } from '../../domain/vocabulary.ts';

/** Tells the calendar how a language calls months and days of the week; the platform knows. */
export function tellCalendar({ language, manner }: Vocabulary): void {
  const months = Array.from({ length: 12 }, (_, month) => named(manner.tag, Date.UTC(2026, month), { month: 'long' }));
  // The first of February 2026 was a Sunday.
  const week = Array.from({ length: 7 }, (_, day) => Date.UTC(2026, 1, 1 + day));
  const weekdaysShort = week.map((day) => named(manner.tag, day, { weekday: 'short' }));
  const preset = {
    name: language,
    months,
    monthsShort: manner.months,
    weekdays: week.map((day) => named(manner.tag, day, { weekday: 'long' })),
    weekdaysShort,
    weekdaysMin: weekdaysShort.map((day) => day.slice(0, 2)),
    formats: {},
    relativeTime: {},
  };
  // As one language among others, not as the one of every day from now on.
  dayjs.locale(preset, undefined, true);
}

function named(tag: string, at: number, part: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(tag, { ...part, timeZone: 'UTC' }).format(at);
}
