import { importFields } from '../../../domain/import-fields.ts';
import { readCount, saysCount } from '../plan/amounts.ts';
import type { ColumnRules, Place, Report } from './column.ts';
import { plainForms, plainName } from './column-words.ts';
import { textsIn } from './sample.ts';
import { plainCounts } from './seat-words.ts';

const countNames = new Set(plainCounts.flatMap(plainForms));

/**
 * A column that nobody knows gives how many there are, where all of its cells say so (`15 Stk.`, `2x`), or are numbers below a
 * name for what is counted (`Users`), and no other does.
 */
export function withCounted(places: readonly Place[], { kind, sample = [] }: ColumnRules, report: Report): Place[] {
  const field = ['quantity', 'seats'].find((name) => name in importFields[kind]);
  if (field === undefined || places.some(({ target }) => target?.field === field)) return [...places];
  const isCounted = ({ index, name }: Place): boolean => {
    const texts = textsIn(sample, index);
    const isNamed = countNames.has(plainName(name));
    return texts.length > 0 && texts.every((text) => saysCount(text) || (isNamed && readCount(text) !== undefined));
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
