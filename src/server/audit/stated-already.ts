import { othersTurn } from '../../db/others-turn.ts';
import { committedBody, parseJson } from '../../domain/audit/entry.ts';
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
      .leftJoin('audit_payload as p', (join) => join.onRef('p.idx', '=', 'e.idx').on('e.subject', 'like', 'renewal:%'))
      .select(['e.idx', 'e.header', 'e.tag', 'p.salt', 'p.body'])
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
      const body = header.s.startsWith('renewal:') ? committedBody(sha256, header, row) : undefined;
      // As appendEntries wrote it: an object.
      if (body !== undefined) stated.add(renewalAt(header.k, (parseJson(body) as { renewedAt?: unknown }).renewedAt));
    }
    if (rows.length < atOnce) return stated;
  }
}
