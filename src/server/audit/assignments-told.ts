import { type SqlBool, sql } from 'kysely';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { type AuditHeader, committedBody, type StoredContent } from '../../domain/audit/entry.ts';
import { toldOwners } from './records-told.ts';
import { sha256 } from './sha256.ts';
import { firstTaggedOf, genuineReader, type Log } from './told-by-log.ts';

/** An active assignment on a unit. */
export type OnUnit = { id: string; key_id: string; equipment_id: string };
/** An active assignment, on a unit or of a person, and whose it is. */
export type Assigned = { id: string; key_id: string; equipment_id: string | null; customer_id: string };

/**
 * The ids of those active assignments that the log does not tell of, or that are another customer's than it says: on a
 * unit the unit's (P2), without one that of the entry by which the key was applied.
 */
export async function untoldAssignments(log: Log, rows: readonly Assigned[]): Promise<Set<string>> {
  const onUnits = rows.filter((row): row is Assigned & OnUnit => row.equipment_id !== null);
  const units = [...new Set(onUnits.map(({ equipment_id }) => equipment_id))];
  const isOwner = await toldOwners(log, 'equipment', units);
  const elsewhere = onUnits.filter(({ equipment_id: id, customer_id }) => !isOwner({ id, customer_id }));
  return new Set([
    ...(await untoldOnUnits(log, onUnits)),
    ...elsewhere.map(({ id }) => id),
    ...(await untoldOfPersons(
      log,
      rows.filter((row) => row.equipment_id === null),
    )),
  ]);
}

/**
 * The ids of those assignments on units that the log does not tell of: the newest entry about the assignment must be genuine and
 * say that the key was applied to this unit. No seal covers these rows, so that whoever writes the database can make one.
 * An entry without its content tells nothing, and hides what came before: content goes with its key alone, but whoever
 * writes the database can erase any.
 */
export async function untoldOnUnits(log: Log, rows: readonly OnUnit[]): Promise<Set<string>> {
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

/**
 * The same of those without a unit. Of a key that very many people have, their entries are all read: only these name the
 * assignment, in their content.
 */
async function untoldOfPersons(log: Log, rows: readonly Assigned[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const read = await genuineReader(log);
  const entries = await entriesOfPersons(log, rows);
  const told = await Promise.all(rows.map((row) => isPersonTold(log, row, saidOf(row, entries, read))));
  return new Set(rows.filter((_, i) => !told[i]).map(({ id }) => id));
}

type PersonEntry = Awaited<ReturnType<typeof entriesOfPersons>>[number];
type Said = { entry: PersonEntry; header: AuditHeader | undefined; content: Content | undefined };
type Content = { assignment?: unknown; changes?: { equipmentId?: { new?: unknown } } };

/** What was said of an assignment, the newest first. What has no content may be about it. */
function saidOf(
  { id, key_id }: Assigned,
  entries: readonly PersonEntry[],
  read: Awaited<ReturnType<typeof genuineReader>>,
): Said[] {
  return entries.flatMap((entry) => {
    if (entry.key_id !== key_id) return [];
    const header = read(entry);
    const body = header && committedBody(sha256, header, entry);
    // As appendEntries wrote it: an object.
    const content = body === undefined ? undefined : (JSON.parse(body) as Content);
    const isAbout = header?.s === `assignment:${id}` || content === undefined || content.assignment === id;
    return isAbout ? [{ entry, header, content }] : [];
  });
}

async function isPersonTold(log: Log, row: Assigned, said: readonly Said[]): Promise<boolean> {
  // Its unit was found missing, and it stayed with its person.
  let left: AuditHeader | undefined;
  for (const { entry, header, content } of said) {
    if (!header || !content) return false;
    if (header.a === 'key.applied') {
      if (header.e !== null && !left) return false;
      const owner = (left ?? header).o;
      return owner === row.customer_id || (entry.tag === null && (await hadOwner(log, row)));
    }
    if (header.a !== 'assignment.updated') return false;
    if (content.changes?.equipmentId?.new === null) left ??= header;
  }
  return false;
}

/** Whether it is of before there were tags, and the customer is the one its key had then: assignments had none of their own. */
async function hadOwner({ db, app }: Log, { key_id, customer_id }: Assigned): Promise<boolean> {
  const row = await db
    .selectFrom('audit_entry as e')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag'])
    .where('e.key_id', '=', key_id)
    .where(sql<SqlBool>`(e.action || '') in ('key.created', 'key.updated')`)
    .where('e.idx', '<', await firstTaggedOf({ db, app }))
    .orderBy('e.idx', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined && (await genuineReader({ db, app }))(row)?.o === customer_id;
}

const opening = '"assignment":"';

function entriesOfPersons({ db, app }: Log, rows: readonly Assigned[]) {
  const { isInList, listOf, textBehind } = app.database.fragments;
  const ids = rows.map(({ id }) => id);
  return db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where(isInList('e.key_id', listOf([...new Set(rows.map(({ key_id }) => key_id))])))
    .where(isOneOf('e.action', ['key.applied', 'key.removed', 'assignment.updated', 'assignment.deleted']))
    .where((eb) =>
      eb.or([
        eb('p.idx', 'is', null),
        isInList('e.subject', listOf(ids.map((id) => `assignment:${id}`))),
        isInList(textBehind(sql.ref('p.body'), opening, 36), listOf(ids)),
      ]),
    )
    .orderBy('e.idx', 'desc')
    .execute();
}

/** Spelled so that no engine takes the index of actions, which finds the entries of everything. */
function isOneOf(column: string, actions: readonly AuditAction[]) {
  return sql<SqlBool>`(${sql.ref(column)} || '') in (${sql.join([...actions])})`;
}
