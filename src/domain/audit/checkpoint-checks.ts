import { type Checkpoint, decodeVerifierKey, parseCheckpoint, signatureBy, type VerifierKey } from './checkpoint.ts';
import type { Findings } from './problems.ts';
import { type Sha256, sameBytes } from './tree.ts';

/** Checks an Ed25519 signature; keys and signatures as raw bytes (RFC 8032). */
export type VerifySignature = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Whom a log says it is, and the key that is to be trusted whatever the log says. */
export type LogIdentity = { origin: string | undefined; publicKey: string | undefined; pinnedKey: string | undefined };

export type StoredCheckpoint = { size: number; note: string };

/**
 * Compares checkpoints with the log while it is read. `finish` is told how long it is, and answers how long it should
 * be at least by any of them: `signedSize`. `isProofDue` says that they are asked to prove something.
 */
export type CheckpointChecks = {
  isDueAt: (size: number) => boolean;
  compare: (size: number, root: Uint8Array) => void;
  finish: (size: number) => { verified: number; latest: StoredCheckpoint | undefined; signedSize: number };
};

type Held = { size: number; root: Uint8Array; note: string; isOutside: boolean };

/** The key that checkpoints must be signed with, or undefined if there is none that can be used. */
export function keyToTrust(sha: Sha256, findings: Findings, identity: LogIdentity): VerifierKey | undefined {
  const { origin, publicKey, pinnedKey } = identity;
  const text = pinnedKey ?? publicKey;
  const key = text === undefined ? undefined : decodeVerifierKey(sha, text);
  if (text !== undefined && key === undefined) findings.add('key', null, 'the public key is out of form');
  if (pinnedKey !== undefined && publicKey !== undefined && pinnedKey !== publicKey) {
    findings.add('key', null, 'the log names another public key than the one expected');
  }
  if (key !== undefined && origin !== undefined && key.name !== origin) {
    findings.add('key', null, `the log calls itself ${origin}, its public key is of ${key.name}`);
  }
  return key;
}

/** Takes the checkpoints whose form, origin and signature hold; the others are findings. */
export function newCheckpointChecks(
  findings: Findings,
  { stored, outside, isProofDue }: { stored: Held[]; outside: Held[]; isProofDue: boolean },
): CheckpointChecks {
  const held = [...stored, ...outside].sort((a, b) => a.size - b.size);
  let next = 0;
  let verified = 0;
  let latest: Held | undefined;
  /** The sizes up to which the log is known to be as signed, by any checkpoint and by one held elsewhere. */
  const good = { any: 0, outside: 0 };
  const bad = { any: false, outside: false };

  const judge = (checkpoint: Held, root: Uint8Array) => {
    const { size, isOutside } = checkpoint;
    const kind = isOutside ? 'outside' : 'any';
    if (sameBytes(checkpoint.root, root)) {
      verified += 1;
      latest = checkpoint;
      good.any = size;
      if (isOutside) good.outside = size;
    } else if (!bad[kind]) {
      bad[kind] = true;
      findings.add('root', null, rootProblem(checkpoint, good[kind]), [good[kind], Math.max(size - 1, 0)]);
    }
  };

  return {
    isDueAt: (size) => held[next]?.size === size,
    compare: (size, root) => {
      for (let checkpoint = held[next]; checkpoint?.size === size; checkpoint = held[next]) {
        judge(checkpoint, root);
        next += 1;
      }
    },
    finish: (size) => {
      for (const group of [stored, outside]) {
        const last = group.toSorted((a, b) => a.size - b.size).at(-1);
        if (last !== undefined && last.size > size) findings.add('short', size, shortProblem(last, size));
      }
      const signedSize = held.at(-1)?.size ?? 0;
      if (isProofDue && size > 0 && signedSize === 0) findings.add('checkpoint', null, nothingSigned);
      return {
        verified,
        latest: latest && { size: latest.size, note: latest.note },
        signedSize,
      };
    },
  };
}

const nothingSigned =
  'no checkpoint of that key covers any entry, so nothing is proven; verify, or export, again after one was made';

function rootProblem({ size, isOutside }: Held, from: number): string {
  const which = isOutside ? 'a checkpoint held elsewhere' : 'the checkpoint';
  const entries = from >= size - 1 ? `entry ${size - 1}` : `one of the entries ${from} to ${size - 1}`;
  return `the first ${size} entries are not those that ${which} of size ${size} signed: ${entries} was changed`;
}

function shortProblem({ size, isOutside }: Held, logSize: number): string {
  const which = isOutside ? 'a checkpoint held elsewhere' : 'one of its own checkpoints';
  return `the log is shorter than ${which}: entries ${logSize} to ${size - 1} are missing`;
}

/** Reads one note; undefined, and a finding, if its form, origin, size or signature is wrong. */
export function admitCheckpoint(
  findings: Findings,
  trust: { verifySignature: VerifySignature; key: VerifierKey | undefined; origin: string | undefined },
  { size, note }: { size?: number; note: string },
): Held | undefined {
  const isOutside = size === undefined;
  // A note that came by mail may have lost its line ends.
  const text = isOutside ? `${note.replaceAll('\r\n', '\n').trimEnd()}\n` : note;
  const checkpoint = parseCheckpoint(text);
  const problem = problemOf(trust, checkpoint, size);
  if (problem === undefined && checkpoint !== undefined) {
    return { size: checkpoint.size, root: checkpoint.root, note: text, isOutside };
  }
  const which = isOutside ? 'held elsewhere' : `of size ${size}`;
  findings.add('checkpoint', null, `the checkpoint ${which} ${problem}`);
  return undefined;
}

const encoder = new TextEncoder();

function problemOf(
  { verifySignature, key, origin }: Parameters<typeof admitCheckpoint>[1],
  checkpoint: Checkpoint | undefined,
  size: number | undefined,
): string | undefined {
  if (checkpoint === undefined) return 'is out of form';
  if (size !== undefined && checkpoint.size !== size) return `is one of size ${checkpoint.size}`;
  if (origin !== undefined && checkpoint.origin !== origin) return `is one of another log, ${checkpoint.origin}`;
  if (key === undefined) return 'cannot be checked: there is no public key';
  if (checkpoint.origin !== key.name) return `is one of another log, ${checkpoint.origin}`;
  const signature = signatureBy(checkpoint, key);
  if (signature === undefined) return 'is not signed with the key of this log';
  const isValid = verifySignature(key.publicKey, encoder.encode(checkpoint.body), signature);
  return isValid ? undefined : 'carries a signature that is not valid';
}
