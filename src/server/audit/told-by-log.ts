import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { type Dialect, statement } from '../../db/statement.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { type AuditHeader, committedBody, decodeHeader, type StoredContent } from '../../domain/audit/entry.ts';
import type { App } from '../context.ts';
import { firstBegun } from './prove-growth.ts';
import { sha256 } from './sha256.ts';

type Log = { db: ReadDb; app: App };

/** An active assignment on a unit. */
export type OnUnit = { id: string; key_id: string; equipment_id: string };
/** A key or a unit, and the customer its row says it belongs to. */
export type Owned = { id: string; customer_id: string };

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
      const named = assignmentNamed(header, entry);
      if (named === undefined) return false;
      if (named === id) return header.a === 'key.applied';
    }
    return false;
  };
  return new Set(rows.filter((row) => !isTold(row)).map(({ id }) => id));
}

/** The newest first. By their units: of one key there may be a million. */
function appliedAndRemoved({ db, app }: Log, rows: readonly OnUnit[]) {
  const { isInList, listOf } = app.database.fragments;
  const units = [...new Set(rows.map((row) => row.equipment_id))];
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where(isInList('e.equipment_id', listOf(units)))
    .where(isOneOf('e.action', ['key.applied', 'key.removed']))
    .orderBy('e.idx', 'desc')
    .execute();
}

/** The assignment an entry names; undefined where it tells nothing. */
function assignmentNamed(header: AuditHeader, content: StoredContent) {
  const body = committedBody(sha256, header, content);
  if (body === undefined) return undefined;
  // As appendEntries wrote it: an object.
  const { assignment } = JSON.parse(body) as { assignment?: unknown };
  return assignment;
}

export type OwnedTable = 'key' | 'equipment';
/** The customer each key and unit belongs to, by `key:ID` and `equipment:ID`. */
type Owners = ReadonlyMap<string, string | null>;

/** As the indexes that find them spell it. */
const ownerActions = {
  key: sql<SqlBool>`(m.action || '') in ('key.created', 'key.updated')`,
  equipment: sql<SqlBool>`(m.action || '') in ('equipment.created', 'equipment.updated')`,
};

const newestOfOwners = statement(({ db, fragments }: Dialect<ReadDb>, lists: { key: unknown; equipment: unknown }) => {
  const newestOf = (column: 'key_id' | 'equipment_id', table: OwnedTable) =>
    db
      .selectFrom('audit_entry as m')
      .select(sql<number>`max(m.idx)`.as('idx'))
      .where(fragments.isInList(`m.${column}`, lists[table]))
      .where(ownerActions[table])
      .groupBy(`m.${column}`);
  return db
    .selectFrom('audit_entry as e')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag'])
    .where('e.idx', 'in', newestOf('key_id', 'key').unionAll(newestOf('equipment_id', 'equipment')));
});

/**
 * The customer that the newest entry about the owner of each key and unit says; null where Keybook did not write that entry,
 * and nothing where there is none: each has had one since it was made, so somebody made it up, or hides that entry. The
 * server itself remembers where keys and units went, as of the last request that asked who it was.
 */
export async function ownersTold(
  log: Log,
  asked: { key?: readonly string[]; equipment?: readonly string[] },
): Promise<Owners> {
  const { key = [], equipment = [] } = asked;
  const { database, signing } = log.app;
  const { fragments } = database;
  const read = await genuineReader(log);
  const lists = { key: fragments.listOf(key), equipment: fragments.listOf(equipment) };
  const told = new Map<string, { idx: number; customerId: string | null }>();
  for (const entry of await newestOfOwners({ db: log.db, fragments }, lists)) {
    const subject = entry.action.startsWith('key.') ? `key:${entry.key_id}` : `equipment:${entry.equipment_id}`;
    told.set(subject, { idx: entry.idx, customerId: read(entry)?.o ?? null });
  }
  for (const subject of [...key.map((id) => `key:${id}`), ...equipment.map((id) => `equipment:${id}`)]) {
    const last = signing.memory.moved.get(subject);
    if (last && last.idx > (told.get(subject)?.idx ?? -1)) told.set(subject, last);
  }
  return new Map([...told].map(([subject, { customerId }]) => [subject, customerId]));
}

/** The ids of those keys or units of which no genuine entry, or another than their newest, says the customer of their row. */
export async function untoldOwners(log: Log, table: OwnedTable, rows: readonly Owned[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const told = await ownersTold(log, { [table]: rows.map(({ id }) => id) });
  return new Set(rows.filter(({ id, customer_id }) => told.get(`${table}:${id}`) !== customer_id).map(({ id }) => id));
}

/** Spelled so that no engine takes the index of actions, which finds the entries of everything. */
function isOneOf(column: string, actions: readonly AuditAction[]) {
  return sql<SqlBool>`(${sql.ref(column)} || '') in (${sql.join([...actions])})`;
}

/** Reads a header that this installation wrote and whose columns say the same. One without a tag must be of before tags. */
export async function genuineReader(log: Log): Promise<(entry: Signed) => AuditHeader | undefined> {
  const { vault } = log.app;
  const firstTagged = await firstTaggedOf(log);
  return ({ idx, action, key_id, equipment_id, header: text, tag }) => {
    if (tag === null ? idx >= firstTagged : tag !== vault.tag(text)) return undefined;
    const header = decodeHeader(text);
    const isSame = header?.i === idx && header.a === action && header.k === key_id && header.e === equipment_id;
    return isSame ? header : undefined;
  };
}

/** Where tags begin, which is asked once a process; 0 where no genuine entry says so: then all must have one. */
async function firstTaggedOf({ db, app: { vault, signing } }: Log): Promise<number> {
  if (signing.tagsFrom !== undefined) return signing.tagsFrom;
  const begun = await firstBegun(db);
  if (begun === undefined || begun.tag !== vault.tag(begun.header) || decodeHeader(begun.header)?.i !== begun.idx)
    return 0;
  signing.tagsFrom = begun.idx;
  return begun.idx;
}
