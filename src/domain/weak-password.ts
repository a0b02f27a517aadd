import { foldText } from './fold.ts';

/** What the passwords people guess first are made of, in the languages of the house; joined, reversed or with digits. */
const common =
  'password passwort passwd kennwort geheim secret letmein welcome willkommen changeme aendern default login signin admin administrator root guest gast test user system server computer internet windows office microsoft google apple samsung facebook linkedin keybook license licence lizenz software qwertz qwerty qwert wertz azerty asdfgh asdf yxcv zxcv qazwsx qaywsx iloveyou ichliebedich love liebe schatz hallo hello monkey dragon master sunshine princess football fussball baseball basketball hockey soccer shadow superman batman spiderman pokemon starwars trustno michael daniel jordan hunter killer summer winter spring autumn fall sommer herbst fruehling januar februar montag freitag sonntag january february monday friday sunday flower freedom whatever nothing cheese cookie chocolate banana orange purple silver golden diamond ginger pepper tigger charlie thomas andrew robert jessica ashley nicole michelle matrix access action lovely angel mustang ferrari porsche mercedes bayern muenchen berlin hamburg london paris passion forever family friends abc xyz';
const commonWords = common.split(' ');

/** How much must be left of a password once all that is guessed first is taken away. */
const enough = 6;
/** Nobody guesses at what is longer, whatever it is made of. */
const longestJudged = 40;

/** Nothing shorter is looked for on the list: too much would be made of it. */
export const shortestListed = 4;

/**
 * Whether a password is one of those that are guessed first: made of common words, of `own` words such as the name of
 * the organisation or the person, of years, runs (abcd, 4321) and repetitions, whatever is put between and however letters
 * are swapped for digits; or one that `isListed` knows among the folded passwords people use most, backwards, repeated or
 * with a few digits and signs around it. What is long and otherwise made is not judged: no kinds of characters are asked for.
 */
export function isWeakPassword(
  password: string,
  own: readonly string[],
  isListed: (folded: string) => boolean,
): boolean {
  if ([...password].length > longestJudged) return false;
  const words = [...commonWords, ...own.flatMap(wordsOf)].toSorted((a, b) => b.length - a.length);
  const folded = foldText(password);
  const spellings = [folded, lettersOf(folded)];
  if (spellings.some((text) => leftOf(text, words) < enough)) return true;
  return [...new Set(spellings.flatMap(coresOf))].some((core) => [...core].length >= shortestListed && isListed(core));
}

/** What a text is when it is read forwards or backwards, once instead of repeated, and without what stands around it. */
function coresOf(text: string): string[] {
  const once = /^(.{4,}?)\1+$/u.exec(text)?.[1] ?? text;
  return [text, once, [...once].toReversed().join('')].flatMap((each) => [each, ...withoutEnds(each)]);
}

const ends = [
  /^()(.*?)([^\p{L}\p{N}]*)$/u,
  /^()(.*?)([^\p{L}]*)$/u,
  /^([^\p{L}]*)(.*?)()$/u,
  /^([^\p{L}]*)(.*?)([^\p{L}]*)$/u,
];

/** A text without digits and signs at its ends, where these are no password of their own. */
function withoutEnds(text: string): string[] {
  return ends.flatMap((pattern) => {
    const [, before = '', core = '', after = ''] = pattern.exec(text) ?? [];
    return leftOf(`${before} ${after}`, []) < enough ? [core] : [];
  });
}

function wordsOf(text: string): string[] {
  return foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length >= 3);
}

const swaps: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's' };

/** Digits and signs read as the letters they stand for. */
function lettersOf(text: string): string {
  return text.replaceAll(/[013457@$]/g, (sign) => swaps[sign] ?? sign);
}

/** How many different characters stand beside what is guessed first. */
function leftOf(text: string, words: readonly string[]): number {
  let rest = text.replaceAll(/(?:19|20)\d\d/g, ' ');
  for (const word of words) rest = rest.replaceAll(word, ' ');
  const points = [...rest].map((sign) => sign.codePointAt(0) ?? 0);
  const isRun = (at: number) => [-1, 0, 1].includes((points[at] ?? 0) - (points[at - 1] ?? Number.NaN));
  const kept = points.filter((point, at) => !/\s/.test(String.fromCodePoint(point)) && !isRun(at));
  return new Set(kept).size;
}
