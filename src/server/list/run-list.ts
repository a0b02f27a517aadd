import { type Expression, type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { type ListField, type ListSpec, mostCounted } from '../../contract/list.ts';
import type { ReadDb } from '../../db/open.ts';
import { othersTurn } from '../../db/others-turn.ts';
import { longRead } from '../../db/patience.ts';
import { everything } from '../scope/scope-sql.ts';
import { conditions } from './conditions.ts';
import { fieldOf } from './field-of.ts';
import { groupRows } from './groups.ts';
import { afterCursor, orderTerms, writeCursor } from './order.ts';
import type { ListRequest, SortTerm } from './parse-list.ts';

type Sql = RawBuilder<unknown>;
export type Condition = Expression<SqlBool>;
/** What finds rows by a text, and whether it names the few that may be found. */
export type Found = { condition: Condition; isFew: boolean };

/**
 * How a list field stands in SQL. `value` is what filters compare (folded for a text) and groups are made of, '' or
 * NULL where the record has none; `order` is what it sorts by (never NULL), the value itself unless given; `display` is
 * a text as it was typed; `matches` replaces the comparison, and is told the names of all filters. Where a
 * record may have several values, `each` has one row a value, and of which record: a record stands in the group of each, once,
 * as a filter by each finds it. `idOrdersAlike` says that the rows' ids are in the order of
 * the value, so that the index of the ids serves where the field is the last to sort by. `isIndexed` says that an index has
 * the rows in the order of the value, and then of their ids.
 */
export type FieldSql = {
  value: Sql;
  order?: Sql;
  display?: Sql;
  matches?: (values: readonly string[], beside: ReadonlySet<string>) => Condition;
  each?: { rows: () => Rows; id: Sql; value: Sql; display?: Sql };
  idOrdersAlike?: true;
  isIndexed?: true;
};

// The lists differ in tables; their columns are only named inside the fields' own SQL.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Rows = SelectQueryBuilder<any, any, object>;

/** One list: where its rows are, which the reader may see, and how they are read by id. */
export type ListSource<Item> = {
  spec: ListSpec;
  db: ReadDb;
  /** Begins a query over the list's table. */
  rows: () => Rows;
  id: Sql;
  /** Ids are texts unless said. */
  hasNumericId?: true;
  /** The reader's customers, compiled into every statement of the list. */
  visible: Condition;
  /** Its rows are some of the table's, whatever `visible` says. */
  isPart?: boolean;
  fields: Record<string, FieldSql>;
  attributes: ReadonlyMap<string, ListField>;
  /** What a row must hold to be found by a folded text. */
  search: (q: string) => Condition | Promise<Found>;
  extra?: (extra: Record<string, unknown>) => Condition[];
  /** The items of these ids; the order does not matter. */
  read: (ids: string[]) => Promise<Item[]>;
  idOf: (item: Item) => string;
  /** Labels of group values of an `id` field. */
  labels?: (field: string, values: string[]) => Promise<Map<string, string>>;
};

export type Group = { value: string | number | null; label: string; count: number };
export type ListAnswer<Item> = {
  items?: Item[];
  groups?: Group[];
  moreGroups?: boolean;
  total: number;
  moreThanTotal?: true;
  nextCursor?: string | null;
};

/** Runs a list request: the page's ids first, then their rows; or groups with counts. */
export async function runList<Item>(
  source: ListSource<Item>,
  timeZone: string,
  request: ListRequest,
): Promise<ListAnswer<Item>> {
  const where = await whereOf(source, timeZone, request);
  const { groupBy } = request;
  if (groupBy !== undefined)
    return longRead('list', () =>
      groupRows(source, { rows: () => narrowed(source, where), isWhole: isWhole(source, where) }, groupBy),
    );
  const read = isShort(source, where, request) ? now : longReadOfList;
  const { ids, nextCursor } = await read(() => pageOfIds(source, where, request));
  // Each may take long, and others have their turn in between.
  await othersTurn(1)();
  const most = request.isCountExact ? undefined : mostCounted;
  const count = await read(() => countRows(source, where, most));
  const total = Math.min(count, most ?? count);
  return { items: await itemsInOrder(source, ids), total, ...(count > total && { moreThanTotal: true }), nextCursor };
}

const now = <Result>(work: () => Result): Result => work();
const longReadOfList = <Result>(work: () => Result): Result => longRead('list', work);

/** As many rows as are passed over at once, on the way to a page further behind. */
const fewRows = 1000;

/**
 * Whether the page is what an index has first, and the count all rows of a table: both are there at once, however many
 * rows there are. Anything that is asked of a row, or that it is sorted by, may be worked out for all of them.
 */
function isShort<Item>(source: ListSource<Item>, where: Condition[], { sort, offset }: ListRequest): boolean {
  return isWhole(source, where) && offset <= fewRows && isOrdered(source, sort);
}

/** Whether nothing is asked of a row, and all of the table are the reader's. */
function isWhole<Item>({ isPart }: ListSource<Item>, where: Condition[]): boolean {
  return !isPart && where.every((condition) => condition === everything);
}

function isOrdered<Item>(source: ListSource<Item>, sort: SortTerm[]): boolean {
  const [first, second] = sort;
  if (first === undefined) return true;
  const { at } = fieldOf(source, first.field);
  return second === undefined && (at.isIndexed ?? at.idOrdersAlike ?? false);
}

/** What the rows of a request have in common. Made once a request, for its page and for its count: days cost much. */
export async function whereOf<Item>(
  source: ListSource<Item>,
  timeZone: string,
  request: ListRequest,
): Promise<Condition[]> {
  return [source.visible, ...(await conditions(timeZone, source, request))];
}

/** The ids of one page of any size, in the order of the request. */
export async function pageOfIds<Item>(
  source: ListSource<Item>,
  where: Condition[],
  request: ListRequest,
): Promise<{ ids: string[]; nextCursor: string | null }> {
  const terms = orderTerms(source, request.sort);
  const page = request.cursor === undefined ? where : [...where, afterCursor(request, terms)];
  let query = narrowed(source, page)
    .limit(request.limit + 1)
    .offset(request.offset);
  for (const [i, term] of terms.entries())
    query = query.select(term.sql.as(`o${i}`)).orderBy(term.sql, term.descending ? 'desc' : 'asc');
  // Rows of the columns o0, o1 … selected just above.
  const rows = (await query.execute()) as Record<string, unknown>[];
  const shown = rows.slice(0, request.limit);
  const idColumn = `o${terms.length - 1}`;
  const last = rows.length > request.limit ? shown.at(-1) : undefined;
  const cursorValues = last && terms.map((_, i) => last[`o${i}`]);
  return {
    ids: shown.map((row) => String(row[idColumn])),
    nextCursor: cursorValues ? writeCursor(request.sort, cursorValues) : null,
  };
}

/** How many rows a request asks for, on all pages together; of more than `most` one more than that, which ends the counting. */
export async function countRows<Item>(source: ListSource<Item>, where: Condition[], most?: number): Promise<number> {
  const rows = narrowed(source, where);
  const count = sql<number>`count(*)`.as('n');
  const some = (limit: number) => source.db.selectFrom(rows.select(source.id.as('id')).limit(limit).as('counted'));
  const row: { n?: number } | undefined = await (most === undefined
    ? rows.select(count).executeTakeFirst()
    : some(most + 1)
        .select(count)
        .executeTakeFirst());
  return row?.n ?? 0;
}

/** The items of these ids in their order, without those that are gone. Never more than 1,000 at once. */
export async function itemsInOrder<Item>(source: ListSource<Item>, ids: string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  const items = new Map((await source.read(ids)).map((item) => [source.idOf(item), item]));
  return ids.flatMap((id) => items.get(id) ?? []);
}

function narrowed<Item>(source: ListSource<Item>, where: Condition[]): Rows {
  return where
    .filter((condition) => condition !== everything)
    .reduce((query, condition) => query.where(condition), source.rows());
}
