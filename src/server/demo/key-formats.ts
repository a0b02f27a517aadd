import type { Seeded } from './seeded.ts';

/** Letters and digits that nobody mistakes for each other, as publishers print them. */
const clear = 'ABCDEFGHJKLMNPQRTUVWXYZ2346789';
const hex = '0123456789ABCDEF';
const digits = '0123456789';
const mixed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** How publishers write license keys. */
const formats = {
  fiveByFive: (random) => groups(random, clear, [5, 5, 5, 5, 5]),
  fourByFour: (random) => groups(random, clear, [4, 4, 4, 4]),
  hexGroups: (random) => groups(random, hex, [4, 4, 4, 4, 4, 4]),
  guid: (random) => groups(random, hex, [8, 4, 4, 4, 12]).toLowerCase(),
  numeric: (random) => groups(random, digits, [6, 6, 6]),
  serialLike: (random) => `${random.text('BCDFGHJK', 2)}${groups(random, digits, [3, 8])}-${random.text(clear, 5)}`,
  versioned: (random) => `V25-${groups(random, clear, [6, 6, 6])}`,
  signed: (random) => `${random.text(mixed, 43)}=`,
  short: (random) => random.text(clear, 9),
} satisfies Record<string, (random: Seeded) => string>;

export type KeyFormat = keyof typeof formats;

/** A license key as a publisher would write it; so long that none comes twice. */
export function licenseKeyText(format: KeyFormat, random: Seeded): string {
  return formats[format](random);
}

function groups(random: Seeded, alphabet: string, lengths: readonly number[]): string {
  return lengths.map((length) => random.text(alphabet, length)).join('-');
}
