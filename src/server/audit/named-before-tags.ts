import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { type Dialect, statement } from '../../db/statement.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { type AuditHeader, committedBody, parseJson, type StoredContent } from '../../domain/audit/entry.ts';
import { type StatedKind, statedBy, statedTables } from '../../domain/audit/stated-facts.ts';
import { systemUserId } from '../people/system-actor.ts';
import { type OnUnit, untoldOnUnits } from './assignments-told.ts';
import { type Named, untoldCustomers } from './customers-told.ts';
import { type Owned, type OwnedKey, type Unit, untoldOwners, untoldRecords } from './records-told.ts';
import { sha256 } from './sha256.ts';
import { firstTaggedOf, genuineReader, type Log } from './told-by-log.ts';

/** A row of a record that has facts, as it is read; it may have been made up. */
export type StatedRow = Readonly<Record<string, unknown>> & { id: string };
type Content = Readonly<Record<string, unknown>>;
/** What an entry says about one record; the content where that names the record. */
type Said = { idx: number; header: AuditHeader; content: Content | undefined };

const makersOf = (kind: StatedKind): AuditAction[] => actionsThat('makes', kind);
const askedOf = (kind: StatedKind): AuditAction[] => [
  'facts.stated',
  ...makersOf(kind),
  ...actionsThat('deletes', kind),
  ...(kind === 'assignment' ? (['key.removed'] as const) : []),
];

function actionsThat(does: 'makes' | 'deletes', kind: StatedKind): AuditAction[] {
  // Object.keys forgets the names; the table has every action.
  return (Object.keys(statedBy) as AuditAction[]).filter((action) =>
    statedBy[action].some((one) => one.does === does && one.record === statedTables[kind] && !one.where),
  );
}

/**
 * Those rows of which an entry of before tags began tells the making, of which nothing is stated yet, and that are as the
 * log tells, as far as it does. Whoever writes the database makes rows and says that they have yet to be stated; what the
 * server then stated would be their word under its tag. In a log that began with tags there are none.
 */
export async function namedBeforeTags<Row extends StatedRow>(log: Log, kind: StatedKind, rows: Row[]): Promise<Row[]> {
  const firstTagged = await firstTaggedOf(log);
  if (firstTagged === 0 || rows.length === 0) return [];
  const said = await saidOf(log, kind, rows);
  const makers = new Set<string>(makersOf(kind));
  const ofBefore = rows.filter((row) => {
    const entries = namesOf(kind, row).flatMap((name) => said.get(name) ?? []);
    const made = entries.filter(({ header }) => makers.has(header.a));
    // It is stated already, or is no more.
    const isOver = entries.some(({ header: { a } }) => !makers.has(a) && a !== 'key.removed');
    if (isOver || made.some(({ idx }) => idx >= firstTagged)) return false;
    // The system itself is made without an entry of its own.
    if (made.length === 0) return kind === 'user' && row.id === systemUserId;
    if (kind === 'renewal') return made.some((entry) => isAsRenewed(row, entry));
    return kind !== 'assignment' || isAsApplied(row, entries);
  });
  const untold = await untoldOf(log, kind, ofBefore, said);
  return (kind === 'renewal' ? onceEach(ofBefore) : ofBefore).filter(({ id }) => !untold.has(id));
}

/** Whether it is the renewal that the entry recorded. */
function isAsRenewed(row: StatedRow, { header, content = {} }: Said): boolean {
  return (
    row.old_end === content.oldEnd &&
    row.new_end === content.newEnd &&
    row.reference === (content.reference ?? '') &&
    row.renewed_by === header.u
  );
}

/** Of several rows of one renewal the first: the others are somebody's copies. */
function onceEach<Row extends StatedRow>(rows: Row[]): Row[] {
  return [...Map.groupBy(rows, (row) => renewalAt(row.key_id, row.renewed_at)).values()].flatMap(
    ([first]) => first ?? [],
  );
}

/** Whether the key was applied so, and taken back if the row says so. */
function isAsApplied(row: StatedRow, entries: readonly Said[]): boolean {
  const isSame = entries.every(({ header: { k, e } }) => k === row.key_id && e === row.equipment_id);
  return isSame && entries.some(({ header }) => header.a === 'key.removed') === (row.removed_at !== null);
}

/** The ids of those rows that are not as the log tells: whose each is, and by what it is found. */
async function untoldOf(
  log: Log,
  kind: StatedKind,
  rows: readonly StatedRow[],
  said: ReadonlyMap<string, Said[]>,
): Promise<Set<string>> {
  // Each is a whole row of its table.
  if (kind === 'key') return untoldOwners(log, 'key', rows as readonly (StatedRow & OwnedKey)[]);
  if (kind === 'license') return untoldOwners(log, 'license', rows as readonly (StatedRow & Owned)[]);
  if (kind === 'customer') return untoldCustomers(log, rows as readonly (StatedRow & Named)[]);
  if (kind === 'equipment') {
    const untold = await untoldRecords(log, { equipment: rows as readonly (StatedRow & Unit)[] });
    return new Set(rows.flatMap(({ id }) => (untold.has(`equipment:${id}`) ? [id] : [])));
  }
  if (kind !== 'assignment') return new Set();
  const onUnit = rows.filter((row): row is StatedRow & OnUnit => row.removed_at === null && row.equipment_id !== null);
  // Its entries give it another customer only where its unit came to that one since.
  const moved = rows.filter((row) =>
    said.get(`assignment:${row.id}`)?.every(({ header }) => header.o !== row.customer_id),
  );
  const units = moved.map((row) => ({ id: String(row.equipment_id), customer_id: String(row.customer_id) }));
  const elsewhere = await untoldOwners(log, 'equipment', units);
  return new Set([
    ...(await untoldOnUnits(log, onUnit)),
    ...moved.flatMap(({ id, equipment_id }) => (elsewhere.has(String(equipment_id)) ? [id] : [])),
  ]);
}

