import { maskLicenseKey, readsAsLicenseKey } from '../../../domain/license-key.ts';
import { keySpans } from './key-shapes.ts';

/** A text of a file as it may be told: any cell may hold a license key, alone or among words, which is masked. */
export function shownText(text: string): string {
  if (readsAsLicenseKey(text)) return maskLicenseKey(text).mask;
  return withoutShapes(text).replace(/\S+/g, (word) => (readsAsLicenseKey(word) ? maskLicenseKey(word).mask : word));
}

/** From the last one on, so that the places of those before it stay. */
function withoutShapes(text: string): string {
  return keySpans(text).reduceRight(
    (shown, { from, to }) => shown.slice(0, from) + maskLicenseKey(shown.slice(from, to)).mask + shown.slice(to),
    text,
  );
}
