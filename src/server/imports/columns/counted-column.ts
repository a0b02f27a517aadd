import { importFields } from '../../../domain/import-fields.ts';
import { saysCount } from '../plan/amounts.ts';
import type { ColumnRules, Place, Report } from './column.ts';
import { textsIn } from './sample.ts';

/** A column that nobody knows gives how many there are, where all of its cells say so (`15 Stk.`, `2x`) and no other does. */
export function withCounted(places: readonly Place[], { kind, sample = [] }: ColumnRules, report: Report): Place[] {
  const field = ['quantity', 'seats'].find((name) => name in importFields[kind]);
  if (field === undefined || places.some(({ target }) => target?.field === field)) return [...places];
  const isCounted = ({ index }: Place): boolean => {
    const texts = textsIn(sample, index);
    return texts.length > 0 && texts.every(saysCount);
  };
  const found = places.find((place) => place.target === undefined && isCounted(place));
  if (!found) return [...places];
  report.tell(found, counted);
  return places.map((place) => (place === found ? { ...place, target: { field, rank: 0 } } : place));
}

const counted = {
  code: 'taken_as_count',
  detail: 'The cells of this column say how many there are, and are taken as such.',
};
