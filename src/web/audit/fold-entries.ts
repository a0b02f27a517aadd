import type { listAudit } from '../../contract/audit.ts';
import type { OutputOf } from '../../contract/endpoint.ts';

export type Entry = NonNullable<OutputOf<typeof listAudit>['items']>[number];

/** One row of the log: an entry, or the entries of one action by one person in one go. */
export type Folded = { first: Entry; entries: readonly Entry[] };

/** Neighbours of one batch, action and person become one row; the order stays. */
export function foldEntries(entries: readonly Entry[]): Folded[] {
  const rows: Folded[] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (last && belongTogether(last.first, entry))
      rows[rows.length - 1] = { ...last, entries: [...last.entries, entry] };
    else rows.push({ first: entry, entries: [entry] });
  }
  return rows;
}

function belongTogether(a: Entry, b: Entry): boolean {
  const batch = batchOf(a);
  return batch !== undefined && batch === batchOf(b) && a.action === b.action && a.actor.id === b.actor.id;
}

function batchOf({ details }: Entry): string | undefined {
  return typeof details?.batch === 'string' ? details.batch : undefined;
}
