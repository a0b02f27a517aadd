import { sql } from 'kysely';
import type { Engine } from '../../db/engine.ts';
import { reading, type WriteDb } from '../../db/open.ts';
import { withEntriesUnguarded } from '../../db/unguarded.ts';
import { encodeBase64Url } from '../../domain/audit/base64.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import { appendLeaf, emptyFrontier, leafHash, rootOf } from '../../domain/audit/tree.ts';
import type { JudgedLog } from './believe-untagged.ts';
import { sha256 } from './sha256.ts';
import { inconsistent } from './signing.ts';

type Retagging = { engine: Engine; judged: JudgedLog; before: TagOf; from: TagOf };

/** Entries of one statement. */
const page = 500;

/**
 * Gives the entries of a log that was just judged new tags, so that entries of another state of it, which had the same
 * ones, fit nowhere in it. In a transaction that makes the key of the new tags, under the log's head row. Refuses where
 * an entry has another tag than that of before, or the log is no longer the one that was judged. Entries of before tags
 * began stay without.
 */
export async function tagAnew(tx: WriteDb, { engine, judged, before, from }: Retagging): Promise<void> {
  await withEntriesUnguarded(tx, engine, async () => {
    let frontier = emptyFrontier();
    let begun = false;
    for (let rows = await entriesFrom(tx, 0); rows.length > 0; rows = await entriesFrom(tx, frontier.size)) {
      for (const { idx, header, tag } of rows) {
        begun ||= tag !== null;
        if (idx !== frontier.size || (begun && tag !== before(header)))
          throw inconsistent(`entry ${frontier.size} was not written by Keybook`);
        frontier = appendLeaf(sha256, frontier, leafHash(sha256, header));
      }
      await putTags(
        tx,
        rows.flatMap(({ idx, header, tag }) => (tag === null ? [] : [{ idx, tag: from(header) }])),
      );
    }
    if (frontier.size !== judged.size || encodeBase64Url(rootOf(sha256, frontier)) !== judged.root)
      throw inconsistent('it has changed while it was looked through');
  });
}

function entriesFrom(tx: WriteDb, from: number) {
  return reading(tx)
    .selectFrom('audit_entry')
    .select(['idx', 'header', 'tag'])
    .where('idx', '>=', from)
    .orderBy('idx')
    .limit(page)
    .execute();
}

async function putTags(tx: WriteDb, tags: { idx: number; tag: string }[]): Promise<void> {
  if (tags.length === 0) return;
  const values = sql.join(tags.map(({ idx, tag }) => sql`(${idx}, ${tag})`));
  await sql`update audit_entry set tag = v.column2 from (values ${values}) as v
    where audit_entry.idx = cast(v.column1 as integer)`.execute(tx);
}
