import { type SqlBool, sql } from 'kysely';
import type { Fragments } from '../../../db/fragments.ts';
import type { ReadDb } from '../../../db/open.ts';
import type { AuditAction } from '../../../domain/audit/actions.ts';
import { decodeHeader, parseJson } from '../../../domain/audit/entry.ts';
import { emptyState, type Facts, foldEntry, type State, type ToldEntry } from '../../../domain/audit/fold.ts';
import type { RecordTable } from '../../../domain/audit/record-facts.ts';
import { statedBy } from '../../../domain/audit/stated-facts.ts';

/** `db` is a snapshot: log and rows must be of one moment. */
export type Reading = { db: ReadDb; fragments: Fragments };
export type Row = Readonly<Record<string, unknown>>;
/** Some records as the log tells them, and all rows there are of these. */
export type Part = { state: State; rows: ReadonlyMap<RecordTable, readonly Row[]> };

/** Records of one part: their entries are held at once. */
const atOnce = 200;

/** All records, by parts that no entry outside of each says anything of. */
export async function* partsOf(reading: Reading): AsyncIterable<Part> {
  for await (const ids of idsOf(reading, 'key', 'key_id')) yield await keysPart(reading, ids);
  for await (const ids of idsOf(reading, 'equipment', 'equipment_id')) yield await unitsPart(reading, ids);
  for (const table of subjectTables)
    for await (const ids of subjectsOf(reading, table)) yield await subjectsPart(reading, table, ids);
  yield await smallPart(reading);
}

/** With each key go its assignments and renewals. */
async function keysPart(reading: Reading, ids: readonly string[]): Promise<Part> {
  const { db, fragments } = reading;
  const isOfThem = (column: string) => fragments.isInList(column, fragments.listOf(ids));
  const entries = await entriesWhere(reading, isOfThem('e.key_id'));
  const units = new Set(entries.flatMap(({ header: { e } }) => e ?? []));
  const state = emptyState(['key', 'assignment', 'renewal']);
  // What is on a unit is with its customer.
  const moves = await entriesWhere(
    reading,
    sql<SqlBool>`(${fragments.isInList('e.equipment_id', fragments.listOf([...units]))}
      and (e.action || '') in ('equipment.created', 'equipment.updated'))`,
  );
  for (const entry of [...entries, ...moves].sort((one, other) => one.header.i - other.header.i))
    foldEntry(state, entry);
  await forgetDeleted(reading, state);
  const rows = new Map<RecordTable, Row[]>([
    ['key', await db.selectFrom('key').selectAll().where(isOfThem('id')).execute()],
    ['assignment', await db.selectFrom('assignment').selectAll().where(isOfThem('key_id')).execute()],
    ['renewal', await db.selectFrom('renewal').selectAll().where(isOfThem('key_id')).execute()],
  ]);
  return { state, rows };
}

/** A key that is deleted is replaced by none any more, and replaces none: its entry is among those of other keys. */
async function forgetDeleted({ db, fragments }: Reading, state: State): Promise<void> {
  const keys = [...(state.get('key')?.values() ?? [])].map(({ facts }) => facts);
  const links = keys.flatMap(({ replaces, replacedBy }) =>
    [replaces, replacedBy].filter((id) => typeof id === 'string'),
  );
  const deleted = await db
    .selectFrom('audit_entry as e')
    .select('e.key_id')
    .where(fragments.isInList('e.key_id', fragments.listOf(links)))
    .where(sql<SqlBool>`(e.action || '') = 'key.deleted'`)
    .execute();
  const gone = new Set<unknown>(deleted.map(({ key_id }) => key_id));
  const forget = (facts: Facts, link: string) => {
    if (gone.has(facts[link])) facts[link] = null;
  };
  for (const facts of keys) for (const link of ['replaces', 'replacedBy']) forget(facts, link);
}

async function unitsPart(reading: Reading, ids: readonly string[]): Promise<Part> {
  const { db, fragments } = reading;
  const isOfThem = (column: string) => fragments.isInList(column, fragments.listOf(ids));
  const actions = ['equipment.created', 'equipment.updated', 'equipment.deleted', 'facts.stated'];
  const entries = await entriesWhere(
    reading,
    sql<SqlBool>`(${isOfThem('e.equipment_id')} and (e.action || '') in (${sql.join(actions)}))`,
  );
  const rows = await db.selectFrom('equipment').selectAll().where(isOfThem('id')).execute();
  return { state: folded(['equipment'], entries), rows: new Map([['equipment', rows]]) };
}

/** Of these there may be many, and what is said of each stands in entries about it. */
const subjectTables = ['license', 'product', 'customer'] as const satisfies RecordTable[];
type SubjectTable = (typeof subjectTables)[number];

