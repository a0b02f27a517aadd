import { z } from 'zod';
import type { RecordType } from '../domain/attributes.ts';

/**
 * What a list can be filtered, sorted and grouped by.
 * `text` compares folded; `enum` in the order of its values; `id` by the name behind it; `day` and `moment` take
 * `…From` and `…To` as well; so do `int` and `number`; `month` is YYYY-MM. Nothing is grouped by a long text.
 */
export type ListField = (
  | { kind: 'text' | 'id' | 'day' | 'month' | 'moment' | 'int' | 'number' | 'boolean'; says: string }
  | { kind: 'enum'; values: readonly string[]; says: string }
) & { isLong?: true };

/** Whether rows can stand together by a field: not by a long text or a moment, which each has of its own. */
export function isGroupable({ kind, isLong }: ListField): boolean {
  return kind !== 'moment' && isLong !== true;
}

type ListFields = Record<string, ListField>;

export type ListSpec = {
  fields: ListFields;
  /** As the `sort` parameter is written. */
  defaultSort: string;
  /** The record type whose attributes are further fields, as `attributes.NAME`. */
  attributes?: RecordType;
  /** Answers all rows at once: takes no page and no groups. */
  isWhole?: true;
  /** Parameters of this list alone. */
  extra?: Record<string, z.ZodType>;
};

export const maxLimit = 200;
/** So many rows are counted, unless the exact number is asked for. */
export const mostCounted = 10_000;
/** So many groups are answered: of more, the largest. */
export const mostGroups = 1000;
export const defaultLimit = 80;

export const rangeKinds = ['day', 'moment', 'int', 'number'];

const group = z.object({ value: z.union([z.string(), z.number(), z.null()]), label: z.string(), count: z.int() });

/** The answer of a list: a page of items, or groups with their counts when `groupBy` was asked. */
export function listOutput<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item).optional(),
    groups: z.array(group).optional(),
    moreGroups: z.boolean().optional().describe('There are more groups than the thousand largest, which are answered'),
    total: z.int(),
    moreThanTotal: z
      .boolean()
      .optional()
      .describe('There are more rows than the ten thousand that were counted: count=exact says how many'),
    nextCursor: z.string().nullable().optional(),
  });
}

const severalValues =
  'Several by comma mean any of them; "\\," is a comma of the value, "\\\\" a backslash; empty means none.';

const paging = [
  ['limit', `1 to ${maxLimit}, default ${defaultLimit}.`],
  ['cursor', 'Where the page before ended: its nextCursor.'],
  ['offset', 'Rows to skip, instead of a cursor.'],
  ['count', `exact: the total is exact; else no more than ${mostCounted} rows are counted.`],
] as const;

/** The fields a list can be grouped by, beside its dynamic features. */
function groupFields(spec: ListSpec): string[] {
  return Object.keys(spec.fields).filter((name) => spec.fields[name] && isGroupable(spec.fields[name]));
}

/**
 * The values of a filter as one text, as an address, a view and a command have them: by comma; a comma or backslash of a
 * value has a backslash before it, so that no value is taken for two. One place writes this form and one reads it.
 */
export function encodeFilter(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(/[\\,]/g, '\\$&')).join(',');
}

/** The values of such a text, never none: '' is the one value ''. A backslash before anything else is a backslash. */
export function decodeFilter(text: string): string[] {
  const values: string[] = [];
  let value = '';
  for (let i = 0; i < text.length; i += 1) {
    const isEscape = text[i] === '\\' && (text[i + 1] === ',' || text[i + 1] === '\\');
    if (isEscape) i += 1;
    if (text[i] === ',' && !isEscape) {
      values.push(value);
      value = '';
    } else value += text[i] ?? '';
  }
  return [...values, value];
}

/** The parameters a list takes, by name, with what each says: the source of the strict check and of OpenAPI. */
export function listParameters(spec: ListSpec): Map<string, string> {
  const names = new Map<string, string>([
    ['q', 'Searches names and last characters, never a license key. Under three letters it means "begins with".'],
    ['sort', `Fields by comma, "-" before one for descending. Default: ${spec.defaultSort}.`],
  ]);
  if (!spec.isWhole) {
    for (const [name, says] of paging) names.set(name, says);
    const by = `By one of ${groupFields(spec).join(', ')}.`;
    names.set('groupBy', `Answers the ${mostGroups} largest groups with counts instead of items. ${by}`);
  }
  for (const [field, { kind, says }] of Object.entries(spec.fields)) {
    names.set(field, `${says} ${severalValues}`);
    if (!rangeKinds.includes(kind)) continue;
    names.set(`${field}From`, `${says} From this on, inclusive.`);
    names.set(`${field}To`, `${says} Up to this, inclusive.`);
  }
  for (const extra of Object.keys(spec.extra ?? {})) names.set(extra, spec.extra?.[extra]?.description ?? '');
  return names;
}
