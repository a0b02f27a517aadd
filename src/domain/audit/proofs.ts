import { type Frontier, foldRight, nodeHash, type Sha256, sameBytes } from './tree.ts';

/** Answers a perfect node: the root over the 2^level entries that start at index · 2^level. */
export type NodeAt = (level: number, index: number) => Promise<Uint8Array> | Uint8Array;

export type Inclusion = { index: number; size: number; leaf: Uint8Array; proof: Uint8Array[]; root: Uint8Array };

export type Consistency = {
  oldSize: number;
  newSize: number;
  oldRoot: Uint8Array;
  newRoot: Uint8Array;
  proof: Uint8Array[];
};

/** The proof that entry `index` is in the tree of the first `size` entries, RFC 9162 section 2.1.3.1. */
export async function inclusionProof(sha: Sha256, index: number, size: number, nodeAt: NodeAt): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(size) && Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(`There is no entry ${index} among the first ${size}`);
  }
  const siblings: Promise<Uint8Array>[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      siblings.push(rangeRoot(sha, middle, to, nodeAt));
      to = middle;
    } else {
      siblings.push(rangeRoot(sha, from, middle, nodeAt));
      from = middle;
    }
  }
  return (await Promise.all(siblings)).reverse();
}

/** Whether the proof leads from the leaf hash to the root, RFC 9162 section 2.1.3.2. */
export function verifyInclusion(sha: Sha256, { index, size, leaf, proof, root }: Inclusion): boolean {
  if (index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sha, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = nodeHash(sha, hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(hash, root);
}

/** The proof that the first `oldSize` entries are the same in both trees, RFC 9162 section 2.1.4.1. */
export async function consistencyProof(
  sha: Sha256,
  oldSize: number,
  newSize: number,
  nodeAt: NodeAt,
): Promise<Uint8Array[]> {
  if (!(Number.isSafeInteger(newSize) && Number.isSafeInteger(oldSize) && oldSize >= 0 && oldSize <= newSize)) {
    throw new RangeError(`A log of ${newSize} entries does not hold the first ${oldSize}`);
  }
  if (oldSize === 0 || oldSize === newSize) return [];
  const hashes: Promise<Uint8Array>[] = [];
  let from = 0;
  let to = newSize;
  while (to !== oldSize) {
    const middle = from + splitOf(to - from);
    if (oldSize <= middle) {
      hashes.push(rangeRoot(sha, middle, to, nodeAt));
      to = middle;
    } else {
      hashes.push(rangeRoot(sha, from, middle, nodeAt));
      from = middle;
    }
  }
  // The old tree's own root need not be sent: whoever checks the proof has it.
  if (from > 0) hashes.push(rangeRoot(sha, from, to, nodeAt));
  return (await Promise.all(hashes)).reverse();
}

/** Whether the newer tree only added to the older one, RFC 9162 section 2.1.4.2. */
export function verifyConsistency(sha: Sha256, { oldSize, newSize, oldRoot, newRoot, proof }: Consistency): boolean {
  if (oldSize < 0 || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && sameBytes(oldRoot, sha(new Uint8Array(0)));
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined) return false;
  let node = oldSize - 1;
  let last = newSize - 1;
  for (; node % 2 === 1; node = (node - 1) / 2) last = Math.floor(last / 2);
  let oldHash = first;
  let newHash = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sha, hash, oldHash);
      newHash = nodeHash(sha, hash, newHash);
      while (node % 2 === 0 && node !== 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newHash = nodeHash(sha, newHash, hash);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot);
}

/** The root over the entries from `from` up to, not including, `to`; `from` is aligned as the trees above split. */
async function rangeRoot(sha: Sha256, from: number, to: number, nodeAt: NodeAt): Promise<Uint8Array> {
  return foldRight(sha, await perfectNodes(from, to, nodeAt));
}

/** The frontier of the tree of the first `size` entries. */
export async function frontierAt(size: number, nodeAt: NodeAt): Promise<Frontier> {
  return { size, hashes: await perfectNodes(0, size, nodeAt) };
}

function perfectNodes(from: number, to: number, nodeAt: NodeAt): Promise<Uint8Array[]> {
  const nodes: Promise<Uint8Array>[] = [];
  for (let start = from; start < to; ) {
    const level = Math.floor(Math.log2(to - start));
    nodes.push(Promise.resolve(nodeAt(level, start / 2 ** level)));
    start += 2 ** level;
  }
  return Promise.all(nodes);
}

/** The largest power of two below `count`, which is at least 2. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}
