import { type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { ListField, ListSpec } from '../../contract/list.ts';
import { endOfDayUtc, isDay } from '../../domain/day.ts';
import { invalid } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import type { ListRequest, Range, SortTerm } from './parse-list.ts';

type Sql = RawBuilder<unknown>;
export type Condition = Expression<SqlBool>;

/**
 * How a list field stands in SQL. `value` is what filters compare (folded for a text) and groups are made of, '' or
 * NULL where the record has none; `order` is what it sorts by (never NULL), the value itself unless given; `display` is
 * a text as it was typed; `matches` replaces the comparison.
 */
export type FieldSql = { value: Sql; order?: Sql; display?: Sql; matches?: (values: string[]) => Condition };

// The lists differ in tables; their columns are only named inside the fields' own SQL.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Rows = SelectQueryBuilder<any, any, object>;

/** One list: where its rows are, which the reader may see, and how they are read by id. */
export type ListSource<Item> = {
  spec: ListSpec;
  /** Begins a query over the list's table. */
  rows: () => Rows;
  id: Sql;
  /** The reader's customers, compiled into every statement of the list. */
  visible: Condition;
  fields: Record<string, FieldSql>;
  attributes: ReadonlyMap<string, ListField>;
  search: (q: string) => Condition;
  extra?: (extra: Record<string, unknown>) => Condition[];
  /** The items of these ids; the order does not matter. */
  read: (ids: string[]) => Promise<Item[]>;
  idOf: (item: Item) => string;
  /** Labels of group values of an `id` field. */
  labels?: (field: string, values: string[]) => Promise<Map<string, string>>;
};

export type Group = { value: string | number | null; label: string; count: number };
export type ListAnswer<Item> = { items?: Item[]; groups?: Group[]; total: number; nextCursor?: string | null };

/** Runs a list request: the page's ids first, then their rows; or groups with counts. */
export async function runList<Item>(
  source: ListSource<Item>,
  timeZone: string,
  request: ListRequest,
): Promise<ListAnswer<Item>> {
  const where = [source.visible, ...conditions(timeZone, source, request)];
  if (request.groupBy !== undefined) return groups(source, where, request.groupBy);
  const terms = orderTerms(source, request.sort);
  const page = request.cursor === undefined ? where : [...where, afterCursor(request, terms)];
  let query = narrowed(source, page)
    .limit(request.limit + 1)
    .offset(request.offset);
  for (const [i, term] of terms.entries())
    query = query.select(term.sql.as(`o${i}`)).orderBy(term.sql, term.descending ? 'desc' : 'asc');
  // Rows of the columns o0, o1 … selected just above.
  const rows = (await query.execute()) as Record<string, unknown>[];
  const total = await count(source, where);
  const shown = rows.slice(0, request.limit);
  const idColumn = `o${terms.length - 1}`;
  const ids = shown.map((row) => String(row[idColumn]));
  const last = shown.at(-1);
  const more = rows.length > request.limit && last !== undefined;
  return {
    items: await inOrder(source, ids),
    total,
    nextCursor: more
      ? writeCursor(
          request.sort,
          terms.map((_, i) => last[`o${i}`]),
        )
      : null,
  };
}

async function inOrder<Item>(source: ListSource<Item>, ids: string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  const items = new Map((await source.read(ids)).map((item) => [source.idOf(item), item]));
  return ids.flatMap((id) => items.get(id) ?? []);
}

function narrowed<Item>(source: ListSource<Item>, where: Condition[]): Rows {
  return where.reduce((query, condition) => query.where(condition), source.rows());
}

async function count<Item>(source: ListSource<Item>, where: Condition[]): Promise<number> {
  const row: { n?: number } | undefined = await narrowed(source, where)
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirst();
  return row?.n ?? 0;
}

/** The field's SQL by name; the parser has refused names that are not there. */
function fieldOf<Item>(source: ListSource<Item>, name: string): { field: ListField; at: FieldSql } {
  const field = source.spec.fields[name] ?? source.attributes.get(name);
  const at = source.fields[name];
  if (!field || !at) throw new Error(`list field ${name} has no SQL`);
  return { field, at };
}

function conditions<Item>(timeZone: string, source: ListSource<Item>, request: ListRequest): Condition[] {
  const filters = [...request.filters].map(([name, values]) => {
    const { field, at } = fieldOf(source, name);
    return at.matches ? at.matches(values) : anyOf(field, at.value, values);
  });
  const ranges = [...request.ranges.values()].map((range) => inRange(timeZone, fieldOf(source, range.field), range));
  const q = foldText(request.q);
  const search = q === '' ? [] : [source.search(q)];
  return [...filters, ...ranges, ...search, ...(source.extra?.(request.extra) ?? [])];
}

/** What a filter value is compared as: texts folded, numbers as numbers, yes and no as 1 and 0. */
function comparable(field: ListField, value: string): string | number {
  switch (field.kind) {
    case 'text':
      return foldText(value);
    case 'int':
    case 'number':
      return Number(value);
    case 'boolean':
      return value === 'true' ? 1 : 0;
    case 'moment':
      return new Date(value).toISOString();
    default:
      return value;
  }
}

function anyOf(field: ListField, value: Sql, values: string[]): Condition {
  const given = values.filter((text) => text !== '').map((text) => comparable(field, text));
  const any: Condition[] = [];
  if (given.length > 0) any.push(sql<SqlBool>`${value} in (${sql.join(given)})`);
  if (given.length < values.length) any.push(isEmpty(field, value));
  return sql<SqlBool>`(${sql.join(any, sql` or `)})`;
}

const numericKinds = ['int', 'number', 'boolean'];

function isEmpty(field: ListField, value: Sql): Condition {
  if (numericKinds.includes(field.kind)) return sql<SqlBool>`${value} is null`;
  return sql<SqlBool>`coalesce(${value}, '') = ''`;
}

/** Inclusive on both sides; a record without a value is in no range. A day stands for its whole day in the organisation's zone. */
function inRange(timeZone: string, { field, at }: { field: ListField; at: FieldSql }, { from, to }: Range): Condition {
  const parts: Condition[] = numericKinds.includes(field.kind)
    ? [sql<SqlBool>`${at.value} is not null`]
    : [sql<SqlBool>`${at.value} <> ''`];
  if (from !== undefined) parts.push(sql<SqlBool>`${at.value} >= ${lowerBound(timeZone, field, from)}`);
  if (to !== undefined && field.kind === 'moment' && isDay(to))
    parts.push(sql<SqlBool>`${at.value} < ${endOfDayUtc(to, timeZone)}`);
  else if (to !== undefined) parts.push(sql<SqlBool>`${at.value} <= ${comparable(field, to)}`);
  return sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

function lowerBound(timeZone: string, field: ListField, from: string): string | number {
  return field.kind === 'moment' && isDay(from) ? startOfDayUtc(from, timeZone) : comparable(field, from);
}

/** The UTC moment at which a day begins in a time zone. */
export function startOfDayUtc(day: string, timeZone: string): string {
  const before = new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  return endOfDayUtc(before, timeZone);
}

type OrderTerm = { sql: Sql; descending: boolean };

/** The sort's terms and, so that the order is total, the id in the direction of the last of them. */
function orderTerms<Item>(source: ListSource<Item>, sort: SortTerm[]): OrderTerm[] {
  const terms = sort.map(({ field: name, descending }) => {
    const { field, at } = fieldOf(source, name);
    return { sql: at.order ?? orderOf(field, at.value), descending };
  });
  return [...terms, { sql: source.id, descending: sort.at(-1)?.descending ?? false }];
}

function orderOf(field: ListField, value: Sql): Sql {
  if (field.kind !== 'enum') return value;
  const branches = field.values.map((name, i) => sql`when ${sql.lit(name)} then ${sql.lit(i)}`);
  return sql`case ${value} ${sql.join(branches, sql` `)} else -1 end`;
}

function writeCursor(sort: SortTerm[], values: unknown[]): string {
  return Buffer.from(JSON.stringify([sortText(sort), values])).toString('base64url');
}

function sortText(sort: SortTerm[]): string {
  return sort.map((term) => (term.descending ? '-' : '') + term.field).join(',');
}

/** Rows after the cursor's row, in the order of the terms. */
function afterCursor(request: ListRequest, terms: OrderTerm[]): Condition {
  const values = readCursor(request, terms.length);
  const steps = terms.map((term, i) => {
    const equal = terms.slice(0, i).map((before, j) => sql<SqlBool>`${before.sql} = ${values[j]}`);
    const beyond = term.descending
      ? sql<SqlBool>`${term.sql} < ${values[i]}`
      : sql<SqlBool>`${term.sql} > ${values[i]}`;
    return sql<SqlBool>`(${sql.join([...equal, beyond], sql` and `)})`;
  });
  return sql<SqlBool>`(${sql.join(steps, sql` or `)})`;
}

function readCursor(request: ListRequest, length: number): (string | number)[] {
  const refused = invalid([
    {
      pointer: '?cursor',
      code: 'invalid',
      detail: 'That cursor is not of this list and sort. Begin again without it.',
    },
  ]);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(request.cursor ?? '', 'base64url').toString());
  } catch {
    throw refused;
  }
  if (!Array.isArray(parsed) || parsed[0] !== sortText(request.sort) || !Array.isArray(parsed[1])) throw refused;
  const values: unknown[] = parsed[1];
  if (values.length !== length || !values.every((v) => typeof v === 'string' || typeof v === 'number')) throw refused;
  return values;
}

