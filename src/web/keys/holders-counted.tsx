import { Link } from 'react-router';
import { useWords, type Words } from '../words/use-words.ts';
import { holderOf } from './holders.ts';
import type { Key } from './key-kind.tsx';

/** Who has a key: one holder by name, several counted ("2 units, 1 user"). */
export function HoldersCounted({ item }: { item: Key }) {
  const words = useWords();
  const [first] = item.assignments;
  if (isOne(item) && first)
    return first.equipment ? (
      <Link to={`/equipment/${first.equipment.id}`}>{first.equipment.name}</Link>
    ) : (
      holderOf(first, words)
    );
  return <Link to={`/assignments?keyId=${item.id}`}>{countOf(item, words)}</Link>;
}

/** The second line: of one holder the user and the day, of several the first by name. */
export function HoldersNamed({ item }: { item: Key }) {
  const words = useWords();
  const { t, day } = words;
  const [first] = item.assignments;
  if (!first) return null;
  if (!isOne(item)) return t('keys.strip.andMore', { name: holderOf(first, words), count: item.seatsTaken - 1 });
  const since = t('keys.strip.since', { day: day(first.appliedOn) });
  return first.equipment && first.userName ? `${first.userName}, ${since}` : since;
}

function isOne({ assignments, seatsTaken }: Key): boolean {
  return assignments.length === 1 && seatsTaken <= 1;
}

/** The record names the first few holders: where there are more, it is not known which of them are units. */
function countOf({ assignments, seatsTaken }: Key, { t, number }: Words): string {
  if (seatsTaken > assignments.length) return t('keys.strip.holders', { number: number(seatsTaken) });
  const users = assignments.filter(({ equipment, userName }) => !equipment && userName).length;
  const units = assignments.length - users;
  const parts = [
    ...(units > 0 ? [t('keys.strip.units', { count: units })] : []),
    ...(users > 0 ? [t('keys.strip.users', { count: users })] : []),
  ];
  return parts.join(', ');
}
