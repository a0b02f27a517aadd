/** How the right to use software is delivered (K18): a license key, a license file, or by account, with no secret of its own. */
export const deliveries = ['key', 'file', 'account'] as const;
export type Delivery = (typeof deliveries)[number];

/** The bytes of a license file at most. */
export const longestLicenseFile = 256 * 1024;

const dots = '•'.repeat(8);

/** The mask of a license file: its name, where it has one, and the end of its digest, where that is shown. */
export function maskOfFile(name: string, digestEnd: string): string {
  return `${name && `${name} `}${dots}${digestEnd && `-${digestEnd}`}`;
}

/** The end of its digest, of a mask of a license file, which shows more of it than any mask of a license key does. */
export function digestEndOf(mask: string): string | undefined {
  const found = /•{8}(?:-([0-9a-f]{8}))?$/.exec(mask);
  return found ? (found[1] ?? '') : undefined;
}
