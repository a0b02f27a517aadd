import { problemOf } from '../api/client.ts';
import { refusalWords } from '../assignments/refusal-words.ts';
import type { Words } from '../words/use-words.ts';

const known = [
  'key_assigned',
  'key_permanent',
  'key_not_revoked',
  'key_unreadable',
  'license_key_taken',
  'renewal_not_later',
  'too_many_requests',
  'forbidden',
  'not_found',
] as const;

/** Why a verb of a key was refused: in the server's words, and in German where we have those. */
export function keyRefusal(error: unknown, words: Words): string {
  const problem = problemOf(error);
  if (!problem || words.language === 'en') return problem?.detail ?? words.t('keys.lost');
  const { code, heldBy } = problem;
  if (!known.some((name) => name === code)) return refusalWords(error, words);
  const holders = heldBy?.map(({ name }) => name).join(', ');
  return words.t(`keys.refused.${code}`, { holders: holders || words.t('keys.hiddenHolder') });
}
