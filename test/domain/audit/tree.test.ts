import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  consistencyProof,
  inclusionProof,
  type NodeAt,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/domain/audit/proofs.ts';
import { nodeReader, tileOf } from '../../../src/domain/audit/tiles.ts';
import {
  appendLeaf,
  decodeFrontier,
  emptyFrontier,
  encodeFrontier,
  type Frontier,
  leafHash,
  nodeHash,
  rootOf,
} from '../../../src/domain/audit/tree.ts';
import { sha } from '../../audit-vectors/build-log.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The eight leaves, roots and proofs that implementations of RFC 6962 are tested with. */
const known = {
  leaves: ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
    (leaf) => Buffer.from(leaf, 'hex').toString('utf8'),
  ),
  roots: [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
};

const [l1, l2, l5, n34, n56, n5678, n78, n1234, n7] = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
];

/** The root of some leaves from one up to another, as RFC 9162 section 2.1.1 defines it; of the same ones it is found once. */
function rootsByDefinition(leaves: Uint8Array[]): (from: number, to: number) => Uint8Array {
  const found = new Map<string, Uint8Array>();
  const find = (from: number, to: number): Uint8Array => {
    const first = leaves[from];
    if (first === undefined || from === to) return sha(new Uint8Array(0));
    if (to - from === 1) return first;
    const split = from + 2 ** Math.floor(Math.log2(to - from - 1));
    return nodeHash(sha, root(from, split), root(split, to));
  };
  const root = (from: number, to: number): Uint8Array => {
    const place = `${from} ${to}`;
    const known = found.get(place) ?? find(from, to);
    found.set(place, known);
    return known;
  };
  return root;
}

const nodesOf = (leaves: Uint8Array[]): NodeAt => {
  const root = rootsByDefinition(leaves);
  return (level, index) => {
    const [from, to] = [index * 2 ** level, (index + 1) * 2 ** level];
    // A proof may only ask for nodes that are complete: no other can be stored.
    if (to > leaves.length) throw new Error(`node ${level}/${index} is not complete`);
    return root(from, to);
  };
};

const leavesOf = (count: number) => Array.from({ length: count }, (_, i) => leafHash(sha, `entry ${i}`));
const frontierOf = (leaves: Uint8Array[]): Frontier =>
  leaves.reduce((frontier, leaf) => appendLeaf(sha, frontier, leaf), emptyFrontier());

const many = leavesOf(300);
const nodeAt = nodesOf(many);
const rootOfMany = rootsByDefinition(many);
const roots = Array.from({ length: 301 }, (_, size) => rootOfMany(0, size));
const rootAt = (size: number) => roots[size] ?? new Uint8Array(0);
const leafAt = (index: number) => many[index] ?? new Uint8Array(0);
const within = fc.integer({ min: 1, max: 300 });
const indexAndSize = within.chain((size) => fc.record({ index: fc.nat({ max: size - 1 }), size: fc.constant(size) }));
const twoSizes = fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })).map(([a, b]) => ({
  oldSize: Math.min(a, b),
  newSize: Math.max(a, b),
}));

describe('L9: the tree is that of RFC 9162', () => {
  const leaves = known.leaves.map((leaf) => leafHash(sha, leaf));

  test('L9: the roots of the known trees', () => {
    const found = known.roots.map((_, size) => hex(rootOf(sha, frontierOf(leaves.slice(0, size)))));
    expect(found).toEqual(known.roots);
  });

  test.each([
    [0, 1, []],
    [0, 8, [l2, n34, n5678]],
    [5, 8, [l5, n78, n1234]],
    [2, 3, [n7]],
    [1, 5, [l1, n34, l5]],
  ])('L9: the known inclusion proof of entry %i among %i', async (index, size, proof) => {
    expect((await inclusionProof(sha, index, size, nodesOf(leaves))).map(hex)).toEqual(proof);
  });

  test.each([
    [1, 1, []],
    [1, 8, [l2, n34, n5678]],
    [6, 8, [n56, n78, n1234]],
    [2, 5, [n34, l5]],
  ])('L9: the known consistency proof from %i to %i', async (oldSize, newSize, proof) => {
    expect((await consistencyProof(sha, oldSize, newSize, nodesOf(leaves))).map(hex)).toEqual(proof);
  });
});

