import type { Fault } from '../../../domain/errors.ts';
import { mayBeLicenseKey, readsAsLicenseKey } from '../../../domain/license-key.ts';
import { namesOf, plainName } from '../columns/column-words.ts';
import { isHexPairs, keySpans } from './key-shapes.ts';
import { isPlaceholder } from './placeholder.ts';
import { isLongKey } from './whole-key.ts';

/** What a cell of license keys gives. */
export type KeyCell = {
  keys: string[];
  /** The cell is one license file of several lines. */
  block?: string;
  /** What stood in brackets behind a key. */
  notes: string[];
  /** What was read otherwise than it stands. */
  told: Fault[];
  fault?: Fault;
};

/** A key that goes on in the next line ends in a dash. */
const brokenOff = /(?<=[\p{L}\p{N}])(\p{Pd})[ \t]*\n[ \t]*(?=[\p{L}\p{N}])/gu;
/** What stands before the lines of a list. */
const listMark = /^(?:\d{1,2}[.)]|[-•*–·])[ \t]+(?=\S)/u;

const onlyKey = /^[\p{L}\p{N}\p{Pd}.]+$/u;

/**
 * Reads a cell as people fill it: one license key, or several on lines or parted by signs where every part reads as one;
 * a word for it before, or something in brackets behind; a word that says that there is none; or a license file of several
 * lines. Nothing is parted or taken off where what remains does not read as a license key.
 */
export function readKeyCell(text: string): KeyCell {
  if (onlyKey.test(text) && !isPlaceholder(text)) return { keys: [text], notes: [], told: [] };
  const told = new Set<Fault>();
  const notes: string[] = [];
  const whole = text.replace(brokenOff, '$1');
  if (whole !== text) told.add(takenOff);
  const lines = whole.split('\n').filter((line) => line.trim() !== '');
  const parts = lines.flatMap((line) => partsOf(line, told));
  const keys = parts.flatMap((part) => keyOf(part, notes, told));
  if (keys.length > 0 && keys.every(isSentence)) return { keys: [], notes: [], told: [saysNone] };
  if (lines.length > 1 && isBlock(keys)) return { keys: [], block: text, notes: [], told: [] };
  const fault = keys.some(hasMore) ? besideKey : undefined;
  return { keys, notes, told: [...told], ...(fault && { fault }) };
}

/** How many license keys a cell gives, as far as they need counting: a row is weighed by them. */
export function keysIn(text: string): number {
  return onlyKey.test(text) ? 1 : readKeyCell(text).keys.length;
}

const saysNone = {
  code: 'no_key',
  detail: 'This is no license key, and is left out. Where it says where the key is, note that in the remarks.',
};
const hexPairs = {
  code: 'hex_pairs',
  detail:
    'This is the fingerprint of a certificate or the address of a network card, and no license key. It stands in the remarks.',
};
const parted = { code: 'keys_parted', detail: 'This cell has several license keys. Each of them is one.' };
const takenOff = {
  code: 'key_unwrapped',
  detail: 'What stands before or behind the license key was taken off; what stood in brackets is in the remarks.',
};
/** Told where signs were taken off. */
export const quoted = {
  code: 'unquoted',
  detail: 'The signs by which a spreadsheet keeps a number as a text were taken off.',
};
const besideKey = {
  code: 'beside_key',
  detail: 'Something else stands beside the license key in this cell. Move it to a column of its own.',
};

/** Signs that part keys; a bar or slash may belong to one, and parts only those that are alike, or stand apart. */
const clearSigns = /[,;]|(?<=\s)[/|](?=\s)/;
const closeSigns = /[/|]/;

function partedBy(line: string, signs: RegExp): string[] {
  return line
    .split(signs)
    .map((part) => part.trim())
    .filter(Boolean);
}

function partsOf(line: string, told: Set<Fault>): string[] {
  if (!/[,;/|]/.test(line)) return wholeKeysOf(line, told);
  const close = partedBy(line, closeSigns);
  const isAlike = close.length > 1 && new Set(close.map(shapeOf)).size === 1;
  const parts = isAlike ? close : partedBy(line, clearSigns);
  const isOwn = parts.map((part) => isKey(bare(part)[0]));
  const isParted = isOwn.includes(true) && parts.every((part, i) => isOwn[i] || isPlaceholder(part));
  if (!isParted) return [line];
  if (parts.length > 1) told.add(parted);
  return parts;
}

/** License keys that only blanks part: each of them is a whole one, so that they are no groups of one. */
function wholeKeysOf(line: string, told: Set<Fault>): string[] {
  const parts = line.trim().split(/\s+/);
  if (parts.length === 1 || !parts.every((part) => isLongKey(part) && /\p{N}/u.test(part))) return [line];
  told.add(parted);
  return parts;
}

