import type { ReadDb } from '../../db/open.ts';
import { othersTurn } from '../../db/others-turn.ts';
import { type AuditHeader, committedBody, parseJson } from '../../domain/audit/entry.ts';
import { renewalAt } from './named-before-tags.ts';
import { sha256 } from './sha256.ts';
import { inconsistent } from './signing.ts';
import { firstTaggedOf, type Log, readerFrom } from './told-by-log.ts';

const atOnce = 1000;

/**
 * What was stated since tags began, by the names of the records. Each entry is read in its place: whoever writes the
 * database can hide one from every query that looks for it, and none from this. Throws `log_inconsistent` where one is
 * missing or not as it was written.
 */
export async function statedAlready({ db, app }: Log): Promise<ReadonlySet<string>> {
  const stated = new Set<string>();
  const firstTagged = await firstTaggedOf({ db, app });
  const read = readerFrom(firstTagged, app.vault.tag);
  const turn = othersTurn(1);
  for (let next = firstTagged; ; await turn()) {
    const rows = await db
      .selectFrom('audit_entry as e')
      .select(['e.idx', 'e.header', 'e.tag'])
      .where('e.idx', '>=', next)
      .orderBy('e.idx')
      .limit(atOnce)
      .execute();
    for (const row of rows) {
      const header = row.idx === next ? read(row) : undefined;
      if (!header) throw inconsistent(`entry ${next} is not as it was written`);
      next += 1;
      if (header.a !== 'facts.stated') continue;
      stated.add(header.s);
      if (header.s.startsWith('renewal:')) stated.add(renewalAt(header.k, await renewedAt(db, header)));
    }
    if (rows.length < atOnce) return stated;
  }
}

/** When a renewal was made that an entry states. */
async function renewedAt(db: ReadDb, header: AuditHeader): Promise<unknown> {
  const stored = await db
    .selectFrom('audit_payload')
    .select(['salt', 'body'])
    .where('idx', '=', header.i)
    .executeTakeFirst();
  const body = stored && committedBody(sha256, header, stored);
  // As appendEntries wrote it: an object.
  return body === undefined ? undefined : (parseJson(body) as { renewedAt?: unknown }).renewedAt;
}
