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
  return digestEndOf(mask) === undefined ? shortMask(endOf(mask)) : mask;
}

/** The last characters of a license key, or of the digest of a license file: what its mask shows. */
export function endOf(mask: string): string {
  return digestEndOf(mask) ?? (mask.match(/[\p{L}\p{N}]\p{M}*/gu) ?? []).join('');
}
