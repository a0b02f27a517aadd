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
