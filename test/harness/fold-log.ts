import type { Database } from '../../src/db/open.ts';
import type { AuditAction } from '../../src/domain/audit/actions.ts';
import { type AuditHeader, decodeHeader } from '../../src/domain/audit/entry.ts';
import { begunBy, knownBy, type RecordTable, recordTables } from '../../src/domain/audit/record-facts.ts';
import {
  type Source,
  type StatedKind,
  type Statement,
  statedBy,
  statedTables,
} from '../../src/domain/audit/stated-facts.ts';
import { type Facts, factsOfRow } from '../../src/server/audit/facts-of-row.ts';
import type { World } from './world.ts';

/** What there is, by table and by what a record is known by. */
type State = Map<RecordTable, Map<string, Facts>>;
type Entry = { header: AuditHeader; details: Facts };

const tables = Object.keys(recordTables) as RecordTable[];

/** The names that entries tell a record's columns by, and which of them are no more than yes or no. */
function namesOf(table: RecordTable): { told: Set<string>; flags: Set<string> } {
  const columns = Object.values(recordTables[table]).flatMap((column) => ('fact' in column ? [column] : []));
  const flags = columns.filter(({ reads }) => reads === 'flag' || reads === 'given');
  return { told: new Set(columns.map(({ fact }) => fact)), flags: new Set(flags.map(({ fact }) => fact)) };
}

const isTold = (table: RecordTable, name: string) =>
  namesOf(table).told.has(name) || (name.startsWith('attributes.') && namesOf(table).told.has('attributes'));

/** All that the log says there is from an entry on, each in its turn. */
async function foldLog({ read }: Pick<Database, 'read'>, from: number): Promise<State> {
  const state: State = new Map(tables.map((table) => [table, new Map()]));
  const rows = await read
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.header', 'p.body'])
    .where('e.idx', '>=', from)
    .orderBy('e.idx')
    .execute();
  for (const row of rows) {
    const header = decodeHeader(row.header);
    if (!header) throw new Error(`no header: ${row.header}`);
    const entry: Entry = { header, details: JSON.parse(row.body) };
    for (const statement of statedBy[header.a as AuditAction]) stateBy(state, statement, entry);
  }
  return state;
}

function stateBy(state: State, statement: Statement, { header, details }: Entry): void {
  const { does, where, facts = {}, given, each } = statement;
  if (given && !member(details, given)) return;
  const table = statement.record === 'subject' ? tableOfSubject(header) : statement.record;
  const records = state.get(table) ?? new Map<string, Facts>();
  const elements = each ? ((details[each] ?? []) as Facts[]) : [{}];
  for (const element of elements) {
    const entry = { header, details: { ...details, ...element } };
    const own = Object.fromEntries(Object.entries(facts).map(([name, source]) => [name, sourceValue(source, entry)]));
    if (does === 'makes') {
      const made: Facts = onlyTold(table, { id: idOf(header), ...entry.details, ...own });
      const known = made[knownBy[table] ?? 'id'];
      if (known) records.set(String(known), made);
      continue;
    }
    const wanted = where ?? { id: { header: 's' } as const };
    for (const [name, record] of records) {
      if (!Object.entries(wanted).every(([fact, source]) => (record[fact] ?? null) === sourceValue(source, entry)))
        continue;
      if (does === 'deletes') records.delete(name);
      else Object.assign(record, Object.keys(facts).length > 0 ? own : onlyTold(table, newValues(entry.details)));
    }
  }
}

// Of a kind that states its facts, as its action says.
const tableOfSubject = ({ s }: AuditHeader) => statedTables[s.slice(0, s.indexOf(':')) as StatedKind];
const idOf = ({ s }: AuditHeader) => s.slice(s.indexOf(':') + 1);

function sourceValue(source: Source, { header, details }: Entry): unknown {
  if ('is' in source) return source.is;
  if ('member' in source) return member(details, source.member) ?? null;
  if (source.header === 't') return details.moment ?? header.t;
  return source.header === 's' ? idOf(header) : header[source.header];
}

function member(details: Facts, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Facts | undefined)?.[name], details);
}

function newValues({ changes = {} }: Facts): Facts {
  return Object.fromEntries(
    Object.entries(changes as Record<string, { new: unknown }>).map(([name, c]) => [name, c.new]),
  );
}

function onlyTold(table: RecordTable, facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => isTold(table, name)));
}

/** Where the rows of the record tables are not what the log says: each in words; none where it proves all of them. */
export async function disagreements(
  { app, database }: Pick<World, 'app' | 'database'>,
  { from = 0 } = {},
): Promise<string[]> {
  const state = await foldLog(database, from);
  const found: string[] = [];
  for (const table of tables) {
    const records = state.get(table) ?? new Map<string, Facts>();
    for (const row of await rowsOf(database, table)) {
      const facts = factsOfRow(app.vault, table, row);
      const name = String(facts[knownBy[table] ?? 'id']);
      const told = records.get(name);
      records.delete(name);
      if (told) found.push(...differences(table, facts, told).map((words) => `${table} ${name} ${words}`));
      else found.push(`${table} ${name} is not in the log`);
    }
    found.push(...[...records.keys()].map((name) => `${table} ${name} is in the log alone`));
  }
  return found;
}

async function rowsOf({ read }: Pick<Database, 'read'>, table: RecordTable): Promise<Facts[]> {
  const rows: Facts[] = await read.selectFrom(table).selectAll().execute();
  const begun = (begunBy as Partial<Record<RecordTable, string>>)[table];
  return begun ? rows.filter((row) => row[begun] !== null) : rows;
}

function differences(table: RecordTable, facts: Facts, told: Facts): string[] {
  const { flags } = namesOf(table);
  const shown = (name: string, value: unknown) =>
    JSON.stringify(value === '' || value === undefined || value === null ? (flags.has(name) ? false : null) : value);
  return [...new Set([...Object.keys(facts), ...Object.keys(told)])]
    .filter((name) => name !== 'id' && shown(name, facts[name]) !== shown(name, told[name]))
    .map((name) => `${name}: row ${shown(name, facts[name])}, log ${shown(name, told[name])}`);
}
