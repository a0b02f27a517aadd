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

export type OwnedTable = 'key' | 'equipment' | 'license';
/** A key, unit or license, and the customer its row says it belongs to. */
export type Owned = { id: string; customer_id: string };
/** A key, and whether its row says that it is out of use. */
export type OwnedKey = Owned & { revoked_at: string | null };

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
const tellingActions = {
  owner: sql<SqlBool>`(m.action || '') in ('key.created', 'key.updated')`,
  revocation: sql<SqlBool>`(m.action || '') in ('key.revoked', 'key.reinstated')`,
  equipment: sql<SqlBool>`(m.action || '') in ('equipment.created', 'equipment.updated')`,
  license: sql<SqlBool>`(m.key_id is null and m.equipment_id is null
    and m.action in ('license.created', 'license.updated', 'license.deleted'))`,
};
const columns = { owner: 'key_id', revocation: 'key_id', equipment: 'equipment_id', license: 'subject' } as const;
type Telling = keyof typeof columns;

/** Ids of keys and units, and subjects of licenses. */
type Lists = { key: unknown; equipment: unknown; license: unknown };
type Finding = Dialect<ReadDb>;

const listFor = (telling: Telling, { key, equipment, license }: Lists) =>
  ({ owner: key, revocation: key, equipment, license })[telling];
const entriesOf = ({ db, fragments }: Finding, telling: Telling, lists: Lists) =>
  db
    .selectFrom('audit_entry as m')
    .where(fragments.isInList(`m.${columns[telling]}`, listFor(telling, lists)))
    .where(tellingActions[telling]);
const newestOf = (on: Finding, telling: Telling, lists: Lists) =>
  entriesOf(on, telling, lists).select(sql<number>`max(m.idx)`.as('idx')).groupBy(`m.${columns[telling]}`);
