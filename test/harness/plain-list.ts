import type { ListField } from '../../src/contract/list.ts';
import { isDay, todayIn } from '../../src/domain/day.ts';
import { foldText } from '../../src/domain/fold.ts';

/** The same answer for the same text, found once: a plain loop asks of the same ones again and again. */
export function onceAText<T>(find: (text: string) => T): (text: string) => T {
  const found = new Map<string, T>();
  return (text) => {
    const known = found.get(text);
    if (known !== undefined) return known;
    const answer = find(text);
    found.set(text, answer);
    return answer;
  };
}

export const fold = onceAText(foldText);
const isDayText = onceAText(isDay);
const daysIn = onceAText((timeZone) => onceAText((moment) => todayIn(timeZone, new Date(moment))));

type Value = string | number | boolean | null;

/**
 * One field of one row, as a plain loop reads it. `value` is what groups show; `among` are the values a filter may name,
 * where there are several, each with a group; `order` is what it sorts by where that is not the value, `label` what a group is called (`labels` of several), and
 * `isExact` says that a filter does not fold.
 */
export type Cell = {
  value: Value;
  among?: Value[];
  order?: string | number;
  label?: string;
  labels?: ReadonlyMap<string, string>;
  isExact?: true;
};

const isEmpty = (value: Value): boolean => value === null || value === '';

/** What two values are compared by for equality: texts folded, nothing and '' the same. */
function comparable({ kind }: ListField, value: Value): string {
  if (value === null) return '';
  return kind === 'text' ? fold(String(value)) : String(value);
}

/** Whether a filter with these values, as they stand in the query, takes the row. */
export function isAmong(field: ListField, cell: Cell, timeZone: string, given: string[]): boolean {
  const own = (cell.among ?? [cell.value]).filter((value) => !isEmpty(value));
  if (own.length === 0) return given.includes('');
  if (cell.isExact) return own.some((value) => given.includes(String(value)));
  return given.some((text) => text !== '' && own.some((value) => isEqual(field, value, timeZone, text)));
}

function isEqual(field: ListField, value: Value, timeZone: string, text: string): boolean {
  if (field.kind === 'moment' && isDayText(text)) return daysIn(timeZone)(String(value)) === text;
  return comparable(field, value) === comparable(field, text);
}

/** Whether a range takes the row: inclusive, nothing is in no range, a day is its whole day in the zone. */
export function isWithin(field: ListField, { value }: Cell, timeZone: string, from?: string, to?: string): boolean {
  if (value === null || value === '') return false;
  if (field.kind === 'int' || field.kind === 'number')
    return (from === undefined || Number(value) >= Number(from)) && (to === undefined || Number(value) <= Number(to));
  const at = (bound: string): string =>
    field.kind === 'moment' && isDayText(bound) ? daysIn(timeZone)(String(value)) : String(value);
  return (from === undefined || at(from) >= from) && (to === undefined || at(to) <= to);
}

/** What a row is sorted by: folded text, an enum's place in its list, the name behind an id; nothing comes first. */
export function orderOf(field: ListField, { value, order }: Cell): string | number {
  if (order !== undefined) return typeof order === 'string' ? bytes(order) : order;
  switch (field.kind) {
    case 'text':
      return bytes(fold(String(value ?? '')));
    case 'enum':
      return field.values.indexOf(String(value));
    case 'int':
    case 'number':
      return value === null ? Number.NEGATIVE_INFINITY : Number(value);
    case 'boolean':
      return value === null ? -1 : Number(value);
    case 'id':
      throw new Error('an id sorts by the name behind it: say which');
    default:
      return bytes(String(value ?? ''));
  }
}

/** One character a byte of UTF-8, so that texts compare by code points, which JavaScript's own order does not. */
export function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

export type Group = { value: string | number | null; label: string; count: number };

/** The groups of a field with their counts, by what is equal; a text is shown as the first of its spellings. */
export function groupsOf(field: ListField, cells: Cell[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { value, label } of cells.flatMap(eachValue)) {
    const key = comparable(field, value);
    const known = groups.get(key);
    const shown = typeof value === 'boolean' || value === null ? String(value) : value;
    if (!known) groups.set(key, key === '' ? noneGroup() : { value: shown, label: label ?? String(shown), count: 1 });
    else {
      known.count += 1;
      if (field.kind === 'text' && key !== '' && bytes(String(shown)) < bytes(String(known.value)))
        Object.assign(known, { value: shown, label: String(shown) });
    }
  }
  return groups;
}

/** A row with several values stands in the group of each, once however each is spelled. */
function eachValue(cell: Cell): Pick<Cell, 'value' | 'label'>[] {
  if (!cell.among) return [cell];
  const values = cell.among.filter((value) => !isEmpty(value));
  if (values.length === 0) return [{ value: null }];
  const spellings = Map.groupBy(values, (value) => fold(String(value)));
  return [...spellings.values()].map((alike) => {
    const [value = null] = alike.toSorted((a, b) => (bytes(String(a)) < bytes(String(b)) ? -1 : 1));
    return { value, label: cell.labels?.get(String(value)) ?? String(value) };
  });
}

function noneGroup(): Group {
  return { value: null, label: '', count: 1 };
}

/** Whether a search finds a text among lines: anywhere in one, or, under three letters, at the begin of one. */
export function isFound(lines: (string | null | undefined)[], q: string): boolean {
  const sought = fold(q);
  return lines.some((line) => {
    if (!line) return false;
    return sought.length < 3 ? fold(line).startsWith(sought) : fold(line).includes(sought);
  });
}
