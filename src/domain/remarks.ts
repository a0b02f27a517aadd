import type { Day } from './day.ts';

/** The longest remarks, in UTF-16 units. */
export const longestRemarks = 10_000;

const sentence = /^Renewed subscription - expires \d{4}-\d\d-\d\d(?: - Reference: .*)?$/;

/**
 * Adds a renewal's sentence as the last line of the remarks. Where there is no room, earlier such sentences go, the
 * oldest first; what people wrote stays, and if that alone fills the remarks, they stay as they are.
 */
export function addRenewal(remarks: string, newEnd: Day, reference: string): string {
  const lines = remarks === '' ? [] : remarks.split('\n');
  lines.push(renewalSentence(newEnd, reference));
  while (lines.join('\n').length > longestRemarks) {
    const oldest = lines.findIndex((line) => sentence.test(line));
    if (oldest === lines.length - 1) return remarks;
    lines.splice(oldest, 1);
  }
  return lines.join('\n');
}

/** The guide's sentence for a renewal (guide 9.4). */
function renewalSentence(newEnd: Day, reference: string): string {
  return `Renewed subscription - expires ${newEnd}${reference && ` - Reference: ${reference}`}`;
}
