import { maskLicenseKey } from '../../domain/license-key.ts';

const lettersAndDigits = /[\p{L}\p{N}]/gu;
const groups = /^[A-Z0-9]+(?:[\s._-]+[A-Z0-9]+){2,}$/;

/** Whether a typed text may be a whole license key, which must never stand in an address. */
export function mayBeWholeKey(text: string): boolean {
  const count = text.match(lettersAndDigits)?.length ?? 0;
  if (/\s/.test(text)) return count >= 12 && /\d/.test(text) && groups.test(text);
  return count >= 16 || (count >= 12 && /\d/.test(text));
}

/** What is searched for: the text itself, or only what a mask would show of it. */
export function searchable(text: string): string {
  return mayBeWholeKey(text) ? maskLicenseKey(text).tail : text;
}
