import { secretPurpose } from './secret-purpose.ts';
import { unlessUnreadable } from './unless-unreadable.ts';
import type { Vault } from './vault.ts';

/*
 * What stands in the log in the place of a secret. Of what is stored as a hash the digest is made of that hash, so that
 * the stored row can be compared with what was said of it.
 */

/** Of the text of a license key. */
export function textDigest(vault: Vault, text: string): string {
  return vault.digest('license key', text);
}

/** The same, of the encrypted text of the key `id`; undefined where it cannot be opened. */
export function cipherDigest(vault: Vault, cipher: string, id: string): string | undefined {
  const text = unlessUnreadable(() => vault.open(cipher, id));
  return text === undefined ? undefined : textDigest(vault, text);
}

export function passwordDigest(vault: Vault, hash: string): string {
  return vault.digest('password', hash);
}

export function tokenDigest(vault: Vault, mac: string): string {
  return vault.digest('token', mac);
}

export function codeDigest(vault: Vault, mac: string): string {
  return vault.digest('recovery code', mac);
}

/** Of the secret of somebody's second factor, as it is stored; undefined where it cannot be opened. */
export function factorDigest(vault: Vault, sealed: string, userId: string): string | undefined {
  const secret = unlessUnreadable(() => vault.openBytes(sealed, secretPurpose(userId)));
  return secret && vault.digest('second factor', secret.toString('base64url'));
}
