import {
  decodeFilter,
  defaultLimit,
  isGroupable,
  type ListField,
  type ListSpec,
  listParameters,
  maxLimit,
  rangeKinds,
} from '../../contract/list.ts';
import { isDay } from '../../domain/day.ts';
import { type Fault, type FieldError, invalid, mostFaults } from '../../domain/errors.ts';
import { foldText, textFault } from '../../domain/fold.ts';

export type SortTerm = { field: string; descending: boolean };
type Range = { field: string; from?: string; to?: string };

/** A list request, checked against the list's fields. Values are texts as they stood in the query. */
export type ListRequest = {
  /** Folded. */
  q: string;
  sort: SortTerm[];
  limit: number;
  cursor: string | undefined;
  offset: number;
  groupBy: string | undefined;
  isCountExact: boolean;
  filters: Map<string, string[]>;
  ranges: Map<string, Range>;
  extra: Record<string, unknown>;
};

/** Letters of a search as they are compared: some signs are several then. */
const longestSearch = 200;
/** Values of a filter by days: each is a range of its own, and its two ends are worked out in the time zone. */
const mostDays = 50;
/** Letters of one filter, and of all together: each value may be looked for in each row. */
const longestFilter = 8000;
const longestFilters = 10_000;
/** Fields to sort by: one may be worked out anew for each row. */
const mostSorts = 4;

/** Further fields known only at run time: the attributes, as `attributes.NAME`. */
export type ExtraFields = ReadonlyMap<string, ListField>;

/** Reads the query parameters of a list. Refuses unknown ones, each at `?name`. */
export function parseList(spec: ListSpec, query: URLSearchParams, attributes: ExtraFields): ListRequest {
  const faults: FieldError[] = [];
  let more = 0;
  const fields = new Map<string, ListField>([...Object.entries(spec.fields), ...attributes]);
  const refuse: Refuse = (name, code, detail, params) => {
    if (faults.length < mostFaults) faults.push({ pointer: `?${name}`, code, detail, ...(params && { params }) });
    else more += 1;
  };
  const request: ListRequest = {
    q: soughtText(query.get('q') ?? '', refuse),
    sort: parseSort(query.get('sort') || spec.defaultSort, fields, refuse),
    limit: wholeNumber(query, 'limit', { min: 1, max: maxLimit, fallback: defaultLimit }, refuse),
    cursor: query.get('cursor') ?? undefined,
    offset: wholeNumber(query, 'offset', { min: 0, max: 1_000_000_000, fallback: 0 }, refuse),
    groupBy: query.get('groupBy') || undefined,
    isCountExact: query.get('count') === 'exact',
    filters: new Map(),
    ranges: new Map(),
    extra: {},
  };
  if (query.has('count') && !request.isCountExact) refuse('count', 'invalid', 'Give count=exact, or leave it out.');
  const groups = new Map([...fields].filter(([, field]) => isGroupable(field)));
  if (request.groupBy !== undefined && !groups.has(request.groupBy))
    refuse('groupBy', 'unknown_field', listOf('group by', groups));
  readFilters(spec, query, fields, request, refuse);
  if (faults.length > 0) throw invalid(faults, more);
  return request;
}

type Refuse = (name: string, code: string, detail: string, params?: Fault['params']) => void;

/** What is searched for, folded. */
function soughtText(text: string, refuse: Refuse): string {
  const max = longestSearch;
  const folded = text.length > max ? '' : foldText(text);
  if (text.length > max || folded.length > max)
    refuse('q', 'too_long', `Search for at most ${max} characters; some signs are several.`, { max });
  return folded;
}

function listOf(what: string, fields: ReadonlyMap<string, ListField>): string {
  return `This list can ${what} ${[...fields.keys()].join(', ')}.`;
}

function parseSort(text: string, fields: ReadonlyMap<string, ListField>, refuse: Refuse): SortTerm[] {
  const terms = text.split(',').map((term) => ({ field: term.replace(/^-/, ''), descending: term.startsWith('-') }));
  if (terms.length > mostSorts) refuse('sort', 'too_long', `Sort by at most ${mostSorts} fields.`, { max: mostSorts });
  for (const { field } of terms.slice(0, mostSorts))
    if (!fields.has(field)) refuse('sort', 'unknown_field', listOf('sort by', fields));
  return terms;
}

