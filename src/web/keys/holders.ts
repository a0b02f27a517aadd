import type { Words } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';

/** Who has a key, in words: units and users by name, the rest by number; one that I may not see is not named. */
export function holdersOf({ assignments, seatsTaken }: Key, words: Words): string {
  const names = assignments.map((assignment) => holderOf(assignment, words));
  const more = seatsTaken - names.length;
  return [...new Set(names), ...(more > 0 ? [words.t('keys.more', { count: more })] : [])].join(', ');
}

type Holder = Pick<Key['assignments'][number], 'equipment' | 'userName'>;

/** Who has one seat. */
export function holderOf({ equipment, userName }: Holder, { t }: Words): string {
  return equipment?.name ?? userName ?? t('keys.hiddenHolder');
}
