import type { ColumnRules, Place, Report } from './column.ts';

/** Fewer blank cells are told one by one. */
const fewest = 2;

/**
 * In a list in blocks the customer stands in the first row of each alone. Whether a blank cell below one means the same customer
 * or none is asked, once for the file.
 */
export function askCustomerGaps(
  places: readonly Place[],
  { sample = [], profile, isOwned }: ColumnRules,
  report: Report,
): void {
  const place = places.find(({ target, isAsked }) => target?.field === 'customer' && !isAsked);
  if (!place || profile || isOwned) return;
  const isBlank = sample.map(({ cells }) => (cells[place.index] ?? '').trim() === '');
  const blanks = isBlank.filter(Boolean).length;
  if (isBlank[0] === false && blanks >= fewest && blanks * 2 >= isBlank.length) report.refuse(place, gaps);
}

const gaps = {
  code: 'customer_gaps',
  detail:
    'Below customers stand blank cells. In the mapping, give this column customerAbove, if each of them is of the customer above it, or customer, if it belongs to the organisation itself.',
};
