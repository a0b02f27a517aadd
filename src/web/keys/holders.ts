import type { Words } from '../words/use-words.ts';
import type { Key } from './key-kind.tsx';

/** Who has a key, in words: units and users by name, the rest by number; one that I may not see is not named. */
export function holdersOf({ assignments, seatsTaken }: Key, { t }: Words): string {
  const names = assignments.map(({ equipment, userName }) => equipment?.name ?? userName ?? t('keys.hiddenHolder'));
  const more = seatsTaken - names.length;
  return [...new Set(names), ...(more > 0 ? [t('keys.more', { count: more })] : [])].join(', ');
}