describe('L9: the frontier', () => {
  test('L9: gives the root of every size up to 300', () => {
    let frontier = emptyFrontier();
    for (const [i, leaf] of many.entries()) {
      expect(hex(rootOf(sha, frontier))).toBe(hex(rootAt(i)));
      frontier = appendLeaf(sha, frontier, leaf);
    }
  });

  test('L9: tells of every leaf and every complete node, once', () => {
    const told = new Map<string, string>();
    many.reduce(
      (frontier, leaf) =>
        appendLeaf(sha, frontier, leaf, (level, index, hash) => {
          expect(told.has(`${level}/${index}`)).toBe(false);
          told.set(`${level}/${index}`, hex(hash));
        }),
      emptyFrontier(),
    );
    const complete = Array.from({ length: 9 }, (_, level) => Math.floor(300 / 2 ** level));
    expect(told.size).toBe(complete.reduce((sum, count) => sum + count, 0));
    for (const [place, hash] of told) {
      const [level = 0, index = 0] = place.split('/').map(Number);
      expect(hash).toBe(hex(rootOfMany(index * 2 ** level, (index + 1) * 2 ** level)));
    }
  });

  test('L9: comes back from its text', () => {
    for (const size of [0, 1, 2, 3, 7, 8, 255, 256, 300]) {
      const frontier = frontierOf(many.slice(0, size));
      expect(decodeFrontier(encodeFrontier(frontier))).toEqual(frontier);
    }
    expect(encodeFrontier(emptyFrontier())).toBe('0:');
  });

  test('L9: a text with one character changed is refused or another frontier', () => {
    const text = encodeFrontier(frontierOf(many.slice(0, 7)));
    fc.assert(
      fc.property(
        fc.nat({ max: text.length - 1 }),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary-ascii' }),
        (at, other) => {
          const changed = text.slice(0, at) + other + text.slice(at + 1);
          const frontier = decodeFrontier(changed);
          expect(frontier === undefined || encodeFrontier(frontier) === changed).toBe(true);
        },
      ),
    );
  });

  test.each(['', '0', ':', '1:', '01:', '0:A', '-1:', '1e3:', ' 0:', '0:\n', '2:AA.AA', '9007199254740993:'])(
    'L9: %j is no frontier',
    (text) => expect(decodeFrontier(text)).toBeUndefined(),
  );
});

