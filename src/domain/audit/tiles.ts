import type { NodeAt } from './proofs.ts';
import { nodeHash, type Sha256 } from './tree.ts';

/** How many hashes a full tile holds. Tile (L, n) holds those of tree level 8 · L from index 256 · n on. */
export const tileWidth = 256;
const levelsOfTile = 8;

export type ReadTile = (tileLevel: number, n: number) => Promise<Uint8Array[] | undefined>;
export type ReadLeaf = (index: number) => Promise<Uint8Array>;

/** The tile a perfect node is computed from, and which of its hashes: `count` of them starting at `from`. */
export function tileOf(level: number, index: number): { tileLevel: number; n: number; from: number; count: number } {
  const tileLevel = Math.floor(level / levelsOfTile);
  const count = 2 ** (level % levelsOfTile);
  const first = index * count;
  return { tileLevel, n: Math.floor(first / tileWidth), from: first % tileWidth, count };
}

/**
 * Reads perfect nodes from full tiles, and from lower tiles or leaf hashes where a tile is not full yet.
 * Remembers what it read: make one for each request.
 */
export function nodeReader(sha: Sha256, readTile: ReadTile, readLeaf: ReadLeaf): NodeAt {
  const tiles = new Map<string, Promise<Uint8Array[] | undefined>>();
  const stored = new Map<string, Promise<Uint8Array>>();

  const tileAt = (tileLevel: number, n: number) => remember(tiles, `${tileLevel}/${n}`, () => readTile(tileLevel, n));

  /** A hash a tile would hold: a leaf, or the root of the full tile below. */
  const storedHash = (tileLevel: number, index: number): Promise<Uint8Array> =>
    remember(stored, `${tileLevel}/${index}`, async () => {
      if (tileLevel === 0) return readLeaf(index);
      const below = await readTile(tileLevel - 1, index);
      return foldPerfect(sha, below ?? (await hashesOf(tileLevel - 1, index * tileWidth, tileWidth)));
    });

  const hashesOf = (tileLevel: number, first: number, count: number): Promise<Uint8Array[]> =>
    Promise.all(Array.from({ length: count }, (_, i) => storedHash(tileLevel, first + i)));

  return async (level, index) => {
    const { tileLevel, n, from, count } = tileOf(level, index);
    const tile = await tileAt(tileLevel, n);
    const hashes = tile?.slice(from, from + count) ?? (await hashesOf(tileLevel, n * tileWidth + from, count));
    return foldPerfect(sha, hashes);
  };
}

function remember<T>(memory: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const known = memory.get(key) ?? read();
  memory.set(key, known);
  return known;
}

/** The root over 2^k neighbouring hashes. */
function foldPerfect(sha: Sha256, hashes: Uint8Array[]): Uint8Array {
  const [first, second] = hashes;
  if (first === undefined) throw new Error('A tile lacks a hash');
  if (second === undefined) return first;
  const half = hashes.length / 2;
  return nodeHash(sha, foldPerfect(sha, hashes.slice(0, half)), foldPerfect(sha, hashes.slice(half)));
}
