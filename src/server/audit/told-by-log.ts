import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
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

const ownerActions = {
  key: { column: 'key_id', actions: ['key.created', 'key.updated'] },
  equipment: { column: 'equipment_id', actions: ['equipment.created', 'equipment.updated'] },
} as const;

export type OwnedTable = keyof typeof ownerActions;

/**
 * The customer that the newest entry about the owner of each says; null where Keybook did not write that entry. Whoever
 * writes the database may hide an entry from the query: the server remembers where keys and units went, as of the last
 * request that asked who it was.
 */
export async function ownersTold(
  log: Log,
  table: OwnedTable,
  ids: string[],
): Promise<Map<string | null, string | null>> {
  const { column, actions } = ownerActions[table];
  const { isInList, listOf } = log.app.database.fragments;
  const read = await genuineReader(log);
  const newest = await log.db
    .selectFrom('audit_entry as e')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag'])
    .where('e.idx', 'in', (from) =>
      from
        .selectFrom('audit_entry as m')
        .select(sql<number>`max(m.idx)`.as('idx'))
        .where(isInList(`m.${column}`, listOf(ids)))
        .where(isOneOf('m.action', actions))
        .groupBy(`m.${column}`),
    )
    .execute();
  const told = new Map(newest.map((entry) => [entry[column], { idx: entry.idx, customerId: read(entry)?.o ?? null }]));
  const { moved } = log.app.signing.memory;
  for (const id of ids) {
    const last = moved.get(`${table}:${id}`);
    if (last && last.idx > (told.get(id)?.idx ?? -1)) told.set(id, last);
  }
  return new Map([...told].map(([id, { customerId }]) => [id, customerId]));
}

/**
 * The ids of those keys or units whose customer is another than their newest entry says. Each has an entry since it was
 * made: where there is none, somebody took it out of the log, which is what the log is verified for.
 */
export async function untoldOwners(log: Log, table: OwnedTable, rows: readonly Owned[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const ids = rows.map(({ id }) => id);
  const told = await ownersTold(log, table, ids);
  return new Set(
    rows.filter(({ id, customer_id }) => told.has(id) && told.get(id) !== customer_id).map(({ id }) => id),
  );
}

/** Spelled so that no engine takes the index of actions, which finds the entries of everything. */
function isOneOf(column: string, actions: readonly AuditAction[]) {
  return sql<SqlBool>`(${sql.ref(column)} || '') in (${sql.join([...actions])})`;
}

/** Reads a header that this installation wrote and whose columns say the same. One without a tag must be of before tags. */
export async function genuineReader({ db, app: { vault } }: Log): Promise<(entry: Signed) => AuditHeader | undefined> {
  const begun = await firstBegun(db);
  const from = begun && begun.tag === vault.tag(begun.header) && decodeHeader(begun.header)?.i === begun.idx;
  const firstTagged = from ? begun.idx : 0;
  return ({ idx, action, key_id, equipment_id, header: text, tag }) => {
    if (tag === null ? idx >= firstTagged : tag !== vault.tag(text)) return undefined;
    const header = decodeHeader(text);
    const isSame = header?.i === idx && header.a === action && header.k === key_id && header.e === equipment_id;
    return isSame ? header : undefined;
  };
}
