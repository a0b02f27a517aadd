import { parting, readsAsLicenseKey } from '../../../domain/license-key.ts';
import { longestRemarks } from '../../../domain/remarks.ts';
import { isHexPairs, keySpans, type Span, withoutIds } from './key-shapes.ts';

/** Whether a text is an id of something, which may look like a license key. */
export function isId(text: string): boolean {
  return text !== '' && withoutIds(text).trim() === '';
}

/** Whether a text is a license key and nothing else; ids and fingerprints are none, however long. */
export function isWholeKey(text: string): boolean {
  return parting.textWithBlanks.test(text) && !isId(text) && readsAsLicenseKey(text) && !isHexPairs(text);
}

const block = /--- *BEGIN\b[^\n]*---/;

/** Whether a license key stands in a text, of whatever shape, alone or among words, or the beginning of a license file. */
export function holdsKey(text: string): boolean {
  return secretSpans(text).length > 0;
}

/** Whether one stands there that can hardly be anything else, as it is long. */
export function holdsLongKey(text: string): boolean {
  return longSpans(judged(text).text).length > 0;
}

/** Whether one stands there that is not even the number of a thing, which may be as long: in four groups of one length or more. */
export function holdsGroupedKey(text: string): boolean {
  const { text: seen } = judged(text);
  return longSpans(seen).some(({ from, to }) => {
    const groups = groupsIn(seen.slice(from, to));
    return groups.length >= 4 && areEven(groups);
  });
}

/** No field takes a text of this length: it is refused, whatever stands in it. */
export const mostJudged = 2 * longestRemarks;

const unseen = /\p{Cf}/u;

/** What of a text is judged: without signs that nobody sees, and where each letter of that stands in it. */
function judged(whole: string): { text: string; placeOf: (index: number) => number } {
  const text = whole.slice(0, mostJudged);
  if (!unseen.test(text)) return { text, placeOf: (index) => index };
  const seen = [...text.matchAll(/[^\p{Cf}]/gu)];
  const places = seen.flatMap(({ 0: sign, index }) =>
    [...sign].length === sign.length ? [index] : [index, index + 1],
  );
  return { text: seen.map(([sign]) => sign).join(''), placeOf: (index) => places[index] ?? text.length };
}

/** Where license keys stand in a text, in order: what may be told of it are the other parts. */
export function secretSpans(whole: string): Span[] {
  const { text, placeOf } = judged(whole);
  const all = [...longSpans(text), ...keySpans(text)].toSorted((a, b) => a.from - b.from);
  const apart: Span[] = [];
  for (const span of all) {
    const last = apart.at(-1);
    if (last && span.from < last.to) last.to = Math.max(last.to, span.to);
    else apart.push({ ...span });
  }
  return apart.map(({ from, to }) => ({ from: placeOf(from), to: placeOf(to - 1) + 1 }));
}

function longSpans(text: string): Span[] {
  if (text.length < shortest) return [];
  if (block.test(text) || (/\s/.test(text) && isWholeKey(text))) return [{ from: 0, to: text.length }];
  return [...text.matchAll(/\S{20,}/g)].flatMap(({ 0: word, index }) => {
    const whole = spansOf(word, index);
    if (whole.length > 0 || address.test(word)) return whole;
    return [...word.matchAll(/[^=:,;|()[\]{}"'<>]{20,}/g)].flatMap((part) => spansOf(part[0], index + part.index));
  });
}

/** Where a word, without the signs around it, is a license key. */
function spansOf(word: string, at: number): Span[] {
  const groups = [...word.matchAll(lettersAndDigits)];
  const [first, last] = [groups[0], groups.at(-1)];
  if (!first || !last) return [];
  const [from, to] = [first.index, last.index + last[0].length];
  return isLongKey(word.slice(from, to)) ? [{ from: at + from, to: at + to }] : [];
}

/** No long key has fewer letters and digits. */
const shortest = 20;
const lettersAndDigits = /[\p{L}\p{N}]+/gu;
const address = /:\/\/|@|\\|^www\./i;

/** Whether a word without blanks is a license key by its length and shape. */
export function isLongKey(word: string): boolean {
  if (word.length < shortest || isId(word) || address.test(word) || !readsAsLicenseKey(word)) return false;
  const groups = groupsIn(word);
  const isEven = areEven(groups);
  if (parting.text.test(word) && (isEven || !/\p{Ll}/u.test(word))) return true;
  return (isEven && isPartedAlike(word, groups)) || isRandom(groups.join(''));
}

function groupsIn(word: string): string[] {
  return word.match(lettersAndDigits) ?? [];
}

function areEven(groups: readonly string[]): boolean {
  return groups.every(({ length }) => length === groups[0]?.length);
}

/** Groups of four or more with letters and digits, one sign between each two; an address of the net has such, too. */
function isPartedAlike(word: string, groups: readonly string[]): boolean {
  const signs = word.match(/[^\p{L}\p{N}]+/gu) ?? [];
  const isOne = signs.length === groups.length - 1 && signs.every((sign) => sign.length === 1 && sign === signs[0]);
  const isNet = signs[0] === ':' && groups.every((group) => /^[\da-f]{4}$/i.test(group));
  return isOne && !isNet && (groups[0]?.length ?? 0) >= 4 && /\p{L}/u.test(word);
}

/** How often small letters, capitals and digits change in what is random, such as Base64, and not in names. */
const mostOrder = 0.4;

function isRandom(signs: string): boolean {
  if (!/\p{Ll}/u.test(signs) || !/\p{Lu}/u.test(signs)) return false;
  const changes = signs.match(/\p{Ll}(?=[\p{Lu}\p{N}])|\p{Lu}(?=[\p{Ll}\p{N}])|\p{N}(?=\p{L})/gu)?.length ?? 0;
  return changes >= (signs.length - 1) * mostOrder;
}
