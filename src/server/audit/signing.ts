import { encodeVerifierKey } from '../../domain/audit/checkpoint.ts';
import type { Frontier } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import { sha256 } from './sha256.ts';

/** What this process knows of its log beside what the database says. */
export type Signing = {
  /** How long the log was after the last entry written here. */
  seen: number;
  /** The tree that was found to be right last. */
  proven: Frontier | undefined;
  /** Why no checkpoint is signed, in words; undefined while all is well. */
  refusal: string | undefined;
};

export function newSigning(): Signing {
  return { seen: 0, proven: undefined, refusal: undefined };
}

/** Why a log, by what the database says of it, is not the one that this key signs; undefined where it is. */
export function foreignIdentityWords(
  identity: { origin: string; publicKey: string } | undefined,
  publicKey: Uint8Array,
): string | undefined {
  if (!identity) return 'the database does not say whose log it is';
  if (identity.publicKey === encodeVerifierKey(sha256, identity.origin, publicKey)) return undefined;
  return 'its public key is not the one this installation signs with';
}

/** The log in the database is not the one that was written and signed here. */
export function inconsistent(what: string): AppError {
  return new AppError(
    'log_inconsistent',
    `The audit log is not what was signed: ${what}. Run keybook doctor on the server.`,
  );
}
