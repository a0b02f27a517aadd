/** The words under which the vault keeps the secret of a second factor: it opens for nobody else. */
export function secretPurpose(userId: string): string {
  return `totp|${userId}`;
}
