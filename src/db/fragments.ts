import { type AliasedRawBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Engine } from './engine.ts';
import { otherThanTable } from './own-tables.ts';
import { heldEmbedded, heldPostgres, type SearchedTable } from './search-index.ts';
import type { Tables } from './tables.ts';

/** SQL that the two engines spell differently. */
export type Fragments = {
  /** The text of one member of a JSON text column, NULL where it is missing; ordered by bytes on both engines. */
  jsonText(column: string, member: string): RawBuilder<string | null>;
  /** The same member as a number. */
  jsonNumber(column: string, member: string): RawBuilder<number | null>;
  /** Many values as the one parameter `isInList` takes. */
  listOf(values: readonly string[]): unknown;
  /** Whether a text column, or what is made of some, is one of a list (`listOf`): one parameter, so one statement however many there are. */
  isInList(column: string | RawBuilder<unknown>, list: unknown): RawBuilder<SqlBool>;
  /**
   * Whether a column holds an id as Keybook gives them. Whoever writes the database can make others, which come out of an
   * embedded file otherwise than they stand there: no page begins behind one of those, and no row is found by it.
   */
  isOwnId(column: string): RawBuilder<SqlBool>;
  /** Whether a text holds another somewhere, by bytes; in a time that does not grow with both lengths multiplied. */
  holds(text: RawBuilder<unknown>, sought: string): RawBuilder<SqlBool>;
  /** So many letters of a text that stand behind the first place of another in it. */
  textBehind(text: RawBuilder<unknown>, sought: string, length: number): RawBuilder<string>;
  /**
   * The rows (`at`, by their `rowAt`) that the search index says may hold a text in a line, or under three letters at the
   * begin of one. It is for the row itself to say that it does. Undefined where no index can tell.
   */
  mayHold(table: SearchedTable, sought: string): RawBuilder<unknown> | undefined;
  /** What `mayHold` knows a row by. */
  rowAt: string;
  /** Whether the database has the search index: else `mayHold` goes through all of a table. */
  hasSearchIndex: RawBuilder<SqlBool>;
  /** A table to select from by its own rows: whoever writes an embedded file can plant an index that tells others. */
  ownRows: OwnRows;
  /** What stands in the place of one of our tables, by name; NULL where all are plain tables. */
  otherThanTable: RawBuilder<string | null>;
  /** Whether a write transaction is the only one there is, so that nobody else makes or changes a table until its end. */
  writesAlone: boolean;
};

export type OwnRows = <T extends keyof Tables, A extends string>(table: T, alias: A) => AliasedRawBuilder<Tables[T], A>;

const sqliteFragments: Fragments = {
  jsonText: (column, member) => sql`cast(json_extract(${sql.ref(column)}, ${`$."${member}"`}) as text)`,
  jsonNumber: (column, member) => sql`cast(json_extract(${sql.ref(column)}, ${`$."${member}"`}) as real)`,
  listOf: (values) => JSON.stringify(values),
  isInList: (column, list) => sql`${textOf(column)} in (select value from json_each(${list}))`,
  isOwnId: (column) =>
    sql`(typeof(${sql.ref(column)}) = 'text' and length(${sql.ref(column)}) = 36 and ${sql.ref(column)} not glob '*[^0-9a-f-]*')`,
  // A block of memory is compared at each place: a long text costs hardly more than a short one.
  holds: (text, sought) => sql`instr(${text}, ${sought}) > 0`,
  textBehind: (text, sought, length) => sql`substr(${text}, instr(${text}, ${sought}) + ${sought.length}, ${length})`,
  mayHold: heldEmbedded,
  rowAt: 'rowid',
  hasSearchIndex: sql`true`,
  ownRows: ownRowsWith(sql` not indexed`),
  otherThanTable: otherThanTable.sqlite,
  writesAlone: true,
};

const postgresFragments: Fragments = {
  jsonText: (column, member) => sql`((${sql.ref(column)}::jsonb ->> ${member}::text) collate "C")`,
  jsonNumber: (column, member) => sql`((${sql.ref(column)}::jsonb ->> ${member}::text)::double precision)`,
  listOf: (values) => values,
  isInList: (column, list) => sql`${textOf(column)} = any(${list}::text[])`,
  isOwnId: (column) => sql`(${sql.ref(column)} ~ '^[0-9a-f-]{36}$')`,
  holds: (text, sought) =>
    sought.length <= comparedAtEachPlace
      ? sql`strpos(${text}, ${sought}) > 0`
      : // What follows `***=` is no pattern but the text itself, which an automaton finds in one pass.
        sql`${text} ~ ${`***=${sought}`}`,
  textBehind: (text, sought, length) =>
    sql`substr(${text}, strpos(${text}, ${sought}::text) + ${sought.length}::int, ${length}::int)`,
  mayHold: heldPostgres,
  rowAt: 'id',
  // One may be missing where somebody dropped it; that is slow, and right.
  hasSearchIndex: sql`(to_regclass('key_search') is not null)`,
  ownRows: ownRowsWith(sql``),
  otherThanTable: otherThanTable.postgres,
  writesAlone: false,
};

/** `strpos` compares letter by letter at each place, and is the faster of the two only where there are few letters. */
const comparedAtEachPlace = 20;

function ownRowsWith(ending: RawBuilder<unknown>): OwnRows {
  return <T extends keyof Tables, A extends string>(table: T, alias: A) =>
    sql<Tables[T]>`${sql.table(table)}`.as<A>(sql`${sql.ref(alias)}${ending}`);
}

function textOf(column: string | RawBuilder<unknown>): RawBuilder<unknown> {
  return typeof column === 'string' ? sql.ref(column) : column;
}

/**
 * Whether a text column is one of very many, over one parameter, and in one spelling: both engines make rows of the members
 * of a JSON object, and know its type from where it stands.
 */
export function isAmongMany(column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<SqlBool> {
  let members = objectsOf.get(values);
  if (members === undefined) {
    members = JSON.stringify(Object.fromEntries(values.map((value) => [value, 1])));
    objectsOf.set(values, members);
  }
  return sql`${column} in (select many.key from json_each(${members}) as many)`;
}

/** A list is asked of in many places of one statement. */
const objectsOf = new WeakMap<readonly string[], string>();

export function fragmentsFor(engine: Engine): Fragments {
  return engine === 'sqlite' ? sqliteFragments : postgresFragments;
}
