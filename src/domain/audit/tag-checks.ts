import { encodeBase64Url } from './base64.ts';
import { committedBody, decodeHeader, parseJson } from './entry.ts';
import type { LogRow } from './entry-checks.ts';
import type { Findings } from './problems.ts';
import type { Sha256 } from './tree.ts';

/** The tag an entry with this header has where it was written by this installation. */
export type TagOf = (header: string) => string;

/** What the tags of a log say: from which entry on there are any (null for none), and how many fit. */
export type TagCount = { from: number | null; checked: number };

/** What checking a tag takes of an entry. */
export type TaggedRow = Pick<LogRow, 'idx' | 'action' | 'header' | 'tag' | 'salt' | 'body'>;

/** `rootBefore` is the root over all entries before this one; undefined where that cannot be told any more. */
export type TagChecks = {
  see: (row: TaggedRow, rootBefore: () => Uint8Array | undefined) => void;
  finish: (size: number) => TagCount;
};

export const tagsBegun = 'tags.begun';

/**
 * Checks the tags of entries in their order. From the entry `tags.begun` on each must have its own; that entry states
 * size and root of all before it. `begunAt` is where they have begun if that was before the first entry to be seen.
 */
export function newTagChecks(sha: Sha256, findings: Findings, tagOf: TagOf, begunAt?: number): TagChecks {
  let from = begunAt;
  let checked = 0;
  return {
    see: (row, rootBefore) => {
      const { idx, action, header, tag } = row;
      if (action === tagsBegun && from !== undefined)
        findings.add('tag', idx, `entry ${idx} has tags begin, as entry ${from} did before`);
      if (action === tagsBegun && from === undefined) {
        from = idx;
        if (!statesBefore(sha, row, rootBefore()))
          findings.add('tag', idx, `entry ${idx}, with which tags begin, states another log before it`);
      }
      if (from === undefined) {
        if (tag) findings.add('tag', idx, `entry ${idx} has a tag, but tags have not begun there`);
      } else if (!tag) findings.add('tag', idx, `entry ${idx} has no tag: it was not written by Keybook`);
      else if (tag !== tagOf(header))
        findings.add(
          'tag',
          idx,
          `the tag of entry ${idx} does not fit: it was not written, or was changed, by Keybook`,
        );
      else checked += 1;
    },
    finish: (size) => {
      if (from === undefined && size > 0)
        findings.add('tag', null, 'no entry has tags begin (tags.begun), so none can be told from a forged one');
      return { from: from ?? null, checked };
    },
  };
}

/** Whether its content, which the header commits to, states the entries before it. */
function statesBefore(sha: Sha256, row: TaggedRow, root: Uint8Array | undefined): boolean {
  if (root === undefined) return true;
  const header = decodeHeader(row.header);
  const body = header && committedBody(sha, header, row);
  // Each member is compared with what it must be.
  const stated = parseJson(body ?? '') as { size?: unknown; root?: unknown } | undefined;
  return stated?.size === row.idx && stated.root === encodeBase64Url(root);
}
