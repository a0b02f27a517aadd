import { pipeline, Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { refused } from '../plan/refused.ts';
import type { RefusedFile } from '../plan/row-error.ts';
import { inTurns } from './in-turns.ts';

/** A file inside a zip archive; sizes in bytes. */
export type ZipEntry = { name: string; method: number; crc: number; packed: number; size: number; offset: number };

const maxEntries = 5_000;
const maxSize = 1024 ** 3;
/** Sheets shrink to a tenth, the most monotonous ones to a hundredth; what a bomb is made of, to a thousandth. */
const maxRatio = 250;
const ratioMatters = 16 * 1024 * 1024;
const pieceBytes = 64 * 1024;

/**
 * The directory of a zip archive (PKWARE APPNOTE 6.3, ZIP64 as well: programs that do not know beforehand how large a
 * workbook becomes write so). Refuses (`RefusedFile`), before anything is
 * inflated, what is damaged, encrypted, or far larger inside than outside.
 */
export function zipEntries(bytes: Buffer): Map<string, ZipEntry> {
  let { count, at } = directoryOf(bytes);
  if (count > maxEntries) throw tooBig();
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== 0x02014b50) throw damaged();
    const entry = entryAt(bytes, at);
    if (entries.has(entry.name)) throw damaged();
    entries.set(entry.name, entry);
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  judgeSizes([...entries.values()]);
  return entries;
}

/** How many entries the directory has, and where it begins. */
function directoryOf(bytes: Buffer): { count: number; at: number } {
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0 || end + 22 > bytes.length) throw damaged();
  const short = { count: bytes.readUInt16LE(end + 10), at: bytes.readUInt32LE(end + 16) };
  if (short.count !== 0xffff && short.at !== 0xffffffff) return short;
  // A locator right before says where the long form of the same is.
  if (end < 20 || bytes.readUInt32LE(end - 20) !== 0x07064b50) throw damaged();
  const long = longAt(bytes, end - 12);
  if (long + 56 > bytes.length || bytes.readUInt32LE(long) !== 0x06064b50) throw damaged();
  return { count: longAt(bytes, long + 32), at: longAt(bytes, long + 48) };
}

/** A number of eight bytes; none that is meant is beyond what JavaScript counts exactly. */
function longAt(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function entryAt(bytes: Buffer, at: number): ZipEntry {
  if (bytes.readUInt16LE(at + 8) & 1)
    throw refused(1, 'encrypted', 'The file is protected by a password. Save it without one.');
  const extraAt = at + 46 + bytes.readUInt16LE(at + 28);
  const extra = bytes.subarray(extraAt, extraAt + bytes.readUInt16LE(at + 30));
  const [size = 0, packed = 0, offset = 0] = longOnes(
    [24, 20, 42].map((from) => bytes.readUInt32LE(at + from)),
    extra,
  );
  return {
    name: bytes.subarray(at + 46, extraAt).toString('utf8'),
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    packed,
    size,
    offset,
  };
}

/** Those of the numbers that have no room in four bytes, and say so, stand in the extra field of ZIP64, in this order. */
function longOnes(numbers: readonly number[], extra: Buffer): number[] {
  if (!numbers.includes(0xffffffff)) return [...numbers];
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  return numbers.map((number) => {
    if (number !== 0xffffffff) return number;
    if (at + 8 > extra.length) throw damaged();
    at += 8;
    return longAt(extra, at - 8);
  });
}

function judgeSizes(entries: readonly ZipEntry[]): void {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  const isBomb = entries.some(({ size, packed }) => size > ratioMatters && size > packed * maxRatio);
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  // Many small ones may be one as well.
  if (total > maxSize || isBomb || (total > ratioMatters && total > packed * maxRatio)) throw tooBig();
}

/** What an entry holds, in pieces, as they are asked for. Refuses more than its directory says, and less. */
export async function* inflated(bytes: Buffer, entry: ZipEntry): AsyncGenerator<Buffer> {
  const { method, crc, size } = entry;
  let sum = 0;
  let count = 0;
  try {
    for await (const piece of method === 8 ? inflate(packedBytes(bytes, entry)) : stored(bytes, entry)) {
      count += piece.length;
      if (count > size) throw damaged();
      sum = crc32(piece, sum);
      yield piece;
    }
  } catch (error) {
    // Errors of zlib have a number beside their code.
    if (error instanceof Error && 'errno' in error) throw damaged();
    throw error;
  }
  if (count !== size || sum !== crc) throw damaged();
}

function packedBytes(bytes: Buffer, { offset, packed }: ZipEntry): Buffer {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50) throw damaged();
  const from = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  if (from + packed > bytes.length) throw damaged();
  return bytes.subarray(from, from + packed);
}

function stored(bytes: Buffer, entry: ZipEntry): AsyncIterable<Buffer> {
  if (entry.method !== 0) throw damaged();
  return inTurns(slices(packedBytes(bytes, entry)));
}

function inflate(packed: Buffer): AsyncIterable<Buffer> {
  return pipeline(Readable.from(slices(packed)), createInflateRaw({ chunkSize: pieceBytes }), () => {});
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

/** The refusal of an archive that does not hold what it says. */
export function damaged(): RefusedFile {
  return refused(1, 'damaged', 'The workbook is damaged. Open it in a spreadsheet program and save it again.');
}

/** The refusal of an archive that would cost far more to read than its file was to send. */
export function tooBig(): RefusedFile {
  return refused(
    1,
    'workbook_too_big',
    'The workbook is far larger inside than its file. Save it as CSV and import that.',
  );
}
