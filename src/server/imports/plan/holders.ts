import { z } from 'zod';
import { text } from '../../../contract/values.ts';
import type { Day } from '../../../domain/day.ts';
import { invalid } from '../../../domain/errors.ts';
import { check } from '../../http/request.ts';
import type { Holder, NamedUnit, Planning } from './planned-row.ts';

const personFields = z.object({ userName: text() });

/**
 * Who and what a row names as having its key: since the purchase, as far as that is known and past. One unit is the first
 * person's, or stands alone; several are all of one person's, or one of each of as many.
 */
export function holdersOf(
  persons: readonly string[],
  units: readonly NamedUnit[],
  purchaseDate: Day | null | undefined,
  { today }: Planning,
): Holder[] {
  const appliedOn = purchaseDate && purchaseDate < today ? purchaseDate : today;
  const names = persons.map((userName) => check(personFields, { userName }, '').userName);
  const [only = '', ...more] = names;
  if (units.length > 1 && (more.length === 0 || names.length === units.length))
    return units.map((unit, i) => ({ userName: more.length === 0 ? only : (names[i] ?? ''), unit, appliedOn }));
  const unit = units.length === 1 ? units[0] : undefined;
  const apart = units.length > 1 ? units.map((one) => ({ userName: '', unit: one, appliedOn })) : [];
  const [holder, ...others] = names.length > 0 ? names : unit === undefined ? [] : [''];
  if (holder === undefined) return [];
  return [{ userName: holder, unit, appliedOn }, ...others.map((userName) => ({ userName, appliedOn })), ...apart];
}

/** Gives the keys of a row to its holders: one each where they are as many, else as many as each has seats, in order. */
export function sharedOut(holders: readonly Holder[], seats: readonly number[]): Holder[][] {
  const isOneEach = holders.length === seats.length;
  let from = 0;
  const shares = seats.map((count) => {
    const share = holders.slice(from, from + (isOneEach ? 1 : count));
    from += share.length;
    return share;
  });
  if (from === holders.length) return shares;
  const all = seats.reduce((sum, count) => sum + count, 0);
  throw invalid({
    pointer: '/seats',
    code: 'too_few_seats',
    detail: `This row names ${holders.length} who have it, and there are ${all} seats. Raise the number, or take some out.`,
    params: { holders: holders.length, seats: all },
  });
}
