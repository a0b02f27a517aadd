import { shortMask } from '../../domain/license-key.ts';

/** The masked text of a license key. In lists only the dots and the last characters are shown (`short`). */
export function MaskedKey({ mask, short = false }: { mask: string; short?: boolean }) {
  return <span className="mono">{short ? shortMaskOf(mask) : mask}</span>;
}

/** The narrow mask: what a mask shows of letters and digits is the end of the license key. */
export function shortMaskOf(mask: string): string {
  return shortMask(endOf(mask));
}

/** The last characters of a license key: what its mask shows. */
export function endOf(mask: string): string {
  return (mask.match(/[\p{L}\p{N}]\p{M}*/gu) ?? []).join('');
}