const headers = ({ db }: Finding) =>
  db
    .selectFrom('audit_entry as e')
    .select(['e.idx', 'e.action', 'e.subject', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag'])
    .orderBy('e.idx');

const newestEntries = statement((on: Finding, lists: Lists) =>
  headers(on).where(
    'e.idx',
    'in',
    newestOf(on, 'owner', lists)
      .unionAll(newestOf(on, 'revocation', lists))
      .unionAll(newestOf(on, 'equipment', lists))
      .unionAll(newestOf(on, 'license', lists)),
  ),
);
/** The newest of keys, and of units all after `since` with their content, which tells what each is found by. */
const tellingEntries = statement((on: Finding, lists: Lists & { since: number }) =>
  headers(on)
    .leftJoin('audit_payload as p', (join) => join.onRef('p.idx', '=', 'e.idx').on('e.equipment_id', 'is not', null))
    .select(['p.salt', 'p.body'])
    .where(
      'e.idx',
      'in',
      newestOf(on, 'owner', lists)
        .unionAll(newestOf(on, 'revocation', lists))
        .unionAll(entriesOf(on, 'equipment', lists).select('m.idx').where('m.idx', '>', lists.since)),
    ),
);

type Found = { idx: number; action: string; subject: string; header: string; tag: string | null } & Record<
  'key_id' | 'equipment_id',
  string | null
>;
const subjectOf = ({ action, subject, key_id, equipment_id }: Found) => {
  if (action.startsWith('key.')) return `key:${key_id}`;
  return action.startsWith('license.') ? subject : `equipment:${equipment_id}`;
};

/** What the newest entries tell of a record: whose it is, null where it is nobody's, and of a key whether it is out of use. */
type Told = { owner?: { idx: number; customerId: string | null }; revocation?: { idx: number; isRevoked: boolean } };

/** Takes in an entry; one that Keybook did not write, or wrote of another record, makes a record nobody's. */
function tell(told: Map<string, Told>, entry: Found, genuine: AuditHeader | undefined): void {
  const subject = subjectOf(entry);
  const known = told.get(subject) ?? {};
  told.set(subject, known);
  const own = genuine?.s === entry.subject ? genuine : undefined;
  const isRevocation = entry.action === 'key.revoked' || entry.action === 'key.reinstated';
  if (own && isRevocation) known.revocation = { idx: entry.idx, isRevoked: own.a === 'key.revoked' };
  else if (entry.idx >= (known.owner?.idx ?? -1) || !own)
    known.owner = {
      idx: own ? entry.idx : Number.MAX_SAFE_INTEGER,
      customerId: own?.a === 'license.deleted' ? null : (own?.o ?? null),
    };
}

function isOwnedBy(app: Log['app'], subject: string, owner: Told['owner'], customerId: string): boolean {
  const moved = app.signing.memory.moved.get(subject);
  // The server itself remembers where records went, as of the last request that asked who it was.
  const last = moved && moved.idx > (owner?.idx ?? -1) ? moved : owner;
  return last?.customerId === customerId;
}

function isKeyTold(app: Log['app'], { id, customer_id, revoked_at }: OwnedKey, told: Told = {}): boolean {
  const subject = `key:${id}`;
  const remembered = app.signing.memory.revoked.get(subject);
  const said = told.revocation;
  const last = remembered && remembered.idx > (said?.idx ?? -1) ? remembered : said;
  return isOwnedBy(app, subject, told.owner, customer_id) && (last?.isRevoked ?? false) === (revoked_at !== null);
}

const subjectsOf = (table: OwnedTable, ids: readonly string[]) => ids.map((id) => `${table}:${id}`);

/** Judges rows of keys, units or licenses with these ids: whether each is whose the log tells, and a key in use or not as it tells. */
export async function toldOwners(
  log: Log,
  table: OwnedTable,
  ids: readonly string[],
): Promise<(row: Owned | OwnedKey) => boolean> {
  const { app, db } = log;
  const { fragments } = app.database;
  const told = new Map<string, Told>();
  if (ids.length > 0) {
    const none = fragments.listOf([]);
    const asked = fragments.listOf(table === 'license' ? subjectsOf(table, ids) : ids);
    const read = await genuineReader(log);
    const lists = { key: none, equipment: none, license: none, [table]: asked };
    for (const entry of await newestEntries({ db, fragments }, lists)) tell(told, entry, read(entry));
  }
  return (row) => {
    const said = told.get(`${table}:${row.id}`);
    if (table === 'key' && 'revoked_at' in row) return isKeyTold(app, row, said);
    return isOwnedBy(app, `${table}:${row.id}`, said?.owner, row.customer_id);
  };
}

/**
 * The ids of those keys, units or licenses whose customer is another than the newest entry about it says, or where Keybook
 * did not write that entry, and of keys that say so those that are out of use otherwise than it tells. Each has had an entry since it
 * was made: where there is none, somebody made the row up, or hides the entry.
 */
export async function untoldOwners(
  log: Log,
  table: OwnedTable,
  rows: readonly (Owned | OwnedKey)[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const isTold = await toldOwners(
    log,
    table,
    rows.map(({ id }) => id),
  );
  return new Set(rows.filter((row) => !isTold(row)).map(({ id }) => id));
}

/**
 * Of keys and units those that are not as the log tells, as `key:ID` and `equipment:ID`: whose each is, of a key whether it
 * is out of use, and of a unit also name, serial number and asset tag, by which it is found.
 */
export async function untoldRecords(
  log: Log,
  { key = [], equipment = [] }: { key?: readonly OwnedKey[]; equipment?: readonly Unit[] },
): Promise<Set<string>> {
  if (key.length + equipment.length === 0) return new Set();
  const { app, db } = log;
  const { fragments } = app.database;
  const { units, memory } = app.signing;
  const listOf = (rows: readonly Owned[]) => fragments.listOf(rows.map(({ id }) => id));
  const read = await genuineReader(log);
  const idxs = equipment.map(({ id }) => units.get(`equipment:${id}`)?.idx ?? -1);
  const since = idxs.reduce((least, idx) => Math.min(least, idx), Number.POSITIVE_INFINITY);
  const lists = { key: listOf(key), equipment: listOf(equipment), license: listOf([]) };
  const found = await tellingEntries({ db, fragments }, { ...lists, since: Number.isFinite(since) ? since : -1 });
  const told = new Map<string, Told>();
  const ofUnits = new Map<string, UnitEntry[]>();
  for (const entry of found) {
    const genuine = read(entry);
    const subject = subjectOf(entry);
    if (subject.startsWith('key:')) tell(told, entry, genuine);
    else ofUnits.set(subject, [...(ofUnits.get(subject) ?? []), { ...entry, genuine }]);
  }
  const isUnitTold = (unit: Unit): boolean => {
    const subject = `equipment:${unit.id}`;
    const known = unitTold(app, subject, ofUnits.get(subject) ?? []);
    const isNewest = known !== undefined && known.idx >= (memory.changed.get(subject) ?? -1);
    return isNewest && isOwnedBy(app, subject, known, unit.customer_id) && hasMarks(unit, known.marks);
  };
  return new Set([
    ...key.filter((row) => !isKeyTold(app, row, told.get(`key:${row.id}`))).map(({ id }) => `key:${id}`),
    ...equipment.filter((row) => !isUnitTold(row)).map(({ id }) => `equipment:${id}`),
  ]);
}

type UnitEntry = StoredContent & { idx: number; genuine: AuditHeader | undefined };

/**
 * What the entries of a unit tell, on from what was read of them before: a unit may have very many. Entries that are not
 * known to be committed are not remembered.
 */
function unitTold({ signing }: Log['app'], subject: string, entries: readonly UnitEntry[]): UnitTold | undefined {
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
function marksAfter(marks: Marks | undefined, { genuine, ...content }: UnitEntry): Marks | undefined {
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
