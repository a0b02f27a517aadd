import { sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { customerNamings } from '../../domain/audit/actions.ts';
import { committedBody, parseJson } from '../../domain/audit/entry.ts';
import { foldText } from '../../domain/fold.ts';
import type { App } from '../context.ts';
import type { LogMemory } from './log-memory.ts';
import { sha256 } from './sha256.ts';
import { genuineReader } from './told-by-log.ts';

type Log = { db: ReadDb; app: App };
export type Named = { id: string; name: string; name_f: string };

/**
 * The ids of those customers whose name is another than the newest entry that made or changed each says, or where Keybook
 * did not write that entry, or where there is none: each has had one since it was made. No seal covers their rows, and a
 * name decides whose a new record is, wherever it is found by that.
 */
export async function untoldCustomers(log: Log, rows: readonly Named[]): Promise<Set<string>> {
  const told = await namesTold(
    log,
    rows.map(({ id }) => id),
  );
  const isTold = ({ id, name, name_f }: Named) => told.get(id) === name && name_f === foldText(name);
  return new Set(rows.filter((row) => !isTold(row)).map(({ id }) => id));
}

/**
 * Another customer than these that the log calls so, in any spelling that folds to it, and that is not deleted: whoever
 * writes the database may give its row another name for a while, so that it is not met. Goes by what the server remembers,
 * as of the last request that asked who it was, and asks the log itself before it says so.
 */
export async function otherCalled(
  log: Log,
  name: string,
  { memory = log.app.signing.memory, except }: { memory?: Pick<LogMemory, 'named'>; except: ReadonlySet<string> },
): Promise<string | undefined> {
  const folded = foldText(name);
  const others: string[] = [];
  // Every new name is compared with all there are: nothing is made of those that differ.
  for (const [id, named] of memory.named) if (named.folded === folded && !except.has(id)) others.push(id);
  if (others.length === 0) return undefined;
  const told = await namesTold(log, others);
  return others.find((id) => {
    const now = told.get(id);
    // One whose newest entry cannot be read may be called so still.
    return now === undefined || (now !== null && foldText(now) === folded);
  });
}

/** What the newest entry calls each customer, null where it was deleted; nothing where no genuine entry says. */
async function namesTold(log: Log, ids: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  if (ids.length === 0) return new Map();
  const { memory } = log.app.signing;
  const read = await genuineReader(log);
  return new Map(
    (await newestNamings(log, ids)).flatMap((entry): [string, string | null][] => {
      const header = read(entry);
      // An entry that is hidden from the query is remembered.
      if (header?.s !== entry.subject || entry.idx < (memory.changed.get(entry.subject) ?? -1)) return [];
      const id = entry.subject.slice('customer:'.length);
      if (header.a === 'customer.deleted') return [[id, null]];
      const content = committedBody(sha256, header, entry);
      const name = content === undefined ? undefined : nameIn(content);
      return name === undefined ? [] : [[id, name]];
    }),
  );
}

function newestNamings({ db, app }: Log, ids: readonly string[]) {
  const { isInList, listOf } = app.database.fragments;
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.subject', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where('e.idx', 'in', (from) =>
      from
        .selectFrom('audit_entry as m')
        .select(sql<number>`max(m.idx)`.as('idx'))
        .where(isInList('m.subject', listOf(ids.map((id) => `customer:${id}`))))
        // The condition of the index that finds them.
        .where('m.key_id', 'is', null)
        .where('m.equipment_id', 'is', null)
        .where('m.action', 'in', [...customerNamings, 'customer.deleted'])
        .groupBy('m.subject'),
    )
    .execute();
}

function nameIn(content: string): string | undefined {
  // As appendEntries wrote it: an object. Both entries give the name, changed or not.
  const { name } = parseJson(content) as { name?: unknown };
  return typeof name === 'string' ? name : undefined;
}
