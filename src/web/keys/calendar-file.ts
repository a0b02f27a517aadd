import { randomName } from '../api/random-name.ts';

/** One day in somebody's calendar. */
export type CalendarDay = { day: string; title: string; text: string };

const remindBefore = 'P30D';

/** A calendar file (RFC 5545) with all-day entries and a reminder 30 days before each. */
export function calendarFile(days: readonly CalendarDay[], now: Date): string {
  const stamp = `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const lines = days.flatMap(({ day, title, text }) => [
    'BEGIN:VEVENT',
    `UID:${randomName()}@keybook`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(text)}`,
    'TRANSP:TRANSPARENT',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(title)}`,
    `TRIGGER:-${remindBefore}`,
    'END:VALARM',
    'END:VEVENT',
  ]);
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Keybook//Keybook//EN', ...lines, 'END:VCALENDAR'];
  return all.map((line) => `${folded(line)}\r\n`).join('');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll('\n', '\\n');
}

const longestLine = 60;

/** A line of a calendar has at most 75 bytes; a character may have four, so it is cut well before. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let bytes = 0;
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > longestLine) {
      parts.push(part);
      part = '';
      bytes = 0;
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join('\r\n ');
}
