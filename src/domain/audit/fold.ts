import type { AuditAction } from './actions.ts';
import type { AuditHeader } from './entry.ts';
import { knownBy, type RecordTable, recordTables } from './record-facts.ts';
import { type Source, type StatedKind, type Statement, statedBy, statedTables } from './stated-facts.ts';

/** What is said of a record, by the names of the log. */
export type Facts = Record<string, unknown>;
/** An entry with its content, `idx` of which stands in the header. */
export type ToldEntry = { readonly header: AuditHeader; readonly details: Facts };
/** A record as the log tells it, the entry that made or stated it, and the one that last said something of it. */
type ToldRecord = { readonly facts: Facts; readonly madeBy: number; readonly idx: number };
/** What there is by the log: by table, and by what a record is known by. */
export type State = ReadonlyMap<RecordTable, Map<string, ToldRecord>>;

// Object.keys forgets the names; the table is a constant without other keys.
const tables = Object.keys(recordTables) as RecordTable[];

/** A state without records, of these tables or of all: of others nothing is taken in. */
export function emptyState(of: readonly RecordTable[] = tables): State {
  return new Map(of.map((table) => [table, new Map()]));
}

/** Takes an entry into the state, as `statedBy` says what its action states. Entries come in their order. */
export function foldEntry(state: State, entry: ToldEntry): void {
  // One of a newer version states nothing that is known here.
  for (const statement of statedBy[entry.header.a as AuditAction] ?? []) takeIn(state, statement, entry);
}

function takeIn(state: State, statement: Statement, entry: ToldEntry): void {
  const { given, each } = statement;
  const records = state.get(statement.record === 'subject' ? tableOfSubject(entry.header) : statement.record);
  if (!records || (given !== undefined && !member(entry.details, given))) return;
  // As its action writes it: a list of objects.
  const elements = each === undefined ? [{}] : ((entry.details[each] ?? []) as Facts[]);
  for (const element of elements) {
    const told = { ...entry, details: { ...entry.details, ...element } };
    if (statement.does === 'makes') make(records, statement, told);
    else change(records, statement, told);
  }
}

function make(records: Map<string, ToldRecord>, { record, facts = {} }: Statement, entry: ToldEntry): void {
  const table = record === 'subject' ? tableOfSubject(entry.header) : record;
  const own = valuesOf(facts, entry);
  const made = onlyTold(table, { id: idOf(entry.header), ...entry.details, ...own });
  const known = made[knownBy[table] ?? 'id'];
  if (known) records.set(String(known), { facts: made, madeBy: entry.header.i, idx: entry.header.i });
}

function change(records: Map<string, ToldRecord>, statement: Statement, entry: ToldEntry): void {
  const { does, record, facts = {}, where = { id: { header: 's' } } } = statement;
  const wanted = Object.entries(valuesOf(where, entry));
  const isMeant = (told: Facts) => wanted.every(([fact, value]) => (told[fact] ?? null) === value);
  for (const [name, told] of amongThem(records, record, wanted)) {
    if (!isMeant(told.facts)) continue;
    if (does === 'deletes') {
      records.delete(name);
      continue;
    }
    // One that changes something of a record of no certain kind states all of it.
    const table = record === 'subject' ? tableOfSubject(entry.header) : record;
    const said = Object.keys(facts).length > 0 ? valuesOf(facts, entry) : onlyTold(table, newValues(entry.details));
    records.set(name, { ...told, facts: { ...told.facts, ...said }, idx: entry.header.i });
  }
}

/** The records that may be meant: one, where it is said by what it is known. */
function amongThem(
  records: Map<string, ToldRecord>,
  record: Statement['record'],
  wanted: readonly (readonly [string, unknown])[],
): Iterable<[string, ToldRecord]> {
  const known = record === 'subject' ? 'id' : (knownBy[record] ?? 'id');
  const name = wanted.find(([fact]) => fact === known)?.[1];
  if (name === undefined) return [...records];
  const told = records.get(String(name));
  return told ? [[String(name), told]] : [];
}

// Of a kind that states its facts, as its action says.
const tableOfSubject = ({ s }: AuditHeader): RecordTable => statedTables[s.slice(0, s.indexOf(':')) as StatedKind];
const idOf = ({ s }: AuditHeader): string => s.slice(s.indexOf(':') + 1);

function valuesOf(sources: Readonly<Record<string, Source>>, entry: ToldEntry): Facts {
  return Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, sourceValue(source, entry)]));
}

function sourceValue(source: Source, { header, details }: ToldEntry): unknown {
  if ('is' in source) return source.is;
  if ('member' in source) return member(details, source.member) ?? null;
  if (source.header === 't') return details.moment ?? header.t;
  return source.header === 's' ? idOf(header) : header[source.header];
}

function member(details: Facts, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Facts | undefined)?.[name], details);
}

function newValues({ changes = {} }: Facts): Facts {
  // As changesBetween writes it: by field, old and new.
  const said = Object.entries(changes as Record<string, { new: unknown }>);
  return Object.fromEntries(said.map(([name, change]) => [name, change.new]));
}

type Names = { told: ReadonlySet<string>; flags: ReadonlySet<string>; hasAttributes: boolean };

/** The names that entries tell a record's columns by, and which of them are no more than yes or no. */
const namesOf = new Map(tables.map((table) => [table, namesIn(table)] as const));

function namesIn(table: RecordTable): Names {
  const columns = Object.values(recordTables[table]).flatMap((column) => ('fact' in column ? [column] : []));
  const told = new Set<string>(columns.map(({ fact }) => fact));
  const flags = columns.filter(({ reads }) => reads === 'flag' || reads === 'given');
  return { told, flags: new Set(flags.map(({ fact }) => fact)), hasAttributes: told.has('attributes') };
}

function onlyTold(table: RecordTable, facts: Facts): Facts {
  const names = namesOf.get(table);
  const isTold = (name: string) => names?.told.has(name) || (names?.hasAttributes && name.startsWith('attributes.'));
  return Object.fromEntries(Object.entries(facts).filter(([name]) => isTold(name)));
}

/** Where two tell otherwise of one record: the facts by name, each value as it is compared. */
export function differencesOf(
  table: RecordTable,
  row: Facts,
  told: Facts,
): { fact: string; row: unknown; log: unknown }[] {
  const flags = namesOf.get(table)?.flags;
  const value = (facts: Facts, name: string): unknown => {
    // A record is compared with the one that is known by the same id.
    const one = name === 'id' ? null : facts[name];
    return one === '' || one === undefined || one === null ? (flags?.has(name) ? false : null) : one;
  };
  return [...new Set([...Object.keys(row), ...Object.keys(told)])].flatMap((fact) => {
    const [here, there] = [value(row, fact), value(told, fact)];
    return JSON.stringify(here) === JSON.stringify(there) ? [] : [{ fact, row: here, log: there }];
  });
}
