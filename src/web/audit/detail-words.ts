import { isLabelled, isTitled, type LabelledRecord } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';
import { closedWords } from './closed-values.ts';

/** What a member of an entry is called. One of a newer version stands as its name. */
export function fieldWords(field: string, record: LabelledRecord, { t, label, vocabulary }: Words): string {
  if (field.startsWith('attributes.')) return field.slice('attributes.'.length);
  const plain = field.endsWith('Id') ? field.slice(0, -2) : field;
  if (isLabelled(plain, vocabulary)) return label(record, plain);
  return t(`audit.detail.${plain}`, { defaultValue: field });
}

/** What an entry says there, in the reader's language. */
export function valueWords(action: string, field: string, value: unknown, words: Words): string {
  const { t, value: say, day, moment, number } = words;
  if (value === null || value === undefined || value === '') return t('audit.empty');
  if (typeof value === 'boolean') return say('yesNo', value ? 'true' : 'false');
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return listWords(field, value, words);
  if (typeof value !== 'string') return objectWords(value, words);
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return day(value);
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return moment(value);
  return closedWords(action, field, value, words) ?? value;
}

function listWords(field: string, values: unknown[], words: Words): string {
  if (field === 'erased' || field === 'customerIds')
    return words.t('audit.many', { count: values.length, number: words.number(values.length) });
  const areFields = field === 'columns' || field === 'filters';
  return values.map((value) => (areFields ? fieldWords(String(value), 'auditEntry', words) : String(value))).join(', ');
}

/** Somebody by their name; how many of each record, where there are any. */
function objectWords(value: object, { t, title, number, vocabulary }: Words): string {
  if ('name' in value) return String(value.name);
  const counts = Object.entries(value).filter(([, count]) => count !== 0);
  if (counts.length === 0) return t('audit.empty');
  return counts
    .map(([record, count]) => `${isTitled(record, vocabulary) ? title(record) : record}: ${number(Number(count))}`)
    .join(', ');
}
