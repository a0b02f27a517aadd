import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Condition } from './run-list.ts';

const beginsBelow = 3;

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, (char) => `\\${char}`);
}

/**
 * Whether a folded column of lines holds `q` (folded): anywhere in a line, or, under three letters, at the begin of one.
 */
export function lineMatches(column: RawBuilder<unknown>, q: string): Condition {
  const text = escapeLike(q);
  if (q.length >= beginsBelow) return sql<SqlBool>`${column} like ${`%${text}%`} escape '\\'`;
  return sql<SqlBool>`(${column} like ${`${text}%`} escape '\\' or ${column} like ${`%\n${text}%`} escape '\\')`;
}

/** Whether a folded column of visible last characters is `q` (folded), or is it without the first of four or more. */
export function tailMatches(column: RawBuilder<unknown>, q: string): Condition {
  return sql<SqlBool>`(${column} = ${q} or (length(${column}) >= 4 and substr(${column}, 2) = ${q}))`;
}
