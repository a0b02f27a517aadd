import type { Manner } from '../../domain/vocabulary.ts';

/** What a text is as a day, YYYY-MM-DD: read as 2026-12-31, as 31.12.2026 or 31.12.26, or as the language writes a day. */
export function readDay(typed: string, manner: Manner): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed.trim());
  if (iso) return dayOf(iso[1], iso[2], iso[3]);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{2}|\d{4})$/.exec(typed.trim());
  if (dotted) return dayOf(dotted[3], dotted[2], dotted[1]);
  const written = asWritten(typed, manner);
  if (written) return written;
  const parsed = new Date(typed);
  if (Number.isNaN(parsed.getTime())) return null;
  return dayOf(String(parsed.getFullYear()), String(parsed.getMonth() + 1), String(parsed.getDate()));
}

/** A day in the order in which the language writes it; a month is a number where it is one there, else a name. */
function asWritten(typed: string, { dayFormat, months }: Manner): string | undefined {
  const letters: readonly string[] = dayFormat.match(/[DMY]+/g) ?? [];
  const parts = typed
    .trim()
    .split(/[^\p{L}\d]+/u)
    .filter(Boolean);
  const part = (letter: string): string => parts[letters.findIndex((name) => name.startsWith(letter))] ?? '';
  const month = letters.includes('MMM') ? monthOf(part('M'), months) : part('M');
  const isWhole = parts.length === 3 && [part('D'), month].every((number) => /^\d{1,2}$/.test(number));
  return isWhole && /^(\d{2}|\d{4})$/.test(part('Y')) ? dayOf(part('Y'), month, part('D')) : undefined;
}

function monthOf(name: string, months: readonly string[]): string {
  const plain = (text: string): string => text.replaceAll(/\P{L}/gu, '').toLowerCase();
  const at = months.findIndex((month) => plain(month) === plain(name));
  return at < 0 ? '' : String(at + 1);
}

function dayOf(year = '', month = '', date = ''): string {
  return `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}
