import type { Fault } from './errors.ts';

/** Letters that Unicode does not decompose, spelled as people type them when the letter is not on their keyboard. */
const plainLetters = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ı', 'i'],
  ['ς', 'σ'],
]);

/** Characters that change the direction of the text around them, and so what a reader sees. */
export const bidiControl = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
// Emoji such as ❤️ need their variation selectors; nothing else that draws nothing has a place in a name.
const invisible = /[\p{Default_Ignorable_Code_Point}--\p{Variation_Selector}]/v;
const controlInLine = /[\p{Cc}\u2028\u2029]/u;
const controlInParagraphs = /[[\p{Cc}\u2028\u2029]--[\t\n\r]]/v;

/**
 * The form texts are searched and ordered by: no case, no diacritics, no invisible characters, single blanks;
 * ß is ss, æ is ae. Folding a folded text changes nothing.
 */
export function foldText(text: string): string {
  let folded = shortenMarks(text);
  for (;;) {
    const next = foldOnce(folded);
    if (next === folded) return folded;
    folded = next;
  }
}

/**
 * A text as it is stored: composed (NFC), without outer blanks, at most thirty combining marks on a letter; line ends
 * become `\n` where several lines are allowed.
 */
export function cleanText(text: string, options: { multiline?: boolean } = {}): string {
  const composed = shortenMarks(text).normalize('NFC').trim();
  return options.multiline ? composed.replace(/\r\n?|[\u2028\u2029]/g, '\n') : composed;
}

/**
 * Why a text cannot be stored, or undefined. Lengths are UTF-16 units. Refused are lone surrogates, control characters
 * (tab and line ends are allowed with `multiline`), direction controls and zero-width characters.
 */
export function textFault(text: string, limits: { max: number; multiline?: boolean; min?: number }): Fault | undefined {
  const { max, multiline = false, min = 0 } = limits;
  if (text.length > max)
    return { code: 'too_long', detail: `Shorten this to ${max} characters; it has ${text.length}.`, params: { max } };
  if (text.length < min) {
    const detail = min === 1 ? 'Fill this in.' : `Give at least ${min} characters.`;
    return { code: 'too_short', detail, params: { count: min } };
  }
  if (!text.isWellFormed()) {
    return { code: 'lone_surrogate', detail: 'Type this again: it holds half of a character.' };
  }
  const control = (multiline ? controlInParagraphs : controlInLine).exec(text)?.[0];
  if (control !== undefined) return fault('control_character', 'control character', control);
  const bidi = bidiControl.exec(text)?.[0];
  if (bidi !== undefined) return fault('bidi_control', 'direction control', bidi);
  const hidden = invisible.exec(text)?.[0];
  if (hidden !== undefined) return fault('invisible_character', 'invisible character', hidden);
  return undefined;
}

/**
 * Drops what a run of combining marks has beyond thirty, the most any script needs (Unicode TR15, stream-safe text):
 * the time normalization takes grows with the square of a run, and a megabyte of marks would hold the server a minute.
 */
function shortenMarks(text: string): string {
  return text.replace(/(\p{M}{30})\p{M}+/gu, '$1');
}

function foldOnce(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđıς]/g, (letter) => plainLetters.get(letter) ?? letter)
    .replace(/\s+/g, ' ')
    .trim();
}

function fault(code: string, name: string, character: string): Fault {
  const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return { code, detail: `Remove the ${name} U+${codePoint}.`, params: { character: `U+${codePoint}` } };
}
