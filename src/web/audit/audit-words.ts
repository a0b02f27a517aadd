import { auditSentence } from '../../domain/audit/sentence.ts';
import type { LabelledRecord } from '../../domain/labels.ts';
import type { Words } from '../words/use-words.ts';
import type { Entry } from './fold-entries.ts';

/** An entry in the reader's language; undefined where its content is erased. */
export function sentenceOf({ action, details }: Entry, { vocabulary }: Words): string | undefined {
  return details === null ? undefined : auditSentence(action, details, vocabulary);
}

/** The verb of an action: "key.renewed" reads "Renewed". One of a newer version stands as its code. */
export function verbOf(action: string, { t }: Words): string {
  const verb = action.split('.')[1] ?? action;
  return t([`audit.verb.${action.replace('.', '_')}`, `audit.verb.${verb}`], { defaultValue: action });
}

/** An action among all others: "Software license: changed". */
export function actionWords(action: string, words: Words): string {
  const [kind = ''] = action.split('.');
  return `${words.t(`audit.kind.${kind}`, { defaultValue: kind })}: ${verbOf(action, words)}`;
}

const records: Record<string, LabelledRecord> = {
  key: 'key',
  assignment: 'assignment',
  equipment: 'equipment',
  license: 'license',
  product: 'product',
  customer: 'customer',
  user: 'user',
};

/** What kind of record an entry is about, as far as its fields have labels of their own. */
export function recordOf({ subject }: Entry): LabelledRecord {
  return records[subject.split(':')[0] ?? ''] ?? 'auditEntry';
}

/** The page of the record an entry is about, where it has one. */
export function pageOf({ subject, action }: Entry): string | undefined {
  const [kind = '', id = ''] = subject.split(':');
  if (action.endsWith('.deleted') || action === 'entries.erased') return undefined;
  const lists: Record<string, string> = {
    key: '/keys/',
    equipment: '/equipment/',
    license: '/licenses/',
    product: '/products/',
    customer: '/customers/',
  };
  return lists[kind] === undefined ? undefined : lists[kind] + id;
}
