import type { VerifyResult } from '../../src/domain/audit/verify.ts';
import { entryOf, type Flip, isTileFinding, leavesAt } from './flip-bytes.ts';
import type { RawLog } from './raw-log.ts';

/** Flips that are looked at in one reading of the log, and those that must be looked at alone. */
export type Batches = { together: Flip[][]; alone: Flip[] };

/** A verifier names up to twenty problems; a flipped header may come with some more of its own. */
const besideAtOnce = 18;
const headersAtOnce = 17;

const isOfEntry = ({ cell: { table, isText } }: Flip): boolean =>
  isText && (table === 'audit_entry' || table === 'audit_payload');
const isOfHeader = ({ cell }: Flip): boolean => cell.column === 'header';
const isOfTile = ({ cell }: Flip): boolean => cell.table === 'audit_tile' && cell.isText;

/**
 * Puts flips of texts in different entries together, headers apart from the rest, with one flip in a tile each: below
 * the flipped headers, so that it is the first that the tile differs by.
 */
export function batchesOf(log: RawLog, flips: Flip[]): Batches {
  const tiles = flips.filter(isOfTile).sort((a, b) => a.at - b.at);
  const ofEntries = flips.filter(isOfEntry);
  const beside = inDifferentEntries(
    log,
    ofEntries.filter((flip) => !isOfHeader(flip)),
    besideAtOnce,
  );
  const headers = inDifferentEntries(log, ofEntries.filter(isOfHeader), headersAtOnce);
  const together = beside.map((batch) => [...batch, ...tiles.splice(-1)]);
  for (const batch of headers) {
    const lowest = Math.min(...batch.map(({ cell }) => entryOf(log, cell)));
    const isBelow = tiles[0] !== undefined && leavesAt(tiles[0].at).every((leaf) => leaf < lowest);
    together.push(isBelow ? [...batch, ...tiles.splice(0, 1)] : batch);
  }
  return { together, alone: [...flips.filter((flip) => !isOfEntry(flip) && !isOfTile(flip)), ...tiles] };
}

function inDifferentEntries(log: RawLog, flips: Flip[], atOnce: number): Flip[][] {
  const queues = [...Map.groupBy(flips, ({ cell }) => entryOf(log, cell)).values()];
  const rounds = Math.max(...queues.map(({ length }) => length));
  const batches: Flip[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const ready = queues.flatMap((queue) => queue[round] ?? []);
    for (let from = 0; from < ready.length; from += atOnce) batches.push(ready.slice(from, from + atOnce));
  }
  return batches;
}

/** Findings that follow from nothing but the bytes of the entry they name, and so from the one flip in it. */
const ownCodes = ['header', 'columns', 'payload'];

/** Whether a flip is named in the answer to a whole batch, by a finding that no other flip of it can have caused. */
export function isNamed(log: RawLog, flip: Flip, { problems }: VerifyResult): boolean {
  if (isOfTile(flip)) return problems.some((problem) => isTileFinding(flip, problem));
  return problems.some(({ idx, code }) => idx === entryOf(log, flip.cell) && ownCodes.includes(code));
}
