import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * A Bloom filter of 109,000 passwords that are guessed first, and of the words they are made of: 2 to the 21 bits, 13 of
 * them a text, so that one text of ten thousand seems to be on the list and is not. `scripts/common-passwords.js` makes
 * the file, and says what from.
 */
const file = new URL('common-passwords.bin', import.meta.url);
export const filterBits = 2 ** 21;
const positionsEach = 13;
let filter: Buffer | undefined;

/** Whether a folded text is on the list. The list is read when it is first asked. */
export function isListedPassword(folded: string): boolean {
  filter ??= readFileSync(file);
  const bits = filter;
  return positionsOf(folded).every((at) => ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0);
}

/** Which bits stand for a text. */
export function positionsOf(folded: string): number[] {
  const digest = createHash('sha512').update(folded).digest();
  return Array.from({ length: positionsEach }, (_, i) => digest.readUIntBE(i * 3, 3) % filterBits);
}
