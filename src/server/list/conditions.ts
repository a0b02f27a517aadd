import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { ListField } from '../../contract/list.ts';
import { endOfDayUtc, isDay, startOfDayUtc } from '../../domain/day.ts';
import { foldText } from '../../domain/fold.ts';
import { fieldOf, numberSql } from './field-of.ts';
import type { ListRequest } from './parse-list.ts';
import type { Condition, Found, ListSource } from './run-list.ts';

type Sql = RawBuilder<unknown>;

/** What a request asks of a row: its filters, ranges, search and the list's own parameters. */
export async function conditions<Item>(
  timeZone: string,
  source: ListSource<Item>,
  request: ListRequest,
): Promise<Condition[]> {
  const beside = new Set(request.filters.keys());
  const filters = [...request.filters].map(([name, values]) => {
    const { field, at } = fieldOf(source, name);
    return at.matches ? at.matches(values, beside) : anyOf(timeZone, field, at.value, values);
  });
  const ranges = [...request.ranges.values()].map((range) => {
    const { field, at } = fieldOf(source, range.field);
    return inRange(timeZone, field, at.value, range);
  });
  const asked = [...filters, ...ranges, ...(source.extra?.(request.extra) ?? [])];
  if (request.q === '') return asked;
  const { condition, isFew } = foundOf(await source.search(request.q));
  return [condition, ...(isFew ? asked.map(ofEachRow) : asked)];
}

function foundOf(found: Condition | Found): Found {
  return 'isFew' in found ? found : { condition: found, isFew: false };
}

/** No index serves a condition that is spelled so, as one of a filter would be taken for that of the few rows. */
function ofEachRow(condition: Condition): Condition {
  return sql<SqlBool>`((${condition}) is true)`;
}

/** What a filter value is compared as: texts folded, numbers as numbers, yes and no as 1 and 0. */
function comparable(field: ListField, value: string): Sql {
  switch (field.kind) {
    case 'text':
      return sql`${foldText(value)}`;
    case 'int':
    case 'number':
      return numberSql(field.kind, Number(value));
    case 'boolean':
      return numberSql('int', value === 'true' ? 1 : 0);
    case 'moment':
      return sql`${new Date(value).toISOString()}`;
    default:
      return sql`${value}`;
  }
}

function anyOf(timeZone: string, field: ListField, value: Sql, values: string[]): Condition {
  const given = values.filter((text) => text !== '');
  const wholeDays = field.kind === 'moment' ? given.filter(isDay) : [];
  const single = given.filter((text) => field.kind !== 'moment' || !isDay(text)).map((text) => comparable(field, text));
  const any = wholeDays.map((day) => inRange(timeZone, field, value, { from: day, to: day }));
  if (single.length > 0) any.push(sql<SqlBool>`${value} in (${sql.join(single)})`);
  if (given.length < values.length) any.push(isEmpty(field, value));
  return sql<SqlBool>`(${sql.join(any, sql` or `)})`;
}

const numericKinds = ['int', 'number', 'boolean'];

function isEmpty(field: ListField, value: Sql): Condition {
  if (numericKinds.includes(field.kind)) return sql<SqlBool>`${value} is null`;
  return sql<SqlBool>`coalesce(${value}, '') = ''`;
}

type Bounds = { from?: string; to?: string };

/** Inclusive on both sides; a record without a value is in no range. A day stands for its whole day in the organisation's zone. */
function inRange(timeZone: string, field: ListField, value: Sql, { from, to }: Bounds): Condition {
  const parts: Condition[] = numericKinds.includes(field.kind)
    ? [sql<SqlBool>`${value} is not null`]
    : [sql<SqlBool>`${value} <> ''`];
  if (from !== undefined) parts.push(sql<SqlBool>`${value} >= ${lowerBound(timeZone, field, from)}`);
  if (to !== undefined && field.kind === 'moment' && isDay(to))
    parts.push(sql<SqlBool>`${value} < ${endOfDayUtc(to, timeZone)}`);
  else if (to !== undefined) parts.push(sql<SqlBool>`${value} <= ${comparable(field, to)}`);
  return sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

function lowerBound(timeZone: string, field: ListField, from: string): Sql {
  return field.kind === 'moment' && isDay(from) ? sql`${startOfDayUtc(from, timeZone)}` : comparable(field, from);
}