/** The lengths of the groups of a text. */
function shapeOf(text: string): string {
  return text
    .split(/[\s\p{Pd}]+/u)
    .map(({ length }) => length)
    .join('-');
}

const groups = /^(?=.*\d)[\p{Lu}\d]{2,}(?:[\p{Pd}][\p{Lu}\d]{2,})+$/u;

function isKey(text: string): boolean {
  return mayBeLicenseKey(text) || groups.test(text.trim());
}

function keyOf(part: string, notes: string[], told: Set<Fault>): string[] {
  const own = part.trim().replace(listMark, '');
  if (own !== part.trim() && isKey(bare(own)[0])) return keyOf(own, notes, told.add(takenOff));
  const unquoted = unquotedText(part);
  const isQuoted = unquoted !== part.trim();
  if (isQuoted) told.add(quoted);
  if (isPlaceholder(unquoted)) {
    told.add(saysNone);
    return [];
  }
  const [key, note] = bare(unquoted);
  if (isHexPairs(key)) {
    told.add(hexPairs);
    notes.push(unquoted);
    return [];
  }
  if (key === unquoted) return [isQuoted ? unquoted : part];
  told.add(takenOff);
  if (note !== '') notes.push(note);
  return [key];
}

/** A text without what tells a spreadsheet that a number is a text: `'0012` and `="0012"` are 0012. */
export function unquotedText(cell: string): string {
  const text = cell.trim();
  const formula = /^="(.*)"$/su.exec(text)?.[1];
  if (formula !== undefined) return formula.replaceAll('""', '"').trim();
  return /^'[^']+$/u.test(text) ? text.slice(1).trim() : text;
}

const calledKey = new Set([...namesOf('licenseKey'), ...namesOf('serial'), 'Lizenz', 'license', 'PK'].map(plainName));

const wordBefore = [
  /^(\p{L}[\p{L} /.-]{0,30}):(.+)$/su,
  /^(\p{L}[\p{L}/.-]{0,30}) (.+)$/su,
  /^(\p{L}{1,30} \p{L}{1,30}) (.+)$/su,
];

/** What sort of key follows, which is worth a note. */
const sorts = new Set(['mak', 'kms', 'vlk', 'oem', 'coa', 'retail', 'volume', 'esd', 'fpp']);

/** A text without a word for license keys that stands before it, with a colon or without, and that word where it says more. */
function withoutWord(text: string): [rest: string, sort: string] {
  for (const pattern of wordBefore) {
    const [, word = '', rest] = pattern.exec(text) ?? [];
    if (rest === undefined) continue;
    if (calledKey.has(plainName(word))) return [rest.trim(), ''];
    if (sorts.has(plainName(word))) return [rest.trim(), word];
  }
  return [text, ''];
}

const inBrackets = /(?:\(([^()]{1,40})\)|\[([^[\]]{1,40})\])$/u;

/** A key without a word for it before, and what stands in brackets behind. */
function bare(text: string): [key: string, note: string] {
  const [named, sort] = withoutWord(text);
  const behind = inBrackets.exec(named);
  const key = named.slice(0, behind?.index ?? 0).trimEnd();
  const note = (behind?.[1] ?? behind?.[2] ?? '').trim();
  if (note !== '' && isKey(key) && !isKey(note)) return [key, [sort, note].filter(Boolean).join(', ')];
  return isKey(named) ? [named, sort] : [text, ''];
}

/** Lines that only together are something: of several words, with a rule above them, or all filled up to one length. */
function isBlock(lines: readonly string[]): boolean {
  const trimmed = lines.map((line) => line.trim());
  const [first = ''] = trimmed;
  if (!trimmed.every((line) => isKey(line) || (!/\s/.test(line) && !/^(?:\p{Pd}{3}|<)/u.test(line)))) return true;
  return (
    trimmed.length > 2 && first.length >= 60 && trimmed.slice(0, -1).every(({ length }) => length === first.length)
  );
}

/** At least two words in small letters, none of which has a digit. */
function isSentence(text: string): boolean {
  if (/\p{N}/u.test(text) || !/\p{Ll}/u.test(text)) return false;
  return text.split(/\s+/).filter((word) => /^[\p{P}\p{S}]*\p{L}{2,}[\p{P}\p{S}]*$/u.test(word)).length >= 2;
}

/** Whether a whole license key stands among several words. */
function hasMore(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  if (parts.length === 1 || mayBeLicenseKey(text)) return false;
  return parts.some(readsAsLicenseKey) || keySpans(text).length > 0;
}
