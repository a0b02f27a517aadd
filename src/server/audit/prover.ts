import type { ReadDb } from '../../db/open.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import { inclusionProof, type NodeAt } from '../../domain/audit/proofs.ts';
import { nodeReader, tileWidth } from '../../domain/audit/tiles.ts';
import { leafHash } from '../../domain/audit/tree.ts';
import { sha256 } from './sha256.ts';
import { inconsistent } from './signing.ts';
import { readTile } from './tile-store.ts';

/** Proves that entry `idx` is in the tree of the first `size` entries: RFC 9162 section 2.1.3, in base64url. */
export type Prove = (idx: number, size: number) => Promise<string[]>;

/**
 * Reads tiles, and entries only where a tile is not full yet. It remembers what it read and worked out, so one serves
 * many proofs of one request.
 */
export function newProver(db: ReadDb): Prove {
  const nodeAt = nodesOf(db);
  return async (idx, size) => (await inclusionProof(sha256, idx, size, nodeAt)).map(encodeBase64Url);
}

/** Reads nodes of the tree, from tiles where it can. */
export function nodesOf(db: ReadDb): NodeAt {
  return remembering(nodeReader(sha256, (level, n) => readTile(db, level, n), leafReader(db)));
}

function remembering(read: NodeAt): NodeAt {
  const known = new Map<string, ReturnType<NodeAt>>();
  return (level, index) => {
    const place = `${level}/${index}`;
    const hash = known.get(place) ?? read(level, index);
    known.set(place, hash);
    return hash;
  };
}

/** Leaves come a tile's width at a time: where one is wanted, its neighbours are. */
function leafReader(db: ReadDb): (idx: number) => Promise<Uint8Array> {
  const blocks = new Map<number, Promise<Map<number, Uint8Array>>>();
  return async (idx) => {
    const n = Math.floor(idx / tileWidth);
    const block = blocks.get(n) ?? readLeaves(db, n * tileWidth);
    blocks.set(n, block);
    const leaf = (await block).get(idx);
    if (!leaf) throw inconsistent(`entry ${idx} is missing`);
    return leaf;
  };
}

async function readLeaves(db: ReadDb, from: number): Promise<Map<number, Uint8Array>> {
  const rows = await db
    .selectFrom('audit_entry')
    .select(['idx', 'header'])
    .where('idx', '>=', from)
    .where('idx', '<', from + tileWidth)
    .execute();
  return new Map(rows.map(({ idx, header }) => [idx, leafHash(sha256, header)]));
}