async function subjectsPart(reading: Reading, table: SubjectTable, ids: readonly string[]): Promise<Part> {
  const { db, fragments } = reading;
  const subjects = fragments.listOf(ids.map((id) => `${table}:${id}`));
  const entries = await entriesWhere(
    reading,
    sql<SqlBool>`(${fragments.isInList('e.subject', subjects)} and e.key_id is null and e.equipment_id is null)`,
  );
  const isOfThem = fragments.isInList('id', fragments.listOf(ids));
  const rows: Row[] = await db.selectFrom(table).selectAll().where(isOfThem).execute();
  return { state: folded([table], entries), rows: new Map([[table, rows]]) };
}

/** People and what is theirs, definitions and settings: a few thousand at most, and one entry may tell of several. */
const smallTables = [
  ...(['settings', 'attribute', 'saved_view', 'user'] as const),
  ...(['second_factor', 'recovery_code', 'identity', 'token'] as const),
] satisfies RecordTable[];
const smallActions = (Object.keys(statedBy) as AuditAction[]).filter((action) =>
  statedBy[action].some(({ record }) => record === 'subject' || smallTables.some((table) => table === record)),
);
const pageOfEntries = 1000;

async function smallPart(reading: Reading): Promise<Part> {
  const { db } = reading;
  const state = emptyState(smallTables);
  for (let last = -1; ; ) {
    const entries = await entriesWhere(
      reading,
      sql<SqlBool>`(e.idx > ${last} and e.key_id is null and e.equipment_id is null
        and (e.action || '') in (${sql.join(smallActions)}))`,
      pageOfEntries,
    );
    for (const entry of entries) foldEntry(state, entry);
    const end = entries.at(-1);
    if (!end) break;
    last = end.header.i;
  }
  const rows = new Map<RecordTable, Row[]>();
  for (const table of smallTables) rows.set(table, await db.selectFrom(table).selectAll().execute());
  return { state, rows };
}

function folded(tables: readonly RecordTable[], entries: readonly ToldEntry[]): State {
  const state = emptyState(tables);
  for (const entry of entries) foldEntry(state, entry);
  return state;
}

/** Entries with their content, by index. One that has lost it says nothing. */
async function entriesWhere(
  { db }: Reading,
  condition: ReturnType<typeof sql<SqlBool>>,
  most?: number,
): Promise<ToldEntry[]> {
  const rows = await db
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.header', 'p.body'])
    .where(condition)
    .orderBy('e.idx')
    .$if(most !== undefined, (query) => query.limit(most ?? 0))
    .execute();
  return rows.flatMap(({ idx, header: text, body }) => {
    const header = decodeHeader(text);
    const details = parseJson(body);
    const isWhole = header?.i === idx && typeof details === 'object' && details !== null;
    // As appendEntries wrote it.
    return isWhole ? [{ header, details: details as Facts }] : [];
  });
}

/** The ids of the keys or units that there are, or of which the log tells, each page in the order of the ids. */
async function* idsOf(
  { db, fragments }: Reading,
  table: 'key' | 'equipment',
  column: 'key_id' | 'equipment_id',
): AsyncIterable<string[]> {
  yield* pages(async (last) => {
    const rows = db.selectFrom(table).select('id').where(fragments.isOwnId('id')).where('id', '>', last);
    const told = db
      .selectFrom('audit_entry')
      .select(sql<string>`${sql.ref(column)}`.as('id'))
      .distinct()
      .where(column, '>', last);
    return [await rows.orderBy('id').limit(atOnce).execute(), await told.orderBy(column).limit(atOnce).execute()];
  });
}

async function* subjectsOf({ db, fragments }: Reading, table: SubjectTable): AsyncIterable<string[]> {
  const [from, to] = [`${table}:`, `${table};`];
  yield* pages(async (last) => {
    const rows = db.selectFrom(table).select('id').where(fragments.isOwnId('id')).where('id', '>', last);
    const told = await db
      .selectFrom('audit_entry')
      .select('subject')
      .distinct()
      .where('subject', '>', `${from}${last}`)
      .where('subject', '<', to)
      .where('key_id', 'is', null)
      .where('equipment_id', 'is', null)
      .orderBy('subject')
      .limit(atOnce)
      .execute();
    const ids = told.map(({ subject }) => ({ id: subject.slice(from.length) }));
    return [await rows.orderBy('id').limit(atOnce).execute(), ids];
  });
}

type Ids = readonly { id: string }[];

async function* pages(after: (last: string) => Promise<[Ids, Ids]>): AsyncIterable<string[]> {
  for (let last = ''; ; ) {
    const ids = (await after(last)).flat().map(({ id }) => id);
    const page = [...new Set(ids)].sort(byBytes).slice(0, atOnce);
    const end = page.at(-1);
    if (end === undefined) return;
    yield page;
    last = end;
  }
}

/** As both engines order texts. */
function byBytes(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
