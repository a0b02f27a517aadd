import { othersTurn } from '../../db/others-turn.ts';
import { type Day, startOfDayUtc } from '../../domain/day.ts';
import type { Seeded } from './seeded.ts';

type Act = () => Promise<void>;

/** A year of days that are lived through in order; `daysAgo` counts back from today. */
export type Timeline = {
  /** The moment it is in the story. */
  now: () => Date;
  daysAgo: () => number;
  dayOf: (daysAgo: number) => Day;
  /** Lets some seconds pass, as between two things that people do. */
  pass: () => void;
  /** Plans an act for office hours of a working day; what would lie behind comes next, what lies ahead never. */
  plan: (daysAgo: number, act: Act) => void;
  /** Lives through all days: `nightly` at five past midnight, then the day's acts; `onDay` is told of each day. */
  run: (nightly: Act, onDay: (day: Day) => void) => Promise<void>;
};

export const yearDays = 365;
const dayMs = 86_400_000;
const minuteMs = 60_000;
const opening = 8 * 60 + 30;
const closing = 17 * 60;

type Planned = { minute: number; act: Act };

export function newTimeline(today: Day, timeZone: string, present: Date, random: Seeded): Timeline {
  const days = Array.from({ length: yearDays + 1 }, (): Planned[] => []);
  const dayOf = (daysAgo: number) => new Date(Date.parse(today) - daysAgo * dayMs).toISOString().slice(0, 10);
  const momentOf = (daysAgo: number, minute: number) => {
    // Today's office hours may lie ahead: what happens today has happened within the last hour.
    if (daysAgo === 0 && minute >= opening) return present.getTime() - (closing - minute) * 6000;
    return Date.parse(startOfDayUtc(dayOf(daysAgo), timeZone)) + minute * minuteMs;
  };
  let current = yearDays;
  let now = momentOf(yearDays, opening);
  const moveTo = (ms: number) => {
    now = Math.min(Math.max(now, ms), present.getTime());
  };
  const live = async (act: Act, minute: number): Promise<void> => {
    moveTo(momentOf(current, minute));
    await act();
  };
  const next = (): Planned | undefined => {
    const planned = days[current] ?? [];
    const [first] = planned.toSorted((a, b) => a.minute - b.minute);
    if (first) planned.splice(planned.indexOf(first), 1);
    return first;
  };
  return {
    now: () => new Date(now),
    daysAgo: () => current,
    dayOf,
    pass: () => moveTo(now + random.int(15_000, 75_000)),
    plan: (daysAgo, act) => {
      if (daysAgo < 0) return;
      const day = onWorkingDay(Math.min(daysAgo, current), dayOf);
      days[day]?.push({ minute: random.int(opening, closing - 30), act });
    },
    run: async (nightly, onDay) => {
      const turn = othersTurn(1);
      for (; current >= 0; current -= 1) {
        if (current < yearDays) await live(nightly, 5);
        for (let planned = next(); planned; planned = next()) await live(planned.act, planned.minute);
        onDay(dayOf(current));
        await turn();
      }
    },
  };
}

/** A Saturday or Sunday becomes the Monday after it, but nothing moves beyond today. */
function onWorkingDay(daysAgo: number, dayOf: (daysAgo: number) => Day): number {
  const weekday = new Date(dayOf(daysAgo)).getUTCDay();
  const later = weekday === 6 ? 2 : weekday === 0 ? 1 : 0;
  return Math.max(daysAgo - later, 0);
}