type GroupRow = { value: string | number | null; shown: string | number | null; n: number };

async function groups<Item>(source: ListSource<Item>, where: Condition[], name: string): Promise<ListAnswer<Item>> {
  const { field, at } = fieldOf(source, name);
  const rows: GroupRow[] = await narrowed(source, where)
    .select([at.value.as('value'), sql`min(${at.display ?? at.value})`.as('shown'), sql`count(*)`.as('n')])
    .groupBy(sql`1`)
    .execute()
    // The columns are the three selected just above.
    .then((found) => found as GroupRow[]);
  const labels = await groupLabels(
    source,
    name,
    field,
    rows.map((row) => row.value),
  );
  const found = rows.map(({ value, shown, n }) => {
    const empty = value === null || value === '';
    const text = field.kind === 'text' ? shown : value;
    return {
      value: empty ? null : shownValue(field, text ?? value),
      label: empty ? '' : labels(text ?? value),
      count: n,
    };
  });
  return { groups: mergeEmpty(found).sort(groupOrder(field)), total: found.reduce((sum, { count: n }) => sum + n, 0) };
}

/** NULL and '' both mean "none": one group. */
function mergeEmpty(found: Group[]): Group[] {
  const none = found.filter((group) => group.value === null);
  const rest = found.filter((group) => group.value !== null);
  if (none.length === 0) return rest;
  return [{ value: null, label: '', count: none.reduce((sum, group) => sum + group.count, 0) }, ...rest];
}

function shownValue(field: ListField, value: string | number): string | number {
  if (field.kind === 'boolean') return value === 1 || value === 'true' ? 'true' : 'false';
  return value;
}

async function groupLabels<Item>(
  source: ListSource<Item>,
  name: string,
  field: ListField,
  values: (string | number | null)[],
): Promise<(value: string | number) => string> {
  if (field.kind === 'boolean') return (value) => String(shownValue(field, value));
  if (field.kind !== 'id') return String;
  const ids = values.filter((value): value is string => typeof value === 'string' && value !== '');
  const labels = ids.length > 0 && source.labels ? await source.labels(name, ids) : new Map<string, string>();
  return (value) => labels.get(String(value)) ?? String(value);
}

function groupOrder(field: ListField): (a: Group, b: Group) => number {
  if (field.kind === 'enum') {
    const rank = (group: Group): number => field.values.indexOf(String(group.value));
    return (a, b) => rank(a) - rank(b);
  }
  if (field.kind === 'int' || field.kind === 'number')
    return (a, b) => Number(a.value ?? Number.NEGATIVE_INFINITY) - Number(b.value ?? Number.NEGATIVE_INFINITY);
  const text = (group: Group): string => foldText(group.label);
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}
