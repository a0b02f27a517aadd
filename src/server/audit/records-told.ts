import { type SqlBool, sql } from 'kysely';
import type { ReadDb } from '../../db/open.ts';
import { type Dialect, statement } from '../../db/statement.ts';
import type { EquipmentTable } from '../../db/tables.ts';
import { type AuditHeader, committedBody, parseJson, type StoredContent } from '../../domain/audit/entry.ts';
import { foldText } from '../../domain/fold.ts';
import { foldedMark } from '../equipment/equipment-record.ts';
import { sha256 } from './sha256.ts';
import { genuineReader, type Log } from './told-by-log.ts';
import { type Marks, rememberUnit, type UnitTold } from './unit-told.ts';

export type OwnedTable = 'key' | 'equipment';
/** A key or a unit, and the customer its row says it belongs to. */
export type Owned = { id: string; customer_id: string };

/** The columns by which a unit is somebody's, and is found. */
export const unitColumns = [
  'id',
  'customer_id',
  'name',
  'name_f',
  'serial_number',
  'serial_f',
  'asset_tag',
  'asset_tag_f',
] as const satisfies (keyof EquipmentTable)[];
export type Unit = Owned & Pick<EquipmentTable, Exclude<(typeof unitColumns)[number], keyof Owned>>;

/** As the indexes that find them spell it. */
const ownerActions = {
  key: sql<SqlBool>`(m.action || '') in ('key.created', 'key.updated')`,
  equipment: sql<SqlBool>`(m.action || '') in ('equipment.created', 'equipment.updated')`,
};
const columns = { key: 'key_id', equipment: 'equipment_id' } as const;

type Lists = { key: unknown; equipment: unknown };
type Finding = Dialect<ReadDb>;

const entriesOf = ({ db, fragments }: Finding, table: OwnedTable, lists: Lists) =>
  db
    .selectFrom('audit_entry as m')
    .where(fragments.isInList(`m.${columns[table]}`, lists[table]))
    .where(ownerActions[table]);
const newestOf = (on: Finding, table: OwnedTable, lists: Lists) =>
  entriesOf(on, table, lists).select(sql<number>`max(m.idx)`.as('idx')).groupBy(`m.${columns[table]}`);
const headers = ({ db }: Finding) =>
  db
    .selectFrom('audit_entry as e')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag'])
    .orderBy('e.idx');

const newestEntries = statement((on: Finding, lists: Lists) =>
  headers(on).where('e.idx', 'in', newestOf(on, 'key', lists).unionAll(newestOf(on, 'equipment', lists))),
);
/** The newest of keys, and of units all after `since` with their content, which tells what each is found by. */
const tellingEntries = statement((on: Finding, lists: Lists & { since: number }) =>
  headers(on)
    .leftJoin('audit_payload as p', (join) => join.onRef('p.idx', '=', 'e.idx').on('e.equipment_id', 'is not', null))
    .select(['p.salt', 'p.body'])
    .where(
      'e.idx',
      'in',
      newestOf(on, 'key', lists).unionAll(
        entriesOf(on, 'equipment', lists).select('m.idx').where('m.idx', '>', lists.since),
      ),
    ),
);

const subjectOf = ({
  action,
  key_id,
  equipment_id,
}: { action: string } & Record<'key_id' | 'equipment_id', unknown>) =>
  action.startsWith('key.') ? `key:${key_id}` : `equipment:${equipment_id}`;

const isOwnedBy = (app: Log['app'], subject: string, newest: Told | undefined, customerId: string): boolean => {
  const moved = app.signing.memory.moved.get(subject);
  // The server itself remembers where keys and units went, as of the last request that asked who it was.
  const last = moved && moved.idx > (newest?.idx ?? -1) ? moved : newest;
  return last?.customerId === customerId;
};
type Told = { idx: number; customerId: string | null };

/**
 * The ids of those keys or units whose customer is another than the newest entry about it says, or where Keybook did not
 * write that entry. Each has had one since it was made: where there is none, somebody made the row up, or hides the entry.
 */