type Bounds = { min: number; max: number; fallback: number };

function wholeNumber(query: URLSearchParams, name: string, { min, max, fallback }: Bounds, refuse: Refuse): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  refuse(name, 'out_of_range', `${name} takes a whole number from ${min} to ${max}.`);
  return fallback;
}

function readFilters(
  spec: ListSpec,
  query: URLSearchParams,
  fields: ReadonlyMap<string, ListField>,
  request: ListRequest,
  refuse: Refuse,
): void {
  const known = listParameters(spec);
  let letters = 0;
  for (const name of new Set(query.keys())) {
    const texts = query.getAll(name);
    const text = texts[0] ?? '';
    const fault = textFault(text, { max: longestFilter, multiline: true });
    if (fault) refuse(name, fault.code, fault.detail, fault.params);
    letters += text.length;
    if (letters > longestFilters)
      refuse(name, 'too_long', `All filters together take at most ${longestFilters} characters.`, {
        max: longestFilters,
      });
    if (texts.length > 1) refuse(name, 'repeated', `Give ${name} once; several values go by comma.`);
    const extra = spec.extra && Object.hasOwn(spec.extra, name) ? spec.extra[name] : undefined;
    const field = fields.get(name);
    if (extra) {
      const parsed = extra.safeParse(text);
      if (parsed.success) request.extra[name] = parsed.data;
      else refuse(name, 'invalid', parsed.error.issues[0]?.message ?? 'That value is not valid.');
    } else if (field) {
      // Once each: what a value asks of a row may be much.
      const values = [...new Set(decodeFilter(text))];
      if (isByDay(field) && values.length > mostDays)
        refuse(name, 'too_many_values', `${name} takes at most ${mostDays} values; give a range instead.`, {
          max: mostDays,
        });
      for (const value of values) judgeValue(name, field, value, refuse);
      request.filters.set(name, values);
    } else if (!readRange(name, text, fields, request, refuse) && !known.has(name)) {
      refuse(name, 'unknown_parameter', `This list does not take ${name}.`);
    }
  }
}

const isByDay = ({ kind }: ListField): boolean => kind === 'day' || kind === 'moment';

function readRange(
  name: string,
  text: string,
  fields: ReadonlyMap<string, ListField>,
  request: ListRequest,
  refuse: Refuse,
): boolean {
  const side = name.endsWith('From') ? 'from' : name.endsWith('To') ? 'to' : undefined;
  if (!side) return false;
  const fieldName = name.slice(0, side === 'from' ? -4 : -2);
  const field = fields.get(fieldName);
  if (!field || !rangeKinds.includes(field.kind)) return false;
  if (text === '') refuse(name, 'invalid', `Give ${name} a value, or leave it out.`);
  judgeValue(name, field, text, refuse);
  request.ranges.set(fieldName, { field: fieldName, ...request.ranges.get(fieldName), [side]: text });
  return true;
}

const isMoment = (text: string): boolean =>
  isDay(text) || (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(text) && !Number.isNaN(Date.parse(text)));

function judgeValue(name: string, field: ListField, value: string, refuse: Refuse): void {
  if (value === '') return;
  switch (field.kind) {
    case 'day':
      if (!isDay(value)) refuse(name, 'not_a_day', `${name} takes days as YYYY-MM-DD.`);
      return;
    case 'month':
      if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(value)) refuse(name, 'not_a_month', `${name} takes months as YYYY-MM.`);
      return;
    case 'moment':
      if (!isMoment(value)) refuse(name, 'not_a_moment', `${name} takes days, or moments as 2026-12-31T12:00:00Z.`);
      return;
    case 'int':
      if (!/^-?\d{1,12}$/.test(value)) refuse(name, 'not_a_number', `${name} takes whole numbers.`);
      return;
    case 'number':
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(value)) refuse(name, 'not_a_number', `${name} takes numbers such as 12.50.`);
      return;
    case 'boolean':
      if (value !== 'true' && value !== 'false') refuse(name, 'not_a_boolean', `${name} takes true or false.`);
      return;
    case 'enum':
      if (!field.values.includes(value)) refuse(name, 'unknown_value', `${name} takes ${field.values.join(', ')}.`);
      return;
    default:
      return;
  }
}
