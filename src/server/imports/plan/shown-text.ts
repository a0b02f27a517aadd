import { maskLicenseKey } from '../../../domain/license-key.ts';
import { mostJudged, secretSpans } from './whole-key.ts';

/** A text of a file as it may be told: any cell may hold a license key, alone or among words, which is masked. */
export function shownText(text: string): string {
  const pieces: string[] = [];
  let told = 0;
  for (const { from, to } of secretSpans(text)) {
    pieces.push(text.slice(told, from), maskLicenseKey(text.slice(from, to)).mask);
    told = to;
  }
  return pieces.join('') + text.slice(told, mostJudged);
}
