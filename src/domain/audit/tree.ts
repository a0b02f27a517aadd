import { decodeBase64Url, encodeBase64Url } from './base64.ts';

/** SHA-256, handed in so that this room needs no platform. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** What is left of a tree when its entries are put aside: the roots of its perfect subtrees, largest first. */
export type Frontier = { size: number; hashes: Uint8Array[] };

/** Told of every leaf (level 0) and of every perfect node the moment it is complete. */
export type OnNode = (level: number, index: number, hash: Uint8Array) => void;

const encoder = new TextEncoder();
const frontierPattern = /^(0|[1-9]\d{0,15}):([\w-]*(?:\.[\w-]+)*)$/;

/** The hash of one entry: SHA-256(0x00 ‖ header), RFC 9162 section 2.1.1. */
export function leafHash(sha: Sha256, headerText: string): Uint8Array {
  // U+0000 is the one byte 0x00 in UTF-8.
  return sha(encoder.encode(`\u0000${headerText}`));
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(sha: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + left.length + right.length);
  bytes[0] = 1;
  bytes.set(left, 1);
  bytes.set(right, 1 + left.length);
  return sha(bytes);
}

export function emptyFrontier(): Frontier {
  return { size: 0, hashes: [] };
}

/** The frontier with one more leaf. The one given stays as it is. */
export function appendLeaf(sha: Sha256, frontier: Frontier, leaf: Uint8Array, onNode?: OnNode): Frontier {
  const hashes = frontier.hashes.slice();
  let hash = leaf;
  let level = 0;
  let index = frontier.size;
  onNode?.(level, index, hash);
  for (; index % 2 === 1; index = (index - 1) / 2) {
    const left = hashes.pop();
    if (left === undefined) throw new Error('A frontier lacks a hash');
    hash = nodeHash(sha, left, hash);
    level += 1;
    onNode?.(level, (index - 1) / 2, hash);
  }
  hashes.push(hash);
  return { size: frontier.size + 1, hashes };
}

/** The root of the whole tree; the empty tree's is SHA-256 of nothing. */
export function rootOf(sha: Sha256, frontier: Frontier): Uint8Array {
  return frontier.hashes.length === 0 ? sha(new Uint8Array(0)) : foldRight(sha, frontier.hashes);
}

/** Joins the roots of neighbouring subtrees, largest first, into one. `hashes` is not empty. */
export function foldRight(sha: Sha256, hashes: Uint8Array[]): Uint8Array {
  return hashes.reduceRight((right, left) => nodeHash(sha, left, right));
}

/** `size:hash.hash.…`, hashes in base64url. */
export function encodeFrontier(frontier: Frontier): string {
  return `${frontier.size}:${frontier.hashes.map(encodeBase64Url).join('.')}`;
}

/** The frontier a text spells, or undefined: one frontier has exactly one accepted spelling. */
export function decodeFrontier(text: string): Frontier | undefined {
  const match = frontierPattern.exec(text);
  if (match === null) return undefined;
  const size = Number(match[1]);
  const parts = match[2] ? match[2].split('.') : [];
  const hashes = parts.map(decodeBase64Url).filter((hash) => hash?.length === 32);
  if (!Number.isSafeInteger(size) || hashes.length !== parts.length || hashes.length !== onesOf(size)) return undefined;
  return { size, hashes: hashes.filter((hash) => hash !== undefined) };
}

function onesOf(size: number): number {
  let ones = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2;
  return ones;
}

/** Whether two byte strings are the same. Not for secrets: it stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
