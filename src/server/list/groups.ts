import { sql } from 'kysely';
import { type ListField, mostGroups } from '../../contract/list.ts';
import { foldText } from '../../domain/fold.ts';
import { fieldOf } from './field-of.ts';
import type { FieldSql, Group, ListAnswer, ListSource, Rows } from './run-list.ts';

type GroupRow = { value: string | number | null; shown: string | number | null; n: number };

/**
 * Counts the rows by a field. Texts that fold alike are one group, shown as the first of their spellings. Of more than a
 * thousand groups the largest are answered.
 */
export async function groupRows<Item>(
  source: ListSource<Item>,
  matching: Rows,
  name: string,
): Promise<ListAnswer<Item>> {
  const { field, at } = fieldOf(source, name);
  const counted = await countedRows(source, matching, at);
  const moreGroups = counted.length > mostGroups;
  const rows = counted.slice(0, mostGroups);
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
  const total = await totalOf(matching, at.each !== undefined || moreGroups, found);
  return { groups: inGroupOrder(field, mergeEmpty(found)), total, ...(moreGroups && { moreGroups }) };
}

async function countedRows<Item>(source: ListSource<Item>, matching: Rows, at: FieldSql): Promise<GroupRow[]> {
  const { value, display = value } = at.each ?? at;
  const count = at.each ? sql`count(distinct ${source.id})` : sql`count(*)`;
  const rows = await (at.each?.rows(matching) ?? matching)
    .select([value.as('value'), sql`min(${display})`.as('shown'), count.as('n')])
    .groupBy(sql`1`)
    .orderBy(sql`3`, 'desc')
    .orderBy(sql`1`)
    .limit(mostGroups + 1)
    .execute();
  // The columns are the three selected just above.
  return rows as GroupRow[];
}

/** The records of all groups together, each once. */
async function totalOf(matching: Rows, isCounted: boolean, found: Group[]): Promise<number> {
  if (!isCounted) return found.reduce((sum, { count: n }) => sum + n, 0);
  const row: { n?: number } | undefined = await matching.select(sql<number>`count(*)`.as('n')).executeTakeFirst();
  return row?.n ?? 0;
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
