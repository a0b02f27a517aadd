import { problemOf } from '../api/client.ts';
import type { Words } from '../words/use-words.ts';

type Fault = { code: string; detail: string; pointer?: string; params?: Record<string, string | number> | undefined };

/**
 * What is wrong with a field, in the reader's language: words for this fault of this field, for this fault of any field,
 * or, where the language has none of its own, the server's sentence.
 */
export function faultWords({ code, detail, pointer = '', params = {} }: Fault, { t }: Words): string {
  // A fault of a row of a file names its field beside the place.
  const field = params.field ?? pointer.split('/').findLast((part) => /^\D/.test(part)) ?? '';
  const said = t([`faultOf.${field}.${code}`, `fault.${code}`, `refusal.${code}`], { ...params, defaultValue: '' });
  if (said === '') return detail;
  if (params.line === undefined) return said;
  const place = params.column === undefined ? 'line' : 'cell';
  const inSheet = params.column === undefined ? 'sheetLine' : 'sheetCell';
  return t(`fault.${params.sheet === undefined ? place : inSheet}`, { ...params, said });
}

/** What is wrong with one field of a refused body, such as `validityEnd` or `attributes.costUnit`. */
export function faultAt(error: unknown, field: string, words: Words): string | undefined {
  const pointer = `/${field.replaceAll('.', '/')}`;
  const fault = problemOf(error)?.errors?.find(
    (found) => found.pointer === pointer || found.pointer.startsWith(`${pointer}/`),
  );
  return fault && faultWords(fault, words);
}

/** Refusals whose first fault says more than they do. */
const saysWhy = ['invalid', 'forbidden', 'too_many_requests', 'origin_refused', 'unavailable', 'import_not_undoable'];

/** Why something was refused, and what to do about it, in the reader's language. */
export function refusalWords(error: unknown, words: Words): string {
  const { t, moment } = words;
  const problem = problemOf(error);
  if (!problem) return t('failed.connection');
  const { code, detail, errors, holder, heldBy, limit } = problem;
  const [fault] = errors ?? [];
  if (saysWhy.includes(code) && fault) return faultWords(fault, words);
  if (limit) return limitWords(limit, words);
  const by = [holder?.equipment, holder?.userName].filter(Boolean).join(', ');
  return t(code === 'seat_taken' && by !== '' ? 'refusal.seat_taken_by' : `refusal.${code}`, {
    defaultValue: detail,
    holder: by,
    since: moment(holder?.since),
    holders: heldBy?.map(({ name }) => name).join(', ') || t('keys.hiddenHolder'),
  });
}

type Limit = NonNullable<NonNullable<ReturnType<typeof problemOf>>['limit']>;

/** What was done too often, how often one may, and when it goes on. */
function limitWords({ name, most, minutes, until }: Limit, { t, number, moment }: Words): string {
  const period = t(minutes >= 60 ? 'limit.hours' : 'limit.minutes', { count: minutes >= 60 ? minutes / 60 : minutes });
  return t('limit.said', { most: number(most), what: t(`limit.of.${name}`), period, until: moment(until) });
}