export async function untoldOwners(log: Log, table: OwnedTable, rows: readonly Owned[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const { fragments } = log.app.database;
  const lists = { key: fragments.listOf([]), equipment: fragments.listOf([]) };
  const read = await genuineReader(log);
  const asked = { ...lists, [table]: fragments.listOf(rows.map(({ id }) => id)) };
  const told = new Map<string, Told>();
  for (const entry of await newestEntries({ db: log.db, fragments }, asked))
    told.set(subjectOf(entry), { idx: entry.idx, customerId: read(entry)?.o ?? null });
  const isTold = ({ id, customer_id }: Owned) =>
    isOwnedBy(log.app, `${table}:${id}`, told.get(`${table}:${id}`), customer_id);
  return new Set(rows.filter((row) => !isTold(row)).map(({ id }) => id));
}

/**
 * Of keys and units those that are not as the log tells, as `key:ID` and `equipment:ID`: whose each is, and of a unit also
 * name, serial number and asset tag, by which it is found.
 */
export async function untoldRecords(
  log: Log,
  { key = [], equipment = [] }: { key?: readonly Owned[]; equipment?: readonly Unit[] },
): Promise<Set<string>> {
  if (key.length + equipment.length === 0) return new Set();
  const { app, db } = log;
  const { fragments } = app.database;
  const { units, memory } = app.signing;
  const listOf = (rows: readonly Owned[]) => fragments.listOf(rows.map(({ id }) => id));
  const read = await genuineReader(log);
  const idxs = equipment.map(({ id }) => units.get(`equipment:${id}`)?.idx ?? -1);
  const since = idxs.reduce((least, idx) => Math.min(least, idx), Number.POSITIVE_INFINITY);
  const asked = { key: listOf(key), equipment: listOf(equipment), since: Number.isFinite(since) ? since : -1 };
  const found = await tellingEntries({ db, fragments }, asked);
  const entries = Map.groupBy(
    found.map((entry) => ({ ...entry, genuine: read(entry) })),
    subjectOf,
  );
  const isKeyTold = ({ id, customer_id }: Owned): boolean => {
    const newest = entries.get(`key:${id}`)?.at(-1);
    return isOwnedBy(app, `key:${id}`, newest && { ...newest, customerId: newest.genuine?.o ?? null }, customer_id);
  };
  const isUnitTold = (unit: Unit): boolean => {
    const subject = `equipment:${unit.id}`;
    const told = unitTold(app, subject, entries.get(subject) ?? []);
    const isNewest = told !== undefined && told.idx >= (memory.changed.get(subject) ?? -1);
    return isNewest && isOwnedBy(app, subject, told, unit.customer_id) && hasMarks(unit, told.marks);
  };
  return new Set([
    ...key.filter((row) => !isKeyTold(row)).map(({ id }) => `key:${id}`),
    ...equipment.filter((row) => !isUnitTold(row)).map(({ id }) => `equipment:${id}`),
  ]);
}

type Telling = StoredContent & { idx: number; genuine: AuditHeader | undefined };

/**
 * What the entries of a unit tell, on from what was read of them before: a unit may have very many. Entries that are not
 * known to be committed are not remembered.
 */
function unitTold({ signing }: Log['app'], subject: string, entries: readonly Telling[]): UnitTold | undefined {
  const committed = Math.max(signing.read.size, signing.written?.size ?? 0);
  let told = signing.units.get(subject);
  for (const entry of entries) {
    if (entry.idx <= (told?.idx ?? -1)) continue;
    told = { idx: entry.idx, customerId: entry.genuine?.o ?? null, marks: marksAfter(told?.marks, entry) };
    if (told.marks && told.idx < committed) rememberUnit(signing.units, subject, told);
  }
  return told;
}

/** What a unit is found by after an entry; undefined where that tells nothing. */
function marksAfter(marks: Marks | undefined, { genuine, ...content }: Telling): Marks | undefined {
  const body = genuine && committedBody(sha256, genuine, content);
  if (body === undefined) return undefined;
  // As appendEntries wrote it: an object.
  const said = parseJson(body) as Record<string, unknown>;
  if (genuine?.a === 'equipment.created')
    return { name: textOf(said.name), serialNumber: textOf(said.serialNumber), assetTag: textOf(said.assetTag) };
  return marks && afterChanges(marks, said.changes);
}

function afterChanges(marks: Marks, changes: unknown): Marks {
  // By field, old and new.
  const said = (changes ?? {}) as Record<string, { new?: unknown } | undefined>;
  const after = (name: keyof Marks) => (said[name] === undefined ? marks[name] : textOf(said[name].new));
  return { name: after('name'), serialNumber: after('serialNumber'), assetTag: after('assetTag') };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function hasMarks(unit: Unit, told: Marks | undefined): boolean {
  if (!told) return false;
  const { name, serialNumber, assetTag } = told;
  return (
    unit.name === name &&
    unit.name_f === foldText(name) &&
    unit.serial_number === serialNumber &&
    unit.serial_f === foldedMark(serialNumber) &&
    unit.asset_tag === assetTag &&
    unit.asset_tag_f === foldedMark(assetTag)
  );
}
