import { type Language, languages, mannerOf } from '../../domain/languages.ts';

/** A day as people write it: 19 Nov 2026, 19.11.2026. */
export function showDay(day: string | null | undefined, language: Language): string {
  const [year = '', month = '', date = ''] = (day ?? '').slice(0, 10).split('-');
  if (date === '') return '–';
  return mannerOf(language).day(year, month, date);
}

/** Made once each: making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function momentFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  if (!known) formats.set(timeZone, format);
  return format;
}

const numbers = new Map(languages.map((language) => [language, new Intl.NumberFormat(mannerOf(language).numberTag)]));

/** A moment in the organisation's time zone. */
export function showMoment(moment: string | null | undefined, language: Language, timeZone: string): string {
  if (!moment) return '–';
  const [day, time] = dayAndTime(moment, timeZone);
  return `${showDay(day, language)}, ${time}`;
}

/** A moment in few letters: its time where it was today, else its day. */
export function showLately(moment: string, language: Language, timeZone: string, today: string | undefined): string {
  const [day, time] = dayAndTime(moment, timeZone);
  return day === today ? time : showDay(day, language);
}

function dayAndTime(moment: string, timeZone: string): [day: string, time: string] {
  const [day = '', time = ''] = momentFormat(timeZone).format(new Date(moment)).split(' ');
  return [day, time];
}

export function showNumber(value: number, language: Language): string {
  return numbers.get(language)?.format(value) ?? String(value);
}

/** Whole days from one day to another; negative where the second lies before the first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

export function showMoney(value: number, currency: string | null, language: Language): string {
  if (!currency) return showNumber(value, language);
  return new Intl.NumberFormat(mannerOf(language).tag, { style: 'currency', currency }).format(value);
}