describe('L9: proofs', () => {
  test('L9: an inclusion proof holds for every entry of every size', async () => {
    await fc.assert(
      fc.asyncProperty(indexAndSize, async ({ index, size }) => {
        const proof = await inclusionProof(sha, index, size, nodeAt);
        expect(verifyInclusion(sha, { index, size, leaf: leafAt(index), proof, root: rootAt(size) })).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('L9: an inclusion proof holds for nothing else', async () => {
    const change = fc.record({ at: fc.nat(), byte: fc.nat(31), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(
        indexAndSize,
        change,
        fc.nat({ max: 299 }),
        async ({ index, size }, { at, byte, bit }, other) => {
          const proof = await inclusionProof(sha, index, size, nodeAt);
          const claim = { index, size, leaf: leafAt(index), proof, root: rootAt(size) };
          const flipped = [claim.leaf, claim.root, ...proof].map((hash) => hash.slice());
          const target = flipped[at % flipped.length];
          target?.set([(target[byte] ?? 0) ^ (1 << bit)], byte);
          const [leaf = claim.leaf, root = claim.root, ...changed] = flipped;
          expect(verifyInclusion(sha, { index, size, leaf, proof: changed, root })).toBe(false);
          expect(verifyInclusion(sha, { ...claim, proof: [...proof, claim.root] })).toBe(false);
          if (size > 1) expect(verifyInclusion(sha, { ...claim, proof: proof.slice(1) })).toBe(false);
          if (other !== index) expect(verifyInclusion(sha, { ...claim, index: other })).toBe(false);
        },
      ),
    );
  });

  test('L9: a consistency proof holds between any two sizes', async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, async ({ oldSize, newSize }) => {
        const proof = await consistencyProof(sha, oldSize, newSize, nodeAt);
        const claim = { oldSize, newSize, oldRoot: rootAt(oldSize), newRoot: rootAt(newSize), proof };
        expect(verifyConsistency(sha, claim)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('L9: a consistency proof holds for no other tree', async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, fc.nat(), async ({ oldSize, newSize }, at) => {
        const proof = await consistencyProof(sha, oldSize, newSize, nodeAt);
        const claim = { oldSize, newSize, oldRoot: rootAt(oldSize), newRoot: rootAt(newSize), proof };
        const stranger = sha(rootAt(oldSize));
        expect(verifyConsistency(sha, { ...claim, oldRoot: stranger })).toBe(false);
        if (oldSize > 0) expect(verifyConsistency(sha, { ...claim, newRoot: stranger })).toBe(false);
        expect(verifyConsistency(sha, { ...claim, proof: [...proof, stranger] })).toBe(false);
        if (proof.length === 0) return;
        expect(verifyConsistency(sha, { ...claim, proof: proof.with(at % proof.length, stranger) })).toBe(false);
        expect(verifyConsistency(sha, { ...claim, proof: proof.slice(1) })).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('L9: there is no proof of what is not there', async () => {
    await expect(inclusionProof(sha, 5, 5, nodeAt)).rejects.toThrow(RangeError);
    await expect(inclusionProof(sha, -1, 5, nodeAt)).rejects.toThrow(RangeError);
    await expect(consistencyProof(sha, 6, 5, nodeAt)).rejects.toThrow(RangeError);
    expect(verifyInclusion(sha, { index: 0, size: 0, leaf: leafAt(0), proof: [], root: leafAt(0) })).toBe(false);
  });
});

describe('L9: tiles', () => {
  /** Full tiles of a log of 70,000 entries, filled as a writer fills them. */
  const size = 70_000;
  const leaves = leavesOf(size);
  const root = rootsByDefinition(leaves);
  const tiles = new Map<string, Uint8Array[]>();
  let frontier = emptyFrontier();
  for (const leaf of leaves) {
    frontier = appendLeaf(sha, frontier, leaf, (level, index, hash) => {
      if (level % 8 !== 0) return;
      const { tileLevel, n } = tileOf(level, index);
      tiles.set(`${tileLevel}/${n}`, [...(tiles.get(`${tileLevel}/${n}`) ?? []), hash]);
    });
  }
  const counted = () => {
    const reads = { tiles: 0, leaves: 0 };
    const readTile = async (level: number, n: number) => {
      reads.tiles += 1;
      const tile = tiles.get(`${level}/${n}`);
      return tile?.length === 256 ? tile : undefined;
    };
    const readLeaf = async (index: number) => {
      reads.leaves += 1;
      return leaves[index] ?? new Uint8Array(0);
    };
    return { reads, nodeAt: nodeReader(sha, readTile, readLeaf) };
  };

  test('L9: a perfect node read from tiles is the node of the tree', async () => {
    const place = fc
      .nat({ max: 16 })
      .chain((level) =>
        fc.record({ level: fc.constant(level), index: fc.nat({ max: Math.floor(size / 2 ** level) - 1 }) }),
      );
    await fc.assert(
      fc.asyncProperty(place, async ({ level, index }) => {
        const found = await counted().nodeAt(level, index);
        expect(hex(found)).toBe(hex(root(index * 2 ** level, (index + 1) * 2 ** level)));
      }),
      { examples: [[{ level: 16, index: 0 }]] },
    );
  });

  test('L10: a proof in a log of 70,000 entries holds, and reads a few hundred rows at most', async () => {
    const whole = rootOf(sha, frontier);
    for (const index of [0, 1, 255, 256, 65_535, 65_536, 69_887, 69_888, size - 1]) {
      const { reads, nodeAt } = counted();
      const proof = await inclusionProof(sha, index, size, nodeAt);
      expect(verifyInclusion(sha, { index, size, leaf: leafHash(sha, `entry ${index}`), proof, root: whole })).toBe(
        true,
      );
      expect(proof.length).toBeLessThanOrEqual(17);
      expect(reads.leaves).toBeLessThan(256);
      expect(reads.tiles).toBeLessThan(64);
    }
  });

  test('L9: a node lies in the tile whose level is the eighth part of its own', () => {
    expect(tileOf(0, 0)).toEqual({ tileLevel: 0, n: 0, from: 0, count: 1 });
    expect(tileOf(3, 33)).toEqual({ tileLevel: 0, n: 1, from: 8, count: 8 });
    expect(tileOf(7, 5)).toEqual({ tileLevel: 0, n: 2, from: 128, count: 128 });
    expect(tileOf(8, 256)).toEqual({ tileLevel: 1, n: 1, from: 0, count: 1 });
    expect(tileOf(9, 1_000_000_000_000)).toEqual({ tileLevel: 1, n: 7_812_500_000, from: 0, count: 2 });
  });
});
