import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Fragments } from '../../db/fragments.ts';
import { longRead } from '../../db/patience.ts';
import { foundAnywhere, type SearchedTable } from '../../db/search-index.ts';
import type { ReadCtx } from '../context.ts';
import type { Condition, Found } from './run-list.ts';

/**
 * Whether a folded column of lines holds `q` (folded): anywhere in a line, or, under three letters, at the begin of one.
 */
export function lineMatches({ holds }: Fragments, column: RawBuilder<unknown>, q: string): Condition {
  if (q.length >= foundAnywhere) return holds(column, q);
  return holds(sql`(${'\n'} || ${column})`, `\n${q}`);
}

/** Whether a folded column of visible last characters is `q` (folded), or is it without the first of four or more. */
export function tailMatches(column: RawBuilder<unknown>, q: string): Condition {
  return sql<SqlBool>`(${column} = ${q} or (length(${column}) >= 4 and substr(${column}, 2) = ${q}))`;
}

/** Some rows: in a query as short as counting them takes, and in one of the ids (`id`) of what is looked for among them. */
type Some = { rows: RawBuilder<unknown>; ids: RawBuilder<unknown> };

/** The rows of a table that may hold `q`, as the search index has them; undefined where it cannot say. */
export function mayHold({ fragments }: ReadCtx, table: SearchedTable, column: string, q: string): Some | undefined {
  const rows = fragments.mayHold(table, q);
  // A cross join is made in this order: from the rows that were found.
  return (
    rows && {
      rows,
      ids: sql`select ${sql.ref(`m.${column}`)} as id from (${rows}) as f cross join ${sql.table(table)} m
        where ${sql.ref(`m.${fragments.rowAt}`)} = f."at"`,
    }
  );
}

/** The rows of a table that have, in a column, the id of one of some. */
export function having(some: Some | undefined, table: string, column: string): Some | undefined {
  const ids =
    some &&
    sql`select h.id from (${some.ids}) as o cross join ${sql.table(table)} h where ${sql.ref(`h.${column}`)} = o.id`;
  return ids && { rows: ids, ids };
}

/** All rows of a small table that hold `q`. */
export function holding({ fragments }: ReadCtx, table: string, column: string, q: string): Some {
  const ids = sql`select s.id from ${sql.table(table)} s where ${lineMatches(fragments, sql.ref(`s.${column}`), q)}`;
  return { rows: ids, ids };
}

/** The keys whose last characters are the one or two of `q`: more are found with the other texts of a key. */
export function shortTails(q: string): Some[] {
  const ids = sql`select st.id from "key" st where st.tail_f = ${q}`;
  return q.length < foundAnywhere ? [{ rows: ids, ids }] : [];
}

/** Of more rows than these, some are soon met in whatever order they are gone through. */
const mostLookedUp = 5000;

/**
 * What a row must be to be found: one of `among`, as long as those are not very many, that `matches`. They are all rows that
 * do, and come from the search index: whatever that says, none is found that does not match.
 */
export async function foundBy(
  { db, fragments }: ReadCtx,
  id: RawBuilder<unknown>,
  { matches, among }: { matches: Condition; among: (Some | undefined)[] },
): Promise<Found> {
  const known = among.filter((some) => some !== undefined);
  const ofAll = { condition: matches, isFew: false };
  if (known.length < among.length) return ofAll;
  const [rows, ids] = [known.map((some) => some.rows), known.map((some) => some.ids)].map((queries) =>
    sql.join(queries, sql` union all `),
  );
  const count = sql`(select count(*) from (select 1 from (${rows}) as r limit ${mostLookedUp + 1}) as c)`;
  const isFew = sql<SqlBool>`(case when ${fragments.hasSearchIndex} then ${count} <= ${mostLookedUp} else false end)`;
  const one = sql<{ n: number }>`(select 1 as n)`.as('one');
  const few = await longRead('list', () => db.selectFrom(one).select('one.n').where(isFew).execute());
  if (few.length === 0) return ofAll;
  const found = sql<{ id: string }>`(${ids})`.as('found');
  const list = await longRead('list', () => db.selectFrom(found).select('found.id').distinct().execute());
  const isOne = fragments.isInList(id, fragments.listOf(list.map((row) => row.id)));
  return { condition: sql<SqlBool>`(${isOne} and ${matches})`, isFew: true };
}
