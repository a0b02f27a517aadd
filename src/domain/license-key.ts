import { type Fault, type FieldError, invalid } from './errors.ts';
import { bidiControl } from './fold.ts';

/** Something that was changed or looks odd in what was given, without being refused. */
export type Warning = FieldError;

/**
 * A license key as it is stored (`text`), the two forms it is found by, and what may be shown of it. `strict` and
 * `loose` go into keyed hashes; `tail` and `mask` are the only parts that stand in clear.
 */
export type ParsedLicenseKey = {
  text: string;
  strict: string;
  loose: string;
  tail: string;
  mask: string;
  warnings: Warning[];
};

const MAX_LENGTH = 512;
const MASK_LENGTH = 40;
const DOT = '•';

const control = /[\p{Cc}\u2028\u2029]/u;
const invisible = /\p{Default_Ignorable_Code_Point}/gu;
// Outside \p{Pd}: modifier minus, hyphen bullet, minus, heavy minus. A soft hyphen is an invisible mark.
const dash = '\\p{Pd}\\u02D7\\u2043\\u2212\\u2796';
// Full stops and middle dots; full-width and small ones are folded to these by NFKC, but a mask meets them unfolded.
const point =
  '.\\u00B7\\u0387\\u06D4\\u2024-\\u2027\\u2219\\u22C5\\u2E31\\u2E33\\u3002\\u30FB\\uFE52\\uFF0E\\uFF61\\uFF65';
const separators = new RegExp(`[\\s${dash}${point}]`, 'gu');
/** What parts the groups of license keys: one sign, and texts of nothing but groups and such signs. */
export const parting = {
  dash: new RegExp(`^[${dash}]$`, 'u'),
  sign: new RegExp(`^[${dash}${point}_]$`, 'u'),
  /** One with a blank or the end of a line beside it. */
  dashAndBlank: new RegExp(`^\\s?([${dash}])\\s?$`, 'u'),
  /** Two groups of four or more with one sign, or a blank, between them. */
  groups: new RegExp(`[\\p{L}\\p{N}]{4}(?:\\s?[${dash}]\\s?|[\\s${point}_])[\\p{L}\\p{N}]{4}`, 'u'),
  text: new RegExp(`^[\\p{L}\\p{N}${dash}${point}]+$`, 'u'),
  textWithBlanks: new RegExp(`^[\\p{L}\\p{N}\\p{Zs}${dash}${point}]+$`, 'u'),
} as const;
// What a mask shows as it is: blanks, dashes and dots. Everything else could be the secret, as the signs of a password are.
const shape = new RegExp(`^[\\p{Zs}${dash}${point}]$`, 'u');
// A letter and its combining marks are one place of the shape; only the letter is ever shown.
const units = /[\p{L}\p{N}]\p{M}*|./gsu;
const letterOrDigit = /^[\p{L}\p{N}]/u;

/**
 * Reads a license key as typed. Removes invisible marks and outer blanks and keeps letters outside ASCII, each with a
 * warning. Refuses (`invalid`, at `pointer`) an empty key, one of more than 512 characters, control characters,
 * direction controls, half characters, `•`, and a key of nothing but dashes, dots and blanks. No detail quotes the key.
 */
export function parseLicenseKey(input: string, pointer = '/licenseKey'): ParsedLicenseKey {
  const visible = bidiControl.test(input) ? input : input.replace(invisible, '');
  const trimmed = visible.trim();
  const fault = inputFault(trimmed);
  if (fault) throw invalid({ pointer, ...fault });
  const text = trimmed.normalize('NFC');
  const loose = looseForm(text);
  if (text.length > MAX_LENGTH) throw invalid({ pointer, ...tooLong });
  if (loose === '') throw invalid({ pointer, ...onlySeparators });
  const warnings: Warning[] = [];
  if (visible !== input) {
    const names = codePoints(input.match(invisible) ?? []);
    warnings.push({
      code: 'stripped_invisible',
      pointer,
      detail: `Invisible characters were removed: ${names}.`,
      params: { names },
    });
  }
  if (trimmed !== visible) {
    warnings.push({ code: 'stripped_blanks', pointer, detail: 'Blanks around the license key were removed.' });
  }
  const foreign = text.match(/[[\p{L}\p{M}\p{N}]--\p{ASCII}]/gv);
  if (foreign) {
    const names = codePoints(foreign);
    const detail = `The license key has letters outside A-Z and 0-9, kept as they are: ${names}.`;
    warnings.push({ code: 'non_ascii', pointer, detail, params: { names } });
  }
  // The strict form lacks invisible, control and direction characters and outer blanks: what is accepted has none.
  return { text, strict: text, loose, ...maskLicenseKey(text), warnings };
}

/**
 * What may be shown of a license key: its blanks, dashes and dots, with `•` for each other sign that is hidden, and its
 * visible last letters and digits. Shown are five of twenty or more, four of sixteen, three of twelve, none of fewer;
 * the mask is the last 40 characters of that shape.
 */