/** By what entries name a record. Those of version 0.1.0 do not say which renewal they made. */
export function namesOf(kind: StatedKind, row: StatedRow): string[] {
  const name = `${kind}:${row.id}`;
  return kind === 'renewal' ? [name, renewalAt(row.key_id, row.renewed_at)] : [name];
}

/** What an entry of version 0.1.0 about a renewal names. */
export const renewalAt = (keyId: unknown, at: unknown): string => `renewal:${keyId} ${at}`;

/** What genuine entries say of the records that these rows are of, by what names them. */
async function saidOf(log: Log, kind: StatedKind, rows: readonly StatedRow[]): Promise<ReadonlyMap<string, Said[]>> {
  const { fragments } = log.app.database;
  const read = await genuineReader(log);
  const places = placesOf(kind, rows);
  const lists = {
    keys: fragments.listOf(places.keys),
    units: fragments.listOf(places.units),
    subjects: fragments.listOf(places.subjects),
    actions: fragments.listOf(askedOf(kind)),
  };
  const said = (await entriesAt({ db: log.db, fragments }, lists)).flatMap((entry) => {
    const header = read(entry);
    if (!header) return [];
    const content = contentOf(header, entry);
    return namesIn(header, content).map((name) => ({ idx: entry.idx, header, content, name }));
  });
  return Map.groupBy(said, ({ name }) => name);
}

/** Where entries of these records are found: of an assignment by its unit, as of one key there may be very many. */
function placesOf(kind: StatedKind, rows: readonly StatedRow[]): Record<'keys' | 'units' | 'subjects', string[]> {
  const none = { keys: [], units: [], subjects: [] };
  const ids = rows.map(({ id }) => id);
  const unique = (values: unknown[]) => [...new Set(values.map(String))];
  if (kind === 'key') return { ...none, keys: ids };
  if (kind === 'equipment') return { ...none, units: ids };
  if (kind !== 'assignment' && kind !== 'renewal') return { ...none, subjects: ids.map((id) => `${kind}:${id}`) };
  const onUnits = rows.filter((row) => typeof row.equipment_id === 'string');
  const others = rows.filter((row) => typeof row.equipment_id !== 'string');
  return {
    ...none,
    units: unique(onUnits.map((row) => row.equipment_id)),
    keys: unique(others.map((row) => row.key_id)),
  };
}

type Lists = Record<'keys' | 'units' | 'subjects' | 'actions', unknown>;

const entriesAt = statement(({ db, fragments }: Dialect<ReadDb>, { keys, units, subjects, actions }: Lists) => {
  // Spelled so that no engine takes the index of actions, which finds the entries of everything.
  const ofActions = db
    .selectFrom('audit_entry as m')
    .select('m.idx')
    .where(fragments.isInList(sql`(m.action || '')`, actions));
  const places = ofActions
    .where(fragments.isInList('m.key_id', keys))
    .unionAll(ofActions.where(fragments.isInList('m.equipment_id', units)))
    .unionAll(
      ofActions
        .where(fragments.isInList('m.subject', subjects))
        .where(sql<SqlBool>`m.key_id is null and m.equipment_id is null`),
    );
  return (
    db
      .selectFrom('audit_entry as e')
      // Only these name their record in the content.
      .leftJoin('audit_payload as p', (join) =>
        join.onRef('p.idx', '=', 'e.idx').on('e.action', 'in', Object.keys(named)),
      )
      .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
      .where('e.idx', 'in', places)
  );
});

/** What kind of record the content of these entries names. */
const named = {
  'key.applied': 'assignment',
  'key.removed': 'assignment',
  'key.renewed': 'renewal',
  'facts.stated': 'renewal',
} as const satisfies { [Action in AuditAction]?: StatedKind };
const namedIn: { readonly [action: string]: (typeof named)[keyof typeof named] | undefined } = named;

const isOfRenewal = ({ s }: AuditHeader) => s.startsWith('renewal:');

function contentOf(header: AuditHeader, stored: StoredContent): Content | undefined {
  const isNamedIn = header.a === 'facts.stated' ? isOfRenewal(header) : namedIn[header.a] !== undefined;
  const body = isNamedIn ? committedBody(sha256, header, stored) : undefined;
  // As appendEntries wrote it: an object.
  return body === undefined ? undefined : (parseJson(body) as Content);
}

/** What names the record that an entry is about. A renewal that was stated is the one of that key and moment. */
function namesIn(header: AuditHeader, content: Content = {}): string[] {
  const kind = namedIn[header.a];
  if (header.a === 'facts.stated' && isOfRenewal(header)) return [header.s, renewalAt(header.k, content.renewedAt)];
  if (header.a === 'facts.stated' || kind === undefined) return [header.s];
  const id = content[kind];
  if (typeof id === 'string') return [`${kind}:${id}`];
  return kind === 'renewal' ? [renewalAt(header.k, header.t)] : [];
}
