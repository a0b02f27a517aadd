import type { ReactNode } from 'react';
import { isLabelled, type LabelledRecord } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';
import { recordOf } from './audit-words.ts';
import { closedWords } from './closed-values.ts';
import type { Entry } from './fold-entries.ts';
import { Referred, referredLists } from './referred.tsx';
import { untold } from './untold-details.ts';

export type DetailRow = { name: string; label: string; old?: ReactNode; now: ReactNode };

const inTheRow = ['product', 'maskedKey'];

/** What an entry tells beside its sentence: what changed, and every other fact with its label. */
export function detailRows(entry: Entry, words: Words): DetailRow[] {
  const details = entry.details ?? {};
  const record = recordOf(entry);
  const changed = beside(changesOf(details)).map(([field, change]) => ({
    name: field,
    label: fieldWords(field, record, words),
    old: valueWords(field, change.old, words),
    now: valueWords(field, change.new, words),
  }));
  const facts = beside(details)
    .filter(([field]) => !untold.includes(field) && !(entry.keyId !== null && inTheRow.includes(field)))
    .map(([field, value]) => ({
      name: field,
      label: fieldWords(field, record, words),
      now: valueWords(field, value, words),
    }));
  return [...renewal(details, words), ...changed, ...facts.filter(({ name }) => name !== 'newEnd')];
}

/** What is told, but for the id of a product that is named beside it. */
function beside<Value>(told: Record<string, Value>): [string, Value][] {
  return Object.entries(told).filter(([field]) => field !== 'productId' || !('product' in told));
}

type Changes = Record<string, { old?: unknown; new?: unknown }>;

function changesOf({ changes }: Record<string, unknown>): Changes {
  // Written by changesBetween: an old and a new value a field.
  return typeof changes === 'object' && changes !== null ? (changes as Changes) : {};
}

function renewal({ oldEnd, newEnd }: Record<string, unknown>, words: Words): DetailRow[] {
  if (newEnd === undefined) return [];
  const name = 'validityEnd';
  const label = words.label('key', name);
  return [{ name, label, old: valueWords(name, oldEnd, words), now: valueWords(name, newEnd, words) }];
}

function fieldWords(field: string, record: LabelledRecord, { t, label, vocabulary }: Words): string {
  if (field.startsWith('attributes.')) return field.slice('attributes.'.length);
  const plain = field.endsWith('Id') ? field.slice(0, -2) : field;
  if (isLabelled(plain, vocabulary)) return label(record, plain);
  return t(`audit.detail.${field}`, { defaultValue: field });
}

function valueWords(field: string, value: unknown, words: Words): ReactNode {
  const { t, value: say, day, moment, number } = words;
  if (value === null || value === undefined || value === '') return t('audit.empty');
  if (typeof value === 'boolean') return say('yesNo', value ? 'true' : 'false');
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return listWords(field, value, words);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (field in referredLists) return <Referred field={field} id={value} />;
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return day(value);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return moment(value);
  return closedWords(field, value, words) ?? value;
}

function listWords(field: string, values: unknown[], words: Words): string {
  if (field === 'erased' || field === 'customerIds')
    return words.t('audit.many', { count: values.length, number: words.number(values.length) });
  const areFields = field === 'columns' || field === 'filters';
  return values.map((value) => (areFields ? fieldWords(String(value), 'auditEntry', words) : String(value))).join(', ');
}
