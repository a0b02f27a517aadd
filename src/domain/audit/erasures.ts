import { parseJson } from './entry.ts';
import type { Findings } from './problems.ts';

/** Whether the payload is there and the one committed to, another one, or not there. */
export type PayloadState = 'proven' | 'wrong' | 'gone';

/** What the erasing rules need to know of an entry. `erasedBy` is what the log's erasure row says. */
type ErasureFacts = {
  idx: number;
  action: string;
  keyId: string | null;
  payload: PayloadState;
  body: string | null;
  erasedBy: number | null;
};

/**
 * Follows erased content through a log: a payload may be gone only where a later entry says so. Where that entry is
 * itself damaged or missing, the damage is there: what cannot be justified for want of it is no finding of its own.
 */
export type ErasureLedger = {
  see: (entry: ErasureFacts) => void;
  /** An entry whose header cannot be read, so that nothing it says counts. */
  seeUnreadable: (idx: number) => void;
  /** `knownSize` is how many entries there are or, by the head or a checkpoint, should be. Answers with warnings. */
  finish: (knownSize: number) => string[];
};

/** These two say that, when and by whom something was erased, so they stay readable. */
const neverErased: readonly string[] = ['entries.erased', 'key.deleted'];

type Missing = { keyId: string | null; erasedBy: number | null };
type Listing = { by: number; keyId: string | undefined };

/** What became of an entry that an earlier one names as the one that erased it. Where it is lost, that is a finding. */
type Fate = 'unseen' | 'readable' | 'unreadable';

/** Memory grows with the number of erased entries, not with the log. */
export function newErasureLedger(findings: Findings): ErasureLedger {
  const missing = new Map<number, Missing>();
  const listings = new Map<number, Listing>();
  const awaited = new Map<number, Fate>();

  const meet = (idx: number, fate: Fate): void => {
    if (awaited.has(idx) && awaited.get(idx) !== 'unreadable') awaited.set(idx, fate);
  };

  return {
    see: (entry) => {
      const { idx, erasedBy } = entry;
      if (entry.payload !== 'gone' && erasedBy !== null) {
        findings.add('erasure', idx, `entry ${idx} is marked as erased, but its content is there`);
      } else if (entry.payload === 'gone' && neverErased.includes(entry.action)) {
        findings.add('erasure', idx, `the content of entry ${idx} (${entry.action}) may never be erased`);
      } else if (entry.payload === 'gone') {
        missing.set(idx, { keyId: entry.keyId, erasedBy });
        // A reason that stands before what it erased was seen already, and is none.
        if (isLaterEntry(erasedBy, idx) && !awaited.has(erasedBy)) awaited.set(erasedBy, 'unseen');
      }
      const list = listOf(findings, entry, awaited.has(idx));
      meet(idx, list === undefined ? 'unreadable' : 'readable');
      for (const erased of list?.erased ?? []) {
        if (listings.has(erased)) findings.add('erasure', idx, `entry ${idx} erases entry ${erased} once more`);
        else listings.set(erased, { by: idx, keyId: list?.keyId });
      }
    },
    seeUnreadable: (idx) => meet(idx, 'unreadable'),
    finish: (knownSize) => {
      for (const [idx, { by }] of listings) {
        if (missing.has(idx)) continue;
        findings.add('erasure', idx, `entry ${by} says that entry ${idx} was erased, but its content is there`);
      }
      const isLost = (by: number): boolean => {
        const fate = awaited.get(by);
        return fate === 'unreadable' || (fate === 'unseen' && by < knownSize);
      };
      return judgeMissing(findings, missing, listings, isLost);
    },
  };
}

/** A database holds what was written there, so a number of another kind is possible: no entry would answer to it. */
function isLaterEntry(by: number | null, idx: number): by is number {
  return by !== null && Number.isSafeInteger(by) && by > idx;
}

/** What an entry says that it erased: nothing, for most. Undefined if it erases, but what cannot be told. */
function listOf(
  findings: Findings,
  { idx, action, payload, body }: ErasureFacts,
  isAwaited: boolean,
): ReturnType<typeof readListing> {
  const isErasing = action === 'entries.erased';
  const list = payload === 'proven' && (isErasing || isAwaited) ? readListing(body ?? '', idx) : undefined;
  if (!isErasing) {
    if (list === undefined) return { erased: [], keyId: undefined };
    findings.add('erasure', idx, `entry ${idx} lists in its content what it erased, but its action is ${action}`);
  } else if (list === undefined && payload === 'proven') {
    findings.add('erasure', idx, `entry ${idx} erases entries, but does not say which in due form`);
  }
  return list;
}

/** Finds what is gone without a reason; what only waits for a reason that is lost itself is said in warnings. */
function judgeMissing(
  findings: Findings,
  missing: Map<number, Missing>,
  listings: Map<number, Listing>,
  isLost: (by: number) => boolean,
): string[] {
  const waiting = new Map<number, { first: number; more: number }>();
  for (const [idx, gone] of missing) {
    const listing = listings.get(idx);
    const { erasedBy } = gone;
    if (listing === undefined && erasedBy !== null && isLost(erasedBy)) {
      const known = waiting.get(erasedBy);
      if (known) known.more += 1;
      else waiting.set(erasedBy, { first: idx, more: 0 });
      continue;
    }
    const problem = problemOf(idx, gone, listing);
    if (problem !== undefined) findings.add('erasure', idx, problem);
  }
  return Array.from(waiting, ([by, { first, more }]) => {
    const which = more === 0 ? `${first}` : `${first} and ${more} more`;
    return `the content of entry ${which} is gone; entry ${by}, said to have erased it, is damaged or missing`;
  });
}

/** What is wrong with a payload being gone, if anything is. */
function problemOf(idx: number, { keyId, erasedBy }: Missing, listing: Listing | undefined): string | undefined {
  if (listing === undefined) {
    return erasedBy === null
      ? `the content of entry ${idx} is gone, and no entry says that it was erased`
      : `the content of entry ${idx} is gone; entry ${erasedBy} is said to have erased it, but does not list it`;
  }
  if (erasedBy !== listing.by) {
    return `entry ${listing.by} erased entry ${idx}, but the erasure record points to ${erasedBy ?? 'none'}`;
  }
  if (listing.keyId !== undefined && listing.keyId !== keyId) {
    return `entry ${listing.by} erased entry ${idx}, which belongs to another key`;
  }
  return undefined;
}

/** The list in the payload of `entries.erased`: `{"erased":[1,5,9],"key":"id"}`, each index below the entry's own. */
function readListing(body: string, by: number): { erased: number[]; keyId: string | undefined } | undefined {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const erased = 'erased' in parsed ? parsed.erased : undefined;
  const key = 'key' in parsed ? parsed.key : undefined;
  if (!Array.isArray(erased) || !erased.every((idx) => Number.isSafeInteger(idx) && idx >= 0 && idx < by)) {
    return undefined;
  }
  return { erased, keyId: typeof key === 'string' ? key : undefined };
}
