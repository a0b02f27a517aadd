import { parseJson } from './entry.ts';
import type { Findings } from './problems.ts';

/** What the erasing rules need to know of an entry. `erasedBy` is what the log's erasure row says. */
type ErasureFacts = {
  idx: number;
  action: string;
  keyId: string | null;
  /** The payload, if it is there and is the one committed to. */
  body: string | null;
  isMissing: boolean;
  erasedBy: number | null;
};

/** Follows erased content through a log: a payload may be gone only where a later entry says so. */
export type ErasureLedger = { see: (entry: ErasureFacts) => void; finish: () => void };

/** These two say that, when and by whom something was erased, so they stay readable. */
const neverErased: readonly string[] = ['entries.erased', 'key.deleted'];

type Missing = { keyId: string | null; erasedBy: number | null };
type Listing = { by: number; keyId: string | undefined };

/** Memory grows with the number of erased entries, not with the log. */
export function newErasureLedger(findings: Findings): ErasureLedger {
  const missing = new Map<number, Missing>();
  const listings = new Map<number, Listing>();
  const unreadable = new Set<number>();

  return {
    see: (entry) => {
      if (entry.isMissing) noteMissing(findings, missing, entry);
      else if (entry.erasedBy !== null) {
        findings.add('erasure', entry.idx, `entry ${entry.idx} is marked as erased, but its content is there`);
      }
      if (entry.action !== 'entries.erased') return;
      const listing = entry.body === null ? undefined : readListing(entry.body, entry.idx);
      if (listing === undefined) unreadable.add(entry.idx);
      if (listing === undefined && entry.body !== null) {
        findings.add('erasure', entry.idx, `entry ${entry.idx} erases entries, but does not say which in due form`);
      }
      for (const idx of listing?.erased ?? []) {
        if (listings.has(idx)) findings.add('erasure', entry.idx, `entry ${entry.idx} erases entry ${idx} once more`);
        else listings.set(idx, { by: entry.idx, keyId: listing?.keyId });
      }
    },
    finish: () => {
      for (const [idx, { by }] of listings) {
        if (missing.has(idx)) continue;
        findings.add('erasure', idx, `entry ${by} says that entry ${idx} was erased, but its content is there`);
      }
      for (const [idx, gone] of missing) {
        // The damage is at the erasing entry, and is named there.
        if (gone.erasedBy !== null && unreadable.has(gone.erasedBy)) continue;
        const problem = problemOf(idx, gone, listings.get(idx));
        if (problem !== undefined) findings.add('erasure', idx, problem);
      }
    },
  };
}

function noteMissing(findings: Findings, missing: Map<number, Missing>, entry: ErasureFacts): void {
  if (neverErased.includes(entry.action)) {
    findings.add('erasure', entry.idx, `the content of entry ${entry.idx} (${entry.action}) may never be erased`);
  } else {
    missing.set(entry.idx, { keyId: entry.keyId, erasedBy: entry.erasedBy });
  }
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
