import { sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { customerNamings } from '../../domain/audit/actions.ts';
import { committedBody, parseJson } from '../../domain/audit/entry.ts';
import { foldText } from '../../domain/fold.ts';
import type { App } from '../context.ts';
import { sha256 } from './sha256.ts';
import { genuineReader } from './told-by-log.ts';

type Named = { id: string; name_f: string };

/**
 * The ids of those customers whose name is another than the newest entry that made or changed each says, or where Keybook
 * did not write that entry. No seal covers their rows, and a name decides whose a new record is, wherever it is found by
 * that. Each has an entry since it was made: where there is none, somebody took it out of the log, which is what the log is
 * verified for.
 */
export async function untoldCustomers(
  { db, app }: { db: ReadDb; app: App },
  rows: readonly Named[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { isInList, listOf } = app.database.fragments;
  const read = await genuineReader({ db, app });
  const entries = await db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.subject', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where('e.idx', 'in', (from) =>
      from
        .selectFrom('audit_entry as m')
        .select(sql<number>`max(m.idx)`.as('idx'))
        .where(isInList('m.subject', listOf(rows.map(({ id }) => `customer:${id}`))))
        // The condition of the index that finds them.
        .where('m.key_id', 'is', null)
        .where('m.equipment_id', 'is', null)
        .where('m.action', 'in', [...customerNamings])
        .groupBy('m.subject'),
    )
    .execute();
  const told = new Map(
    entries.map((entry) => {
      const header = read(entry);
      const content = header?.s === entry.subject ? committedBody(sha256, header, entry) : undefined;
      // An entry that is hidden from the query is remembered.
      const isNewest = entry.idx >= (app.signing.memory.changed.get(entry.subject) ?? -1);
      return [entry.subject, isNewest && content ? nameIn(content) : undefined];
    }),
  );
  const isOther = ({ id, name_f }: Named) => {
    const subject = `customer:${id}`;
    const hasEntry = told.has(subject) || app.signing.memory.changed.has(subject);
    return hasEntry && told.get(subject) !== name_f;
  };
  return new Set(rows.filter(isOther).map(({ id }) => id));
}

function nameIn(content: string): string | undefined {
  // As appendEntries wrote it: an object. Both entries give the name, changed or not.
  const { name } = parseJson(content) as { name?: unknown };
  return typeof name === 'string' ? foldText(name) : undefined;
}
