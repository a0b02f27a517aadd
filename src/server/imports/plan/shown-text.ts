import { maskLicenseKey, readsAsLicenseKey } from '../../../domain/license-key.ts';

/** A text of a file as it may be told: any cell may hold a license key, alone or among words, which is masked. */
export function shownText(text: string): string {
  if (readsAsLicenseKey(text)) return maskLicenseKey(text).mask;
  return text.replace(/\S+/g, (word) => (readsAsLicenseKey(word) ? maskLicenseKey(word).mask : word));
}
