import type { VerifyResult } from '../../src/domain/audit/verify.ts';
import type { RawLog, RawTable } from './raw-log.ts';

/** One stored value that holds bytes: texts in UTF-8, whole numbers big-endian in as few bytes as they need. */
type Cell = { table: RawTable; row: number; column: string; bytes: Buffer; isText: boolean };

/** One byte of one value, and what it is changed by: never 0. */
export type Flip = { cell: Cell; at: number; mask: number };

/** Every byte of every table, each with a change of its own. */
export function everyFlip(log: RawLog, numbers: (below: number) => number): Flip[] {
  return cellsOf(log).flatMap((cell) => Array.from(cell.bytes, (_, at) => ({ cell, at, mask: 1 + numbers(255) })));
}

/** Every value of every table that is not NULL. */
function cellsOf(log: RawLog): Cell[] {
  // The keys of a raw log are its tables.
  return (Object.keys(log) as RawTable[]).flatMap((table) =>
    log[table].flatMap((record, row) =>
      Object.entries(record).flatMap(([column, value]) =>
        // A tag is outside the tree: only where the vault is open can anybody tell.
        value === null || column === 'tag'
          ? []
          : [{ table, row, column, bytes: bytesOf(value), isText: typeof value === 'string' }],
      ),
    ),
  );
}

function bytesOf(value: string | number): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

/** The bytes of the value after the flip. */
export function flippedBytes({ cell, at, mask }: Flip): Buffer {
  const changed = Buffer.from(cell.bytes);
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

/** The value that bytes of this cell are read as. What is no UTF-8 any more reads as U+FFFD. */
export function readAs({ isText }: Cell, bytes: Buffer): string | number {
  return isText ? bytes.toString() : bytes.readUIntBE(0, bytes.length);
}

/** What `look` answers while the byte is flipped. It is put back. */
export async function whileFlipped<T>(log: RawLog, flip: Flip, look: () => Promise<T>): Promise<T> {
  const { cell } = flip;
  setCell(log, cell, readAs(cell, flippedBytes(flip)));
  try {
    return await look();
  } finally {
    setCell(log, cell, readAs(cell, cell.bytes));
  }
}

function setCell(log: RawLog, { table, row, column }: Cell, value: string | number): void {
  // The column is one of this table's, its value of the type that is stored there.
  Object.assign(log[table][row] as object, { [column]: value });
}

/** The entry a row of the log is about. */
function entryOf(log: RawLog, { table, row }: Cell): number {
  const record: object = log[table][row] ?? {};
  return 'idx' in record ? Number(record.idx) : -1;
}

/** What is wrong with the answer to one flip, if anything: it must be reported, and the first bad entry named. */
export function complaintAbout(log: RawLog, flip: Flip, { ok, firstBad }: VerifyResult): string | undefined {
  const { cell, at, mask } = flip;
  const isRight = !ok && firstBad !== undefined && isExpected(log, flip, firstBad);
  if (isRight) return undefined;
  const place = `${cell.table}.${cell.column} of row ${cell.row}, byte ${at} ^ ${mask}`;
  return `${place}: ${ok ? 'not reported' : `${firstBad?.code} at ${firstBad?.idx}: ${firstBad?.problem}`}`;
}

function isExpected(log: RawLog, flip: Flip, firstBad: NonNullable<VerifyResult['firstBad']>): boolean {
  const { cell } = flip;
  const { idx, code, range } = firstBad;
  const own = entryOf(log, cell);
  const isFirst = idx === own || (range !== undefined && range[0] <= own && own <= range[1]);
  switch (cell.table) {
    case 'log_identity':
      return code === 'key' || code === 'checkpoint';
    case 'audit_head':
      return code === 'head' || code === 'short';
    case 'audit_checkpoint':
      return code === 'checkpoint';
    case 'audit_tile':
      return isTileFinding(flip, firstBad);
    default:
      return isFirst || idx === movedTo(flip);
  }
}

/** Where an entry, or a row of one, that got another index is now in the way. */
function movedTo(flip: Flip): number | undefined {
  return flip.cell.column === 'idx' ? Number(readAs(flip.cell, flippedBytes(flip))) : undefined;
}

/** Whether a problem is that of a flip in a tile: it names a leaf the flipped character holds bits of, if any. */
function isTileFinding({ cell, at }: Flip, { idx, code }: { idx: number | null; code: string }): boolean {
  if (code !== 'tile' || idx === null) return code === 'tile';
  return cell.column === 'hashes' && leavesAt(at).includes(idx);
}

/** The leaves that a character of a tile's base64 holds bits of: 32 bytes a leaf, six bits a character. */
function leavesAt(character: number): number[] {
  return [character * 6, character * 6 + 5].map((bit) => Math.floor(bit / 8 / 32));
}

/** Numbers that are the same at every run (mulberry32), from 0 up to, not including, `below`. */
export function seededNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** As many of the flips as asked for, at random, none twice. */
export function someOf(flips: Flip[], count: number, numbers: (below: number) => number): Flip[] {
  const left = [...flips];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const chosen = numbers(left.length);
    const flip = left[chosen];
    const last = left.pop();
    if (last !== undefined && chosen < left.length) left[chosen] = last;
    return flip;
  }).filter((flip) => flip !== undefined);
}
