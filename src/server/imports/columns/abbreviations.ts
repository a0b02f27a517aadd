import { plainName } from './column-words.ts';

/** A dot behind a word that is not whole. */
const shortened = /\p{L}{2}\.(?=[\s-]|\p{Lu}|$)/u;
/** Fewer letters could be anything. */
const fewest = 3;

/**
 * What an abbreviated name stands for among names that are known: each of its parts begins a part of the name (`gült. bis`,
 * `Liz.-Key`, `Anz.`). Undefined where names of several fields begin so.
 */
export function abbreviated<Target extends { field: string }>(
  name: string,
  known: ReadonlyMap<string, Target | null>,
): Target | undefined {
  if (name.length > 60 || !shortened.test(name)) return undefined;
  const parts = name.split('.').map(plainName);
  if (parts.join('').length < fewest) return undefined;
  const found = [...known].flatMap(([whole, target]) => (target && standsFor(parts, whole) ? [target] : []));
  return new Set(found.map(({ field }) => field)).size === 1 ? found[0] : undefined;
}

function standsFor(parts: readonly string[], whole: string): boolean {
  const [first = '', ...others] = parts;
  if (first.length < 2 || !whole.startsWith(first)) return false;
  const last = others.pop() ?? '';
  let at = first.length;
  for (const part of others) {
    const next = whole.indexOf(part, at);
    if (next < 0) return false;
    at = next + part.length;
  }
  return whole.length - last.length >= at && whole.endsWith(last);
}
