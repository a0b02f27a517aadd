import type { Problem } from '../../contract/client.ts';
import { problemOf } from '../api/client.ts';
import type { Words } from '../words/use-words.ts';

const known = [
  'seat_taken',
  'key_expired',
  'key_revoked',
  'key_not_yet_valid',
  'already_on_equipment',
  'already_removed',
  'equipment_out_of_service',
  'applied_before_removal',
  'stale',
] as const;

/** Who has the seat, where the reader may know it. */
function holderOf({ holder }: Problem): string | undefined {
  return [holder?.equipment, holder?.userName].filter(Boolean).join(', ') || undefined;
}

/** A refusal in the reader's language; what has no words here is said in the server's. */
export function refusalWords(error: unknown, { t, moment }: Words): string {
  const problem = problemOf(error);
  if (!problem) return t('assignments.lost');
  if (!known.some((code) => code === problem.code)) return problem.detail;
  const holder = holderOf(problem);
  if (problem.code !== 'seat_taken' || !holder) return t(`assignments.refused.${problem.code}`);
  return t('assignments.refused.seat_taken_by', { holder, since: moment(problem.holder?.since) });
}
