import { readsAsLicenseKey } from '../../../domain/license-key.ts';
import { keySpans, withoutIds } from './key-shapes.ts';

const alone = /^[\p{L}\p{N}\p{Pd}. ]+$/u;
/** Whether a text is an id of something, which may look like a license key. */
export function isId(text: string): boolean {
  return text !== '' && withoutIds(text).trim() === '';
}

/** Whether a text is a license key and nothing else; ids are none, however long. */
export function isWholeKey(text: string): boolean {
  return alone.test(text) && !isId(text) && readsAsLicenseKey(text);
}

const inGroups = /^[\p{L}\p{N}]+(?:\p{Pd}[\p{L}\p{N}]+)*$/u;
const inner = /[\p{L}\p{N}](?:.*[\p{L}\p{N}])?/su;
const block = /--- *BEGIN\b[^\n]*---/;

/** Whether a license key stands in a text, of whatever shape, alone or among words, or the beginning of a license file. */
export function holdsKey(text: string): boolean {
  return holdsLongKey(text) || keySpans(text).length > 0;
}

/** Whether one stands there that can hardly be anything else, as it is long. */
export function holdsLongKey(text: string): boolean {
  if (text.length < 20) return false;
  if (isWholeKey(text) || block.test(text)) return true;
  return text.split(/\s+/).some((part) => {
    const word = part.length < 20 ? '' : (inner.exec(part)?.[0] ?? '');
    if (word.length < 20 || !inGroups.test(word)) return false;
    const groups = word.split(/\p{Pd}/u);
    const isEven = groups.every(({ length }) => length === groups[0]?.length);
    return (isEven || !/\p{Ll}/u.test(word)) && isWholeKey(word);
  });
}
