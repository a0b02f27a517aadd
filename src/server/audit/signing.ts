import { encodeVerifierKey } from '../../domain/audit/checkpoint.ts';
import { emptyFrontier, type Frontier } from '../../domain/audit/tree.ts';
import { AppError } from '../../domain/errors.ts';
import { emptyMemory, type LogMemory } from './log-memory.ts';
import { sha256 } from './sha256.ts';
import type { UnitTold } from './unit-told.ts';

/** A signed statement of what the first `size` entries are; `publicKey` (vkey) is what it is checked with. */
export type SignedCheckpoint = { origin: string; size: number; checkpoint: string; publicKey: string };

/** What this process knows of its log beside what the database says. */
export type Signing = {
  /** The tree after the last entry written here. */
  written: Frontier | undefined;
  /** The tree that was found to be right last. */
  proven: Frontier | undefined;
  /** What was read on the way from the first entry to `read`, when that was, and the reading that is under way. */
  memory: LogMemory;
  read: Frontier;
  readAt: number | undefined;
  /** What the log tells of units, as far as it was read for them, by their subject. */
  units: Map<string, UnitTold>;
  /** The first entry that has a tag, once that was asked. */
  tagsFrom: number | undefined;
  reading: Promise<void> | undefined;
  /** Why the log could not be read on; undefined while it could. */
  broken: AppError | undefined;
  /** It goes back, on an operator's word, behind what was signed here: a restore. */
  goesBack: boolean;
  /** The checkpoint that was made, or found to be the newest, last, and when. */
  signed: { made: SignedCheckpoint; at: number } | undefined;
  /** Why no checkpoint is signed, in words; undefined while all is well. */
  refusal: string | undefined;
};

export function newSigning({ goesBack = false } = {}): Signing {
  return {
    written: undefined,
    proven: undefined,
    memory: emptyMemory(),
    read: emptyFrontier(),
    readAt: undefined,
    units: new Map(),
    tagsFrom: undefined,
    reading: undefined,
    broken: undefined,
    goesBack,
    signed: undefined,
    refusal: undefined,
  };
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
