import { decodeBase64Url } from './base64.ts';
import type { Findings } from './problems.ts';
import { tileWidth } from './tiles.ts';
import { leafHash, type OnNode, type Sha256, sameBytes } from './tree.ts';

export type StoredTile = { level: number; n: number; hashes: string };

/** Compares stored tiles with the hashes of the log. Memory: 32 bytes for every 256 entries. */
export type TileChecks = {
  onNode: OnNode;
  compare: (tiles: AsyncIterable<StoredTile>, headers: () => AsyncIterable<{ header: string }>) => Promise<void>;
};

const hashLength = 32;
const levelsOfTile = 8;

export function newTileChecks(sha: Sha256, findings: Findings): TileChecks {
  const filling: Uint8Array[] = [];
  /** SHA-256 over each full tile, by tile level and n; undefined once a stored tile was compared with it. */
  const expected: (Uint8Array | undefined)[][] = [];

  return {
    onNode: (level, index, hash) => {
      if (level % levelsOfTile !== 0) return;
      const tileLevel = level / levelsOfTile;
      filling[tileLevel] ??= new Uint8Array(tileWidth * hashLength);
      filling[tileLevel].set(hash, (index % tileWidth) * hashLength);
      if (index % tileWidth !== tileWidth - 1) return;
      expected[tileLevel] ??= [];
      expected[tileLevel].push(sha(filling[tileLevel]));
    },
    compare: async (tiles, headers) => {
      const wrongLeaves: { n: number; bytes: Uint8Array }[] = [];
      for await (const { level, n, hashes } of tiles) {
        const digest = expected[level]?.[n];
        const bytes = decodeBase64Url(hashes);
        if (digest !== undefined && bytes !== undefined && sameBytes(sha(bytes), digest)) {
          // Nothing to say.
        } else if (digest !== undefined && level === 0 && bytes?.length === tileWidth * hashLength) {
          wrongLeaves.push({ n, bytes });
        } else {
          findings.add('tile', null, `tile ${n} of level ${level} does not hold the hashes of this log`);
        }
        if (expected[level] && n in expected[level]) expected[level][n] = undefined;
      }
      reportMissing(findings, expected);
      const [first] = wrongLeaves.sort((a, b) => a.n - b.n);
      if (first !== undefined) await reportLeaf(sha, findings, first, headers());
    },
  };
}

function reportMissing(findings: Findings, expected: (Uint8Array | undefined)[][]): void {
  for (const [level, digests] of expected.entries()) {
    const n = digests.findIndex((digest) => digest !== undefined);
    if (n >= 0) findings.add('tile', null, `tile ${n} of level ${level} is missing`);
  }
}

/** Reads the log again up to the first tile that differs, to name the entry. */
async function reportLeaf(
  sha: Sha256,
  findings: Findings,
  tile: { n: number; bytes: Uint8Array },
  headers: AsyncIterable<{ header: string }>,
): Promise<void> {
  const start = tile.n * tileWidth;
  let idx = 0;
  for await (const { header } of headers) {
    const at = (idx - start) * hashLength;
    if (idx >= start && !sameBytes(leafHash(sha, header), tile.bytes.subarray(at, at + hashLength))) {
      findings.add('tile', idx, `entry ${idx} is not the one whose hash was kept when it was written`);
      return;
    }
    idx += 1;
  }
}
