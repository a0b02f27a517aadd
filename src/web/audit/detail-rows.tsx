import type { ReactNode } from 'react';
import type { Words } from '../words/use-words.ts';
import { recordOf } from './audit-words.ts';
import { fieldWords, valueWords } from './detail-words.ts';
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
    old: shown(entry.action, field, change.old, words),
    now: shown(entry.action, field, change.new, words),
  }));
  const facts = beside(details)
    .filter(([field]) => !untold.includes(field) && !(entry.keyId !== null && inTheRow.includes(field)))
    .map(([field, value]) => ({
      name: field,
      label: fieldWords(field, record, words),
      now: shown(entry.action, field, value, words),
    }));
  return [...renewal(entry, details, words), ...changed, ...facts.filter(({ name }) => name !== 'newEnd')];
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

function renewal({ action }: Entry, { oldEnd, newEnd }: Record<string, unknown>, words: Words): DetailRow[] {
  if (newEnd === undefined) return [];
  const name = 'validityEnd';
  const label = words.label('key', name);
  return [{ name, label, old: valueWords(action, name, oldEnd, words), now: valueWords(action, name, newEnd, words) }];
}

function shown(action: string, field: string, value: unknown, words: Words): ReactNode {
  if (field in referredLists && typeof value === 'string' && value !== '') return <Referred field={field} id={value} />;
  return valueWords(action, field, value, words);
}
