import type { ReadDb } from '../../db/open.ts';
import { othersTurn } from '../../db/others-turn.ts';
import { decodeHeader } from '../../domain/audit/entry.ts';
import { newFindings } from '../../domain/audit/problems.ts';
import { frontierAt } from '../../domain/audit/proofs.ts';
import { newTagChecks, type TaggedRow, type TagOf, tagsBegun } from '../../domain/audit/tag-checks.ts';
import {
  appendLeaf,
  emptyFrontier,
  encodeFrontier,
  type Frontier,
  leafHash,
  rootOf,
  sameBytes,
} from '../../domain/audit/tree.ts';
import { nodesOf } from './prover.ts';
import { sha256 } from './sha256.ts';
import { inconsistent } from './signing.ts';

/** A signed state of the log; `words` say where it is kept. */
export type Known = { size: number; root: Uint8Array; words: string };

type Growth = {
  known: Known | undefined;
  head: Frontier;
  proven: Frontier | undefined;
  tagOf: TagOf;
  /** Actions of which the content is read as well. */
  contentOf?: readonly string[];
  /** Is shown each entry on the way, with the tree after it; what it is shown counts where all ends well. */
  see?: (row: TaggedRow, after: Frontier) => void;
};

/** Rows of one statement. */
const page = 1000;

/**
 * Proves that the log only grew since a known state: its first entries are those, each entry since has the tag of this
 * installation, and all together make the head. Throws `log_inconsistent` in words otherwise. Reads the entries
 * since and no others, where `proven` is the tree of the known state, else a few tiles more.
 */
export async function proveGrowth(
  db: ReadDb,
  { known, head, proven, tagOf, contentOf = [], see = () => undefined }: Growth,
): Promise<Frontier> {
  let frontier = await treeOf(db, known, proven);
  const findings = newFindings();
  const tags = newTagChecks(sha256, findings, tagOf, await begunBefore(db, frontier.size, tagOf));
  const turn = othersTurn(page);
  while (frontier.size < head.size) {
    const rows = await entriesFrom(db, frontier.size, head.size, contentOf);
    for (const row of rows) {
      const before = frontier;
      if (row.idx !== before.size) throw inconsistent(`entry ${before.size} is missing`);
      tags.see(row, () => rootOf(sha256, before));
      frontier = appendLeaf(sha256, frontier, leafHash(sha256, row.header));
      see(row, frontier);
    }
    await turn(rows.length);
    if (rows.length === 0) throw inconsistent(`entry ${frontier.size} is missing`);
  }
  tags.finish(head.size);
  const problem = findings.first();
  if (problem) throw inconsistent(problem.detail);
  if (encodeFrontier(frontier) !== encodeFrontier(head))
    throw inconsistent('its head does not hold the hashes of its entries');
  return frontier;
}

async function treeOf(db: ReadDb, known: Known | undefined, proven: Frontier | undefined): Promise<Frontier> {
  if (!known) return emptyFrontier();
  if (proven?.size === known.size && sameBytes(rootOf(sha256, proven), known.root)) return proven;
  const frontier = await frontierAt(known.size, nodesOf(db));
  requireRoot(known, frontier);
  return frontier;
}

/** Throws `log_inconsistent` where the first entries, all of which make this tree, are not those of a known state. */
export function requireRoot({ size, root, words }: Known, tree: Frontier): void {
  if (!sameBytes(rootOf(sha256, tree), root))
    throw inconsistent(`its first ${size} entries are not those that ${words} signed`);
}

/** The entry with which tags began, if it is one of the first `size`; it must be genuine. */
async function begunBefore(db: ReadDb, size: number, tagOf: TagOf): Promise<number | undefined> {
  const row = await firstBegun(db);
  if (row === undefined || row.idx >= size) return undefined;
  const header = decodeHeader(row.header);
  if (row.tag === tagOf(row.header) && header?.i === row.idx && header.a === tagsBegun) return row.idx;
  throw inconsistent(`entry ${row.idx}, with which tags begin, was not written by Keybook`);
}

/** The first entry that says that tags begin. */
export function firstBegun(db: ReadDb): Promise<{ idx: number; header: string; tag: string | null } | undefined> {
  return db
    .selectFrom('audit_entry')
    .select(['idx', 'header', 'tag'])
    .where('action', '=', tagsBegun)
    .orderBy('idx')
    .limit(1)
    .executeTakeFirst();
}

/** The next entries; content only of one with which tags begin, which states something, and of what is asked for. */
function entriesFrom(db: ReadDb, from: number, to: number, contentOf: readonly string[]): Promise<TaggedRow[]> {
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', (join) =>
      join.onRef('p.idx', '=', 'e.idx').on('e.action', 'in', [tagsBegun, ...contentOf]),
    )
    .select(['e.idx', 'e.action', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where('e.idx', '>=', from)
    .where('e.idx', '<', to)
    .orderBy('e.idx')
    .limit(page)
    .execute();
}
