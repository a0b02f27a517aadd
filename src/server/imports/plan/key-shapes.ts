import { parting } from '../../../domain/license-key.ts';

/** A part of a text: where it begins, and where it is over. */
export type Span = { from: number; to: number };

/**
 * Groups of one length in a row, all parted by the same sign: how many there are at least, how long each is, what share of
 * them has letters and digits (1 is all), whether none has a small letter, and what each is made of.
 */
type Shape = {
  parted: RegExp;
  groups: number;
  length: readonly [number, number];
  mixed: number;
  isCapital: boolean;
  signs?: RegExp;
};

const { dash, sign } = parting;
const blank = /^\p{Zs}$/u;
const lineEnd = /^\n$/;

/**
 * What license keys look like that are too short to be known by their length alone. Names of machines and files have groups
 * of many lengths, or of words; blanks part words as well, so there every group counts for more.
 */
const shapes: readonly Shape[] = [
  // A1B2C3D4-E5F6G7H8
  { parted: dash, groups: 2, length: [6, 12], mixed: 1, isCapital: false },
  // 88pl-23mm-99zz
  { parted: sign, groups: 3, length: [4, 12], mixed: 0.6, isCapital: false },
  // ABCD-EF12-GHIJ
  { parted: sign, groups: 3, length: [4, 12], mixed: 0.3, isCapital: true },
  // ABCD-EFGH-1234-IJKL
  { parted: dash, groups: 4, length: [4, 12], mixed: 0, isCapital: true },
  // ABCD1 EFGH2 IJKL3
  { parted: blank, groups: 3, length: [5, 6], mixed: 0.6, isCapital: true },
  { parted: blank, groups: 3, length: [5, 6], mixed: 1, isCapital: false },
  // A1B2 C3D4 E5F6 G7H8
  { parted: blank, groups: 4, length: [4, 6], mixed: 0.7, isCapital: true },
  // ABCDE FGHIJ K1LMN OPQRS 2TUVW
  { parted: blank, groups: 5, length: [5, 5], mixed: 0.3, isCapital: true },
  // 1118 1234 5678 9012 3456 7890: an IBAN has letters in its first group.
  { parted: blank, groups: 6, length: [4, 4], mixed: 0, isCapital: true, signs: /^\d+$/ },
  // Lines of a license file.
  { parted: lineEnd, groups: 4, length: [8, 80], mixed: 0.5, isCapital: false, signs: /^[\da-f]+$/i },
];

/** No shape has fewer letters and digits. */
const shortest = 12;
const group = /[\p{L}\p{N}]+/gu;
/** Ids look like keys and open nothing: UUIDs, and what Windows calls its product ID. */
const ids =
  /(?<![\p{L}\p{N}])(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|\d{5}-(?:\d{5}-\d{5}-[A-Z]{2}\d{3}|OEM-\d{7}-\d{5}))(?![\p{L}\p{N}])/giu;

type Group = Span & { text: string };
type Groups = { all: readonly Group[]; signs: readonly string[] };

/** Where a text has what looks like a license key, alone or among words, with the groups that hang on to it. */
export function keySpans(text: string): Span[] {
  if (text.length < shortest || !/\p{N}/u.test(text) || !parting.groups.test(text)) return [];
  const groups = groupsOf(withoutIds(text));
  const found: Run[] = [];
  for (const run of runsOf(groups)) {
    // What hangs on to the last one may have the same shape.
    const [, covered = -1] = found.at(-1) ?? [];
    if (run[1] > covered && hasShape(groups, run)) found.push(wholeOf(groups, run, covered + 1));
  }
  return found.map(([first, last]) => ({ from: groups.all[first]?.from ?? 0, to: groups.all[last]?.to ?? 0 }));
}

/** Whether a text looks like a license key and is nothing else. */
export function isKeyShape(text: string): boolean {
  return keySpans(text).some(({ from, to }) => from === 0 && to === text.length);
}

/** Parted by colons, or by blanks as Windows shows them; something may be said before them, such as `SHA1 Fingerprint=`. */
const pairs =
  /^(?:[\p{L}\d][\p{L}\d -]{0,30}[:=] ?)?[\da-f]{2}(?:(?::[\da-f]{2}){3,63}|(?=[\d ]*[a-f])(?: [\da-f]{2}){5,63})$/iu;

