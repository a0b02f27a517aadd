import { readsAsLicenseKey } from '../../../domain/license-key.ts';

const alone = /^[\p{L}\p{N}\p{Pd}. ]+$/u;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** What Windows calls its product ID says which edition is installed, and opens nothing. */
const windowsProductId = /^\d{5}-(?:\d{5}-\d{5}-[A-Z]{2}\d{3}|OEM-\d{7}-\d{5})$/;

/** Whether a text is an id of something, which may look like a license key. */
export function isId(text: string): boolean {
  return uuid.test(text) || windowsProductId.test(text);
}

/** Whether a text is a license key and nothing else; ids are none, however long. */
export function isWholeKey(text: string): boolean {
  return alone.test(text) && !isId(text) && readsAsLicenseKey(text);
}

const inGroups = /^[\p{L}\p{N}]+(?:\p{Pd}[\p{L}\p{N}]+)*$/u;
const outer = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
const block = /-{3,} *BEGIN\b[^\n]*-{3,}/;

/** Whether a license key stands in a text, alone or among words, or the beginning of a license file. */
export function holdsKey(text: string): boolean {
  if (text.length < 20) return false;
  if (isWholeKey(text) || block.test(text)) return true;
  return text.split(/\s+/).some((part) => {
    const word = part.length < 20 ? '' : part.replace(outer, '');
    if (word.length < 20 || !inGroups.test(word)) return false;
    const groups = word.split(/\p{Pd}/u);
    const isEven = groups.every(({ length }) => length === groups[0]?.length);
    return (isEven || !/\p{Ll}/u.test(word)) && isWholeKey(word);
  });
}
