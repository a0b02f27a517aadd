import { auditSentence } from '../../domain/audit/sentence.ts';
import { useWords } from '../words/use-words.ts';
import { sentenceOf } from './audit-words.ts';
import type { Folded } from './fold-entries.ts';

/** What folded entries say, as far as they say the same. */
export function FoldedWords({ row: { first, entries } }: { row: Folded }) {
  const words = useWords();
  const { t, number, vocabulary } = words;
  const sentences = [...new Set(entries.map((entry) => sentenceOf(entry, words)))];
  const products = [...new Set(entries.map(({ details }) => details?.product))].filter(
    (name) => typeof name === 'string',
  );
  const sentence =
    sentences.length === 1 ? sentences[0] : auditSentence(first.action, { actor: first.details?.actor }, vocabulary);
  const count = entries.length;
  const what = t(first.keyId === null ? 'audit.entries' : 'audit.keys', { count, number: number(count) });
  const named = products.length > 0 && products.length <= 2 ? ` (${products.join(', ')})` : '';
  return (
    <>
      {what}
      {named} · {sentence}
    </>
  );
}
