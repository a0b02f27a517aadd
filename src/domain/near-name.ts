import { foldText } from './fold.ts';

/** A name as it is compared with others: folded, without legal forms, and what of it must be the same. */
export type ComparedName = { name: string; folded: string; letters: string; fixed: string };

/** What stands behind the name of a company and is left out as often as not. */
const legalForms = new Set([
  ...['gmbh', 'mbh', 'ag', 'kg', 'kgaa', 'ohg', 'ug', 'ek', 'ev', 'eg', 'gbr', 'se', 'co', 'ltd', 'limited', 'inc'],
  ...['llc', 'llp', 'plc', 'corp', 'sa', 'sarl', 'sas', 'srl', 'spa', 'bv', 'nv', 'sl', 'oy', 'ab', 'as', 'aps'],
]);

const shortWord = 3;
const longestCompared = 200;

export function comparedName(name: string): ComparedName {
  const folded = foldText(name);
  // S.r.l. is SRL.
  const words = folded
    .replace(/(?<=\b[a-z])\.(?=[a-z]\b)/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !legalForms.has(word));
  // A letter or a number at the end tells one of many from the others: Client A, Client B.
  const fixed = words.filter((word) => word.length <= shortWord || /\p{N}/u.test(word)).toSorted();
  return { name, folded, letters: words.join(''), fixed: fixed.join(' ') };
}

/** The first of the names that is nearly the same as the given one: but for a legal form, or one or two letters of many. */
export function nearName(wanted: ComparedName, names: Iterable<ComparedName>): string | undefined {
  // A letter may be folded to eighteen; what is so long is compared with nothing.
  if (wanted.letters.length > longestCompared) return undefined;
  const most = wanted.letters.length >= 9 ? 2 : wanted.letters.length >= 5 ? 1 : 0;
  for (const other of names) {
    if (other.fixed !== wanted.fixed || Math.abs(other.letters.length - wanted.letters.length) > most) continue;
    if (isWithin(wanted.letters, other.letters, most) && other.folded !== wanted.folded) return other.name;
  }
  return undefined;
}

/** Whether one text becomes the other by so many letters put in, left out, exchanged or swapped with the next, at most two. */
function isWithin(one: string, other: string, most: number): boolean {
  let from = 0;
  while (from < one.length && one[from] === other[from]) from += 1;
  const [rest, otherRest] = [one.slice(from), other.slice(from)];
  if (rest === otherRest) return true;
  if (most === 0) return false;
  const isSwapped = rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.length > 1;
  return (
    isWithin(rest.slice(1), otherRest, most - 1) ||
    isWithin(rest, otherRest.slice(1), most - 1) ||
    isWithin(rest.slice(1), otherRest.slice(1), most - 1) ||
    (isSwapped && isWithin(rest.slice(2), otherRest.slice(2), most - 1))
  );
}