/** Whether a text is bytes in pairs of signs, as certificates have fingerprints and network cards addresses: `3F:A2:9C:11`. */
export function isHexPairs(text: string): boolean {
  return text.length <= 250 && pairs.test(text);
}

/** A text with blanks in the place of ids. */
export function withoutIds(text: string): string {
  return text.includes('-') ? text.replace(ids, (id) => ' '.repeat(id.length)) : text;
}

function groupsOf(text: string): Groups {
  const all = [...text.matchAll(group)].map(({ 0: own, index }) => ({
    text: own,
    from: index,
    to: index + own.length,
  }));
  const signs = all.slice(1).map(({ from }, i) => partingSign(text.slice(all[i]?.to, from)));
  return { all, signs };
}

/** What parts two groups: a dash at the end of a line goes on in the next, and one between blanks is a blank. */
function partingSign(between: string): string {
  const [, own] = between.length > 1 ? (parting.dashAndBlank.exec(between) ?? []) : [];
  if (own === undefined) return between;
  return between.length === 2 ? own : ' ';
}

/** The first and the last of groups that are alike, by their places. */
type Run = readonly [first: number, last: number];

function runsOf(groups: Groups): Run[] {
  const runs: Run[] = [];
  let first = 0;
  for (const i of groups.all.keys()) {
    const isAlike = i > 0 && areAlike(groups, i);
    if (isAlike && (i - 1 === first || groups.signs[i - 1] === groups.signs[first])) continue;
    if (i > 0) runs.push([first, i - 1]);
    // The last group of a run may be the first of the next.
    first = isAlike ? i - 1 : i;
  }
  return [...runs, [first, groups.all.length - 1] as const].filter(([from, to]) => to > from);
}

const word = /^\p{L}?\p{Ll}+$/u;

/** Whether a group is as long as the one before it, and parted from it by one sign; words that blanks part are just words. */
function areAlike({ all, signs }: Groups, i: number): boolean {
  const [before = '', own = ''] = [all[i - 1]?.text, all[i]?.text];
  const between = signs[i - 1] ?? '';
  if (own.length !== before.length) return false;
  if (blank.test(between)) return !word.test(own) && !word.test(before);
  return sign.test(between) || lineEnd.test(between);
}

function hasShape({ all, signs }: Groups, [first, last]: Run): boolean {
  const texts = all.slice(first, last + 1).map(({ text }) => text);
  const [own = ''] = texts;
  if (isSeries(texts) || !texts.some((text) => /\p{N}/u.test(text))) return false;
  const mixed = texts.filter((text) => /\p{L}/u.test(text) && /\p{N}/u.test(text)).length / texts.length;
  const isCapital = !texts.some((text) => /\p{Ll}/u.test(text));
  return shapes.some(
    ({ parted, groups, length: [least, most], signs: made, ...shape }) =>
      parted.test(signs[first] ?? '') &&
      texts.length >= groups &&
      own.length >= least &&
      own.length <= most &&
      mixed >= shape.mixed &&
      (isCapital || !shape.isCapital) &&
      (made === undefined || texts.every((text) => made.test(text))),
  );
}

/** Names that only count on, such as PC001 PC002 PC003, or one unit of several sizes, such as 16GB 32GB 64GB. */
function isSeries(texts: readonly string[]): boolean {
  const letters = new Set(texts.map((text) => text.replace(/\p{N}/gu, '')));
  return letters.size === 1 && !letters.has('');
}

/** With what the same sign joins to it, from `least` on; blanks join nothing. */
function wholeOf({ signs }: Groups, [first, last]: Run, least: number): Run {
  const joins = signs[first] ?? '';
  let [from, to] = [Math.max(first, least), last];
  if (blank.test(joins)) return [from, to];
  while (from > least && signs[from - 1] === joins) from -= 1;
  while (signs[to] === joins) to += 1;
  return [from, to];
}

/** Whether a field takes numbers and names that people give things, which may look like a short license key by right. */
export function takesNumbers(field: string): boolean {
  return /Number$|^(?:code|number|costCenter|barcode|assetTag|equipment|name|model|location)$/.test(field);
}
