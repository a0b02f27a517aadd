import type { Key } from '../keys/key-kind.tsx';
import type { Words } from '../words/use-words.ts';
import { isOn } from './use-free-keys.ts';

/** Why a key cannot be applied to a unit now, and what to do about it. */
export function blockedWords(key: Key, unitId: string, { t, day }: Words): string {
  if (isOn(key, unitId)) return t('equipment.blocked.here');
  if (key.status === 'revoked') return t('equipment.blocked.revoked');
  if (key.status === 'expired') return t('equipment.blocked.expired', { day: day(key.validityEnd) });
  if (key.notYetValid) return t('equipment.blocked.notYetValid', { day: day(key.validityStart) });
  const [holder] = key.assignments;
  const name = holder?.equipment?.name ?? holder?.userName;
  return name ? t('equipment.blocked.takenBy', { name }) : t('equipment.blocked.taken');
}
