import { type ReadDb, reading, type WriteDb } from '../../db/open.ts';
import { decodeBase64Url, encodeBase64Url } from '../../domain/audit/base64.ts';
import { tileWidth } from '../../domain/audit/tiles.ts';
import { foldRight, leafHash, nodeHash } from '../../domain/audit/tree.ts';
import { sha256 } from './sha256.ts';

const hashLength = 32;

/** Writes every tile that became full between two sizes of the log: a proof then reads a few rows. */
export async function writeFullTiles(tx: WriteDb, sizeBefore: number, sizeAfter: number): Promise<void> {
  let width = tileWidth;
  for (let level = 0; Math.floor(sizeAfter / width) > Math.floor(sizeBefore / width); level += 1) {
    for (let n = Math.floor(sizeBefore / width); n < Math.floor(sizeAfter / width); n += 1) {
      const hashes = level === 0 ? await leaves(tx, n) : await rootsBelow(tx, level, n);
      await tx
        .insertInto('audit_tile')
        .values({ level, n, hashes: encodeBase64Url(Buffer.concat(hashes)) })
        .execute();
    }
    width *= tileWidth;
  }
}

/** The 256 hashes of a stored tile, or undefined where it is not full yet. */
export async function readTile(db: ReadDb, level: number, n: number): Promise<Uint8Array[] | undefined> {
  const row = await db
    .selectFrom('audit_tile')
    .select('hashes')
    .where('level', '=', level)
    .where('n', '=', n)
    .executeTakeFirst();
  const bytes = row && decodeBase64Url(row.hashes);
  if (!bytes) return undefined;
  return Array.from({ length: bytes.length / hashLength }, (_, i) =>
    bytes.subarray(i * hashLength, (i + 1) * hashLength),
  );
}

async function leaves(tx: WriteDb, n: number): Promise<Uint8Array[]> {
  const rows = await tx
    .selectFrom('audit_entry')
    .select('header')
    .where('idx', '>=', n * tileWidth)
    .where('idx', '<', (n + 1) * tileWidth)
    .orderBy('idx')
    .execute();
  return rows.map((row) => leafHash(sha256, row.header));
}

async function rootsBelow(tx: WriteDb, level: number, n: number): Promise<Uint8Array[]> {
  const roots: Uint8Array[] = [];
  for (let child = n * tileWidth; child < (n + 1) * tileWidth; child += 1) {
    const hashes = await readTile(reading(tx), level - 1, child);
    if (!hashes) throw new Error(`tile ${level - 1}/${child} of the audit log is missing`);
    roots.push(rootOfFullTile(hashes));
  }
  return roots;
}

function rootOfFullTile(hashes: Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) row = pairUp(row);
  return foldRight(sha256, row);
}

function pairUp(row: Uint8Array[]): Uint8Array[] {
  return row.flatMap((left, i) => {
    const right = row[i + 1];
    return i % 2 === 0 && right ? [nodeHash(sha256, left, right)] : [];
  });
}
