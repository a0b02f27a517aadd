import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ListField } from '../../contract/list.ts';
import { invalid } from '../../domain/errors.ts';
import { fieldOf, numberSql } from './field-of.ts';
import type { ListRequest, SortTerm } from './parse-list.ts';
import type { Condition, ListSource } from './run-list.ts';

type Sql = RawBuilder<unknown>;

/** `is` says what a cursor holds of the term. */
type OrderTerm = { sql: Sql; descending: boolean; is: 'text' | 'int' | 'number' };

/** The sort's terms and, so that the order is total, the id in the direction of the last of them. */
export function orderTerms<Item>(source: ListSource<Item>, sort: SortTerm[]): OrderTerm[] {
  const terms = sort.flatMap(({ field: name, descending }, i): OrderTerm[] => {
    const { field, at } = fieldOf(source, name);
    if (at.idOrdersAlike && i === sort.length - 1) return [];
    return [{ sql: at.order ?? orderOf(field, at.value), descending, is: orderKind(field) }];
  });
  const is = source.hasNumericId ? 'int' : 'text';
  return [...terms, { sql: source.id, descending: sort.at(-1)?.descending ?? false, is }];
}

function orderKind({ kind }: ListField): OrderTerm['is'] {
  if (kind === 'number') return 'number';
  return kind === 'int' || kind === 'boolean' || kind === 'enum' ? 'int' : 'text';
}

function orderOf(field: ListField, value: Sql): Sql {
  if (field.kind !== 'enum') return value;
  const branches = field.values.map((name, i) => sql`when ${sql.lit(name)} then ${sql.lit(i)}`);
  return sql`case ${value} ${sql.join(branches, sql` `)} else -1 end`;
}

/** Where a page ends: its last row, as the terms see it. */
export function writeCursor(sort: SortTerm[], values: unknown[]): string {
  return Buffer.from(JSON.stringify([sortText(sort), values])).toString('base64url');
}

function sortText(sort: SortTerm[]): string {
  return sort.map((term) => (term.descending ? '-' : '') + term.field).join(',');
}

/**
 * Rows after the cursor's row, in the order of the terms: beyond it by one of them and equal by all before that. Each term
 * stands there twice, however many there are, and the later ones are worked out for rows that are equal by the earlier.
 */
export function afterCursor(request: ListRequest, terms: OrderTerm[]): Condition {
  const values = readCursor(request, terms);
  return terms.reduceRight<Condition | undefined>((after, term, i) => {
    const beyond = sql<SqlBool>`${term.sql} ${term.descending ? sql`<` : sql`>`} ${values[i]}`;
    return after ? sql<SqlBool>`(${beyond} or (${term.sql} = ${values[i]} and ${after}))` : beyond;
    // There is a term always: the id.
  }, undefined) as Condition;
}

/** The cursor's values, one a term. Refuses one of another list or sort, and one somebody made up. */
function readCursor(request: ListRequest, terms: OrderTerm[]): Sql[] {
  const refused = invalid({
    pointer: '?cursor',
    code: 'invalid',
    detail: 'That cursor is not of this list and sort. Begin again without it.',
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(request.cursor ?? '', 'base64url').toString());
  } catch {
    throw refused;
  }
  if (!Array.isArray(parsed) || parsed[0] !== sortText(request.sort) || !Array.isArray(parsed[1])) throw refused;
  const values: unknown[] = parsed[1];
  if (values.length !== terms.length) throw refused;
  return terms.map(({ is }, i) => {
    const value = values[i];
    if (is === 'text' && typeof value === 'string' && !value.includes('\0')) return sql`${value}`;
    const fits = is === 'int' ? Number.isSafeInteger(value) : Number.isFinite(value);
    if (is === 'text' || typeof value !== 'number' || !fits) throw refused;
    return numberSql(is, value);
  });
}
