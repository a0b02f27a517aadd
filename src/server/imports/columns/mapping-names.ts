import { holdsKey } from '../plan/whole-key.ts';
import { plainName } from './column-words.ts';

/** What a mapping calls each column: by name, by place where a name stands twice, there is none, or it holds a license key. */
export function namesIn(header: readonly string[]): string[] {
  const plain = header.map(plainName);
  const alike = Map.groupBy(plain, (name) => name);
  return header.map((name, index) => {
    const isAlone = alike.get(plain[index] ?? '')?.length === 1;
    return name !== '' && isAlone && !name.startsWith('#') && !holdsKey(name) ? name : `#${index + 1}`;
  });
}
