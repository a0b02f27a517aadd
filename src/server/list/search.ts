import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Fragments } from '../../db/fragments.ts';
import type { Condition } from './run-list.ts';

const beginsBelow = 3;

/**
 * Whether a folded column of lines holds `q` (folded): anywhere in a line, or, under three letters, at the begin of one.
 */
export function lineMatches({ holds }: Fragments, column: RawBuilder<unknown>, q: string): Condition {
  if (q.length >= beginsBelow) return holds(column, q);
  return holds(sql`(${'\n'} || ${column})`, `\n${q}`);
}

/** Whether a folded column of visible last characters is `q` (folded), or is it without the first of four or more. */
export function tailMatches(column: RawBuilder<unknown>, q: string): Condition {
  return sql<SqlBool>`(${column} = ${q} or (length(${column}) >= 4 and substr(${column}, 2) = ${q}))`;
}
