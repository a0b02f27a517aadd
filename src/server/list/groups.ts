import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { type ListField, mostGroups } from '../../contract/list.ts';
import { foldText } from '../../domain/fold.ts';
import { fieldOf } from './field-of.ts';
import type { FieldSql, Group, ListAnswer, ListSource, Rows } from './run-list.ts';

type GroupRow = { value: string | number | null; shown: string | number | null; n: number };
/** The rows that are asked for; `isWhole`: all of the table. */
type Matching = { rows: () => Rows; isWhole: boolean };
type Counted = { rows: GroupRow[]; total?: number };

/**
 * Counts the rows by a field. Texts that fold alike are one group, shown as the first of their spellings. Of more than a
 * thousand groups the largest are answered.
 */
export async function groupRows<Item>(
  source: ListSource<Item>,
  matching: Matching,
  name: string,
): Promise<ListAnswer<Item>> {
  const { field, at } = fieldOf(source, name);
  const counted = await countedRows(source, matching, { field, at });
  const moreGroups = counted.rows.length > mostGroups;
  const rows = counted.rows.slice(0, mostGroups);
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
  const sum = found.reduce((all, { count: n }) => all + n, 0);
  const total = counted.total ?? (moreGroups ? await countOf(matching.rows(), sql<number>`count(*)`) : sum);
  return { groups: inGroupOrder(field, mergeEmpty(found)), total, ...(moreGroups && { moreGroups }) };
}

type Field = { field: ListField; at: FieldSql };

async function countedRows<Item>(source: ListSource<Item>, matching: Matching, { field, at }: Field): Promise<Counted> {
  if (at.each) return countedHolders(source, matching, at.each);
  if (field.kind === 'enum') {
    const rows = await (matching.isWhole && at.matches ? countedByRange : countedAtOnce)(matching, field.values, at);
    if (rows) return { rows };
  }
  const { value, display = value } = at;
  return { rows: await grouped(matching.rows(), { value, display, count: sql<number>`count(*)` }) };
}

type Shown = { value: Sql; display: Sql; count: Sql };
type Sql = RawBuilder<unknown>;

async function grouped(rows: Rows, { value, display, count }: Shown): Promise<GroupRow[]> {
  const found = await rows
    .select([value.as('value'), sql`min(${display})`.as('shown'), count.as('n')])
    .groupBy(sql`1`)
    .orderBy(sql`3`, 'desc')
    .orderBy(sql`1`)
    .limit(mostGroups + 1)
    .execute();
  // The columns are the three selected just above.
  return found as GroupRow[];
}

async function countOf(rows: Rows, count: RawBuilder<number>): Promise<number> {
  const row: { n?: number } | undefined = await rows.select(count.as('n')).executeTakeFirst();
  return row?.n ?? 0;
}

/** Each value is a range of an index, which is counted without looking at a row. */
async function countedByRange(
  { rows }: Matching,
  values: readonly string[],
  { matches }: FieldSql,
): Promise<GroupRow[]> {
  const found: GroupRow[] = [];
  for (const value of values) {
    const condition = matches?.([value], new Set());
    const n = condition ? await countOf(rows().where(condition), sql<number>`count(*)`) : 0;
    if (n > 0) found.push({ value, shown: value, n });
  }
  return found;
}

/** Few values are counted in one pass, which sorts nothing; undefined where there are others. */
async function countedAtOnce(
  { rows }: Matching,
  values: readonly string[],
  { value }: FieldSql,
): Promise<GroupRow[] | undefined> {
  const all = ['', ...values];
  const counts = all.map((one, i) => sql`count(case when coalesce(${value}, '') = ${one} then 1 end)`.as(`n${i}`));
  // The columns are those selected here.
  const row = (await rows()
    .select([...counts, sql<number>`count(*)`.as('n')])
    .executeTakeFirst()) as Record<string, number> | undefined;
  const found = all.map((one, i) => ({ value: one, shown: one, n: row?.[`n${i}`] ?? 0 })).filter(({ n }) => n > 0);
  const sum = found.reduce((some, { n }) => some + n, 0);
  return sum === (row?.n ?? 0) ? found : undefined;
}

/** By the rows of the values; those records that have none are the rest. */
async function countedHolders<Item>(
  source: ListSource<Item>,
  { rows, isWhole }: Matching,
  { rows: each, id, value, display = value }: NonNullable<FieldSql['each']>,
): Promise<Counted> {
  const ofThem = isWhole ? each() : each().where(sql<SqlBool>`${id} in ${rows().select(source.id.as('id'))}`);
  const found = await grouped(ofThem, { value, display, count: sql<number>`count(distinct ${id})` });
  const total = await countOf(rows(), sql<number>`count(*)`);
  const none = total - (await countOf(ofThem, sql<number>`count(distinct ${id})`));
  if (none === 0) return { rows: found, total };
  const all = [...found, { value: null, shown: null, n: none }].sort((one, other) => other.n - one.n);
  return { rows: all, total };
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

/** Enums in their order, numbers by size, all else by the folded label; the group without a value comes first. */
function inGroupOrder(field: ListField, found: Group[]): Group[] {
  const rankOf = ({ value, label }: Group): number | Buffer => {
    if (field.kind === 'enum') return field.values.indexOf(String(value));
    if (field.kind === 'int' || field.kind === 'number') return Number(value ?? Number.NEGATIVE_INFINITY);
    // Bytes of UTF-8 are in the order of the code points, as in the database; JavaScript's own order is another.
    return Buffer.from(foldText(label));
  };
  const ranked = found.map((group) => ({ group, rank: rankOf(group) }));
  ranked.sort(({ rank: a }, { rank: b }) =>
    typeof a === 'number' || typeof b === 'number' ? Number(a) - Number(b) : Buffer.compare(a, b),
  );
  return ranked.map(({ group }) => group);
}