export function maskLicenseKey(text: string): { mask: string; tail: string } {
  const all = text.match(units) ?? [];
  const count = all.filter((unit) => letterOrDigit.test(unit)).length;
  let left = visibleCount(count);
  let tail = '';
  const mask: string[] = [];
  for (const [character = ''] of all.toReversed()) {
    if (!letterOrDigit.test(character)) mask.push(shape.test(character) ? character : DOT);
    else if (left === 0) mask.push(DOT);
    else {
      left -= 1;
      tail = character + tail;
      mask.push(character);
    }
  }
  return { mask: mask.slice(0, MASK_LENGTH).toReversed().join(''), tail };
}

const letters = /[\p{L}\p{N}]/gu;

/**
 * Whether a text that somebody types may be a whole license key, which must never stand in an address: ten letters and
 * digits or more, some of them digits, without blanks or in groups that all have digits or are all as long; or sixteen
 * capital letters or more.
 */
export function mayBeLicenseKey(typed: string): boolean {
  const text = typed.trim();
  const count = text.match(letters)?.length ?? 0;
  if (count < 10 || isMask(text)) return false;
  if (!/\p{N}/u.test(text)) return count >= 16 && !/[\s\p{Ll}]/u.test(text);
  if (!/\s/.test(text)) return true;
  const groups = text.split(/[\s\p{Pd}.]+/u);
  return groups.every(({ length }) => length === groups[0]?.length) || groups.every((group) => /\p{N}/u.test(group));
}

/**
 * Whether a text can hardly be anything but a whole license key: serial, order and inventory numbers, which may look like
 * one, have fewer than twenty letters and digits.
 */
export function readsAsLicenseKey(typed: string): boolean {
  return mayBeLicenseKey(typed) && (typed.match(letters)?.length ?? 0) >= 20;
}

/** What programs put in the place of letters they hide, beside `•`, each before a short tail. */
const maskSigns = /^([*＊●○■█#＃]|[xX])\1*/u;

/**
 * True for a mask, which no license key can be: a text with `•` in it, or one that begins with a run of one sign that
 * stands for hidden letters, at least eight and three fifths of its signs (`****-****-1234`, `XXXXX-XXXXX-XXXXX-12345`).
 * Dashes, dots and blanks do not count.
 */
export function isMask(text: string): boolean {
  if (text.includes(DOT)) return true;
  const signs = text.replace(separators, '');
  const run = maskSigns.exec(signs)?.[0].length ?? 0;
  return run >= 8 && run >= signs.length * 0.6;
}

/** The narrow mask of a tail: `•••••-12345`, as many dots as visible characters; `•••••` when nothing is visible. */
export function shortMask(tail: string): string {
  const { length } = [...tail];
  return length === 0 ? DOT.repeat(5) : `${DOT.repeat(length)}-${tail}`;
}

const tooLong = {
  code: 'too_long',
  detail: `Give a license key of at most ${MAX_LENGTH} characters.`,
  params: { max: MAX_LENGTH },
};
const onlySeparators = {
  code: 'only_separators',
  detail: 'Give a license key with letters or digits: this one is only dashes, dots or blanks.',
};

function inputFault(text: string): Fault | undefined {
  if (text === '') return { code: 'required', detail: 'Give the license key.' };
  // Before any normalization, whose cost grows with the square of a run of combining marks.
  if (text.length > MAX_LENGTH) return tooLong;
  if (!text.isWellFormed()) {
    return { code: 'lone_surrogate', detail: 'Copy the license key again: it holds half of a character.' };
  }
  if (isMask(text)) return { code: 'masked', detail: 'Give the whole license key: this is only a mask of one.' };
  if (control.test(text)) {
    return { code: 'control_character', detail: 'Give the license key on one line, without control characters.' };
  }
  if (bidiControl.test(text)) {
    return { code: 'bidi_control', detail: 'Type the license key: the copy holds marks that change its direction.' };
  }
  return undefined;
}

/** One form for all spellings of a key that differ in case, width, blanks, dashes and dots; repeated until it stands. */
function looseForm(text: string): string {
  let loose = text;
  for (;;) {
    // Lower-case first: ẞ has no upper-case form but itself, while ß becomes SS.
    const upper = loose.normalize('NFKC').toLowerCase().toUpperCase();
    const next = upper.replace(invisible, '').replace(separators, '').normalize('NFC');
    if (next === loose) return loose;
    loose = next;
  }
}

function visibleCount(lettersAndDigits: number): number {
  if (lettersAndDigits >= 20) return 5;
  if (lettersAndDigits >= 16) return 4;
  return lettersAndDigits >= 12 ? 3 : 0;
}

/** Up to ten distinct code points by value, not by place: their order would tell the key. */
function codePoints(characters: readonly string[]): string {
  const values = [...new Set(characters.map((character) => character.codePointAt(0) ?? 0))].sort((a, b) => a - b);
  const names = values.slice(0, 10).map((value) => `U+${value.toString(16).toUpperCase().padStart(4, '0')}`);
  return names.join(', ') + (values.length > 10 ? ' …' : '');
}
