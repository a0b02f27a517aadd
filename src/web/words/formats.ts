import { type Manner, writtenDay } from '../../domain/vocabulary.ts';

/** A day as people write it: 19 Nov 2026, 19.11.2026. */
export function showDay(day: string | null | undefined, manner: Manner): string {
  const date = (day ?? '').slice(0, 10);
  return date.length === 10 ? writtenDay(date, manner) : '–';
}

/** Made once each: making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function momentFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  if (!known) formats.set(timeZone, format);
  return format;
}

const numbers = new Map<string, Intl.NumberFormat>();

/** A moment in the organisation's time zone. */
export function showMoment(moment: string | null | undefined, manner: Manner, timeZone: string): string {
  if (!moment) return '–';
  const [day, time] = dayAndTime(moment, timeZone);
  return `${showDay(day, manner)}, ${time}`;
}

/** A moment in few letters: its time where it was today, else its day. */
export function showLately(moment: string, manner: Manner, timeZone: string, today: string | undefined): string {
  const [day, time] = dayAndTime(moment, timeZone);
  return day === today ? time : showDay(day, manner);
}

function dayAndTime(moment: string, timeZone: string): [day: string, time: string] {
  const [day = '', time = ''] = momentFormat(timeZone).format(new Date(moment)).split(' ');
  return [day, time];
}

export function showNumber(value: number, { numberTag }: Manner): string {
  const known = numbers.get(numberTag);
  const format = known ?? new Intl.NumberFormat(numberTag);
  if (!known) numbers.set(numberTag, format);
  return format.format(value);
}

/** Whole days from one day to another; negative where the second lies before the first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

export function showMoney(value: number, currency: string | null, manner: Manner): string {
  if (!currency) return showNumber(value, manner);
  return new Intl.NumberFormat(manner.tag, { style: 'currency', currency }).format(value);
}
