import { readsAsLicenseKey } from '../../../domain/license-key.ts';
import { shownText } from '../plan/shown-text.ts';
import { holdsKey } from '../plan/whole-key.ts';
import { plainName } from './column-words.ts';

/** What a mapping calls each column: by name, by place where a name stands twice, there is none, or it holds a license key. */
export function namesIn(header: readonly string[]): string[] {
  const plain = header.map(plainName);
  const alike = Map.groupBy(plain, (name) => name);
  return header.map((name, index) => {
    const isAlone = alike.get(plain[index] ?? '')?.length === 1;
    return name !== '' && isAlone && !name.startsWith('#') && !isSecretName(name) ? name : `#${index + 1}`;
  });
}

/** Whether a license key stands in the name of a column, alone or among words: it may be told nowhere. */
export function isSecretName(name: string): boolean {
  return readsAsLicenseKey(name) || holdsKey(name) || shownText(name) !== name;
}
