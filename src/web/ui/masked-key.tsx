import { digestEndOf } from '../../domain/deliveries.ts';
import { shortMask } from '../../domain/license-key.ts';
import { useWords, type Words } from '../words/use-words.ts';

/**
 * The masked text of a license key, in lists only the dots and the last characters (`short`); of a license file its name
 * and the end of its digest. By account there is neither, and that is said.
 */
export function MaskedKey({ mask, short = false }: { mask: string; short?: boolean }) {
  const words = useWords();
  if (mask === '') return <span>{shortMaskOf(mask, words)}</span>;
  return <span className="mono">{short ? shortMaskOf(mask, words) : mask}</span>;
}

/** The narrow mask: what a mask shows of letters and digits is the end of the license key. */
export function shortMaskOf(mask: string, { value }: Pick<Words, 'value'>): string {
  if (mask === '') return value('delivery', 'account');
  const digestEnd = digestEndOf(mask);
  return digestEnd === undefined ? shortMask(endOf(mask)) : shortFile(mask, digestEnd);
}

const longestName = 18;
const endOfName = 5;

/** The beginning of a file's name and its end, which says of what kind it is, and the end of its digest. */
function shortFile(mask: string, digestEnd: string): string {
  const name = [...mask.slice(0, mask.indexOf('••••••••')).trim()];
  const cut = [...name.slice(0, longestName - endOfName - 1), '…', ...name.slice(-endOfName)];
  return [(name.length > longestName ? cut : name).join(''), `…${digestEnd}`].filter(Boolean).join(' ');
}

/** The last characters of a license key, or of the digest of a license file: what its mask shows. */
export function endOf(mask: string): string {
  return digestEndOf(mask) ?? (mask.match(/[\p{L}\p{N}]\p{M}*/gu) ?? []).join('');
}
