import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { type AuditHeader, committedBody, decodeHeader, type StoredContent } from '../../domain/audit/entry.ts';
import type { TagOf } from '../../domain/audit/tag-checks.ts';
import type { App } from '../context.ts';
import { firstBegun } from './prove-growth.ts';
import { sha256 } from './sha256.ts';

export type Log = { db: ReadDb; app: App };

/** An active assignment on a unit. */
export type OnUnit = { id: string; key_id: string; equipment_id: string };

type Entry = { idx: number; action: string; key_id: string | null; equipment_id: string | null };
type Signed = Entry & { header: string; tag: string | null };

/**
 * The ids of those assignments that the log does not tell of: the newest entry about the assignment must be genuine and
 * say that the key was applied to this unit. No seal covers these rows, so that whoever writes the database can make one.
 * An entry without its content tells nothing, and hides what came before: content goes with its key alone, but whoever
 * writes the database can erase any.
 */
export async function untoldAssignments(log: Log, rows: readonly OnUnit[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const read = await genuineReader(log);
  const entries = Map.groupBy(await appliedAndRemoved(log, rows), (entry) => `${entry.key_id} ${entry.equipment_id}`);
  const isTold = ({ id, key_id, equipment_id }: OnUnit): boolean => {
    for (const entry of entries.get(`${key_id} ${equipment_id}`) ?? []) {
      const header = read(entry);
      if (!header) return false;
      const named = isDeletion(header) ? header.s.slice('assignment:'.length) : assignmentNamed(header, entry);
      if (named === undefined) return false;
      if (named === id) return header.a === 'key.applied';
    }
    return false;
  };
  return new Set(rows.filter((row) => !isTold(row)).map(({ id }) => id));
}

/** Of a key that came and went a thousand times on a unit, so many entries are read. The last one is of the assignment there is. */
const lastOnes = 4;

/** The newest first. By their units: of one key there may be a million. */
function appliedAndRemoved({ db, app }: Log, rows: readonly OnUnit[]) {
  const { isInList, listOf } = app.database.fragments;
  const units = [...new Set(rows.map((row) => row.equipment_id))];
  const places = db
    .selectFrom('audit_entry as e')
    .select('e.idx')
    .select(sql<number>`row_number() over (partition by e.equipment_id, e.key_id order by e.idx desc)`.as('place'))
    .where(isInList('e.equipment_id', listOf(units)))
    .where(isOneOf('e.action', ['key.applied', 'key.removed', 'assignment.deleted']));
  return db
    .selectFrom(places.as('last'))
    .innerJoin('audit_entry as e', 'e.idx', 'last.idx')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where('last.place', '<=', lastOnes)
    .orderBy('e.idx', 'desc')
    .execute();
}

/** Its subject is the assignment, whatever became of its content. */
const isDeletion = ({ a }: AuditHeader): boolean => a === 'assignment.deleted';

/** The assignment an entry names; undefined where it tells nothing. */
function assignmentNamed(header: AuditHeader, content: StoredContent) {
  const body = committedBody(sha256, header, content);
  if (body === undefined) return undefined;
  // As appendEntries wrote it: an object.
  const { assignment } = JSON.parse(body) as { assignment?: unknown };
  return assignment;
}

/** Spelled so that no engine takes the index of actions, which finds the entries of everything. */
function isOneOf(column: string, actions: readonly AuditAction[]) {
  return sql<SqlBool>`(${sql.ref(column)} || '') in (${sql.join([...actions])})`;
}

/** Reads a header that this installation wrote and whose columns say the same. */
export async function genuineReader(log: Log): Promise<(entry: Signed) => AuditHeader | undefined> {
  const read = readerFrom(await firstTaggedOf(log), log.app.vault.tag);
  return (entry) => {
    const header = read(entry);
    const isSame = header?.a === entry.action && header.k === entry.key_id && header.e === entry.equipment_id;
    return isSame ? header : undefined;
  };
}

/** Reads a header that this installation wrote for that place, whatever its columns say. */
export type ReadHeader = (entry: Pick<Signed, 'idx' | 'header' | 'tag'>) => AuditHeader | undefined;

/** An entry without a tag must be of before tags. */
export function readerFrom(firstTagged: number, tagOf: TagOf): ReadHeader {
  return ({ idx, header: text, tag }) => {
    if (tag === null ? idx >= firstTagged : tag !== tagOf(text)) return undefined;
    const header = decodeHeader(text);
    return header?.i === idx ? header : undefined;
  };
}

/** Where tags begin, which is asked once a process; 0 where no genuine entry says so: then all must have one. */
export async function firstTaggedOf({ db, app: { vault, signing } }: Log): Promise<number> {
  if (signing.tagsFrom !== undefined) return signing.tagsFrom;
  const begun = await firstBegun(db);
  if (begun === undefined || begun.tag !== vault.tag(begun.header) || decodeHeader(begun.header)?.i !== begun.idx)
    return 0;
  signing.tagsFrom = begun.idx;
  return begun.idx;
}
