import { longestRemarks } from '../remarks.ts';

/**
 * A field that a record holds just as people wrote it: a text, or a day. In the database it is a text column of the
 * record's table, '' where there is none. What stands here is all there is to say of it; API, lists, searches, files,
 * forms and the log follow. What is more than that (a status, a product, seats) is written by hand beside its table.
 */
export type PlainField = {
  /** `lines` is a long text; `mark` a number people give things, which spreadsheets destroy; `day` YYYY-MM-DD. */
  kind: 'text' | 'mark' | 'lines' | 'day';
  column: string;
  /** What the API and the form say of it, in English; other languages have it under `help` in their words. */
  says: string;
  /** The part of the form, and of a file, where it stands. */
  section: 'identification' | 'purchase' | 'information';
  /** Characters at most, where it is not 200, or for `lines` as much as remarks. */
  max?: number;
  /** A search does not look at it. */
  isUnsearched?: true;
  /** The list has no column of it. */
  isUnlisted?: true;
  /** The list shows its column until somebody chooses; it gives way first (1 before 2) where room is short. */
  isUsual?: true;
  givesWay?: 1 | 2;
  /** Written in figures and letters of one width, as marks are. */
  isMono?: true;
  /** What other people call its column in their own files, beside its name and labels. */
  called?: readonly string[];
};

/** The plain fields of a record by their names in the API, in their order. */
export type PlainFields = Readonly<Record<string, PlainField>>;

/** Such fields as columns of the record's table. */
export type ColumnsOf<Fields extends PlainFields> = {
  -readonly [Name in keyof Fields as Fields[Name]['column']]: string;
};
/** As people wrote them: '' where there is none. */
export type WrittenOf<Fields extends PlainFields> = { -readonly [Name in keyof Fields]: string };
/** As the API answers them. */
export type ShownOf<Fields extends PlainFields> = { -readonly [Name in keyof Fields]: string | null };
/** As a body gives them: absent leaves a field as it is, null clears it. */
export type GivenOf<Fields extends PlainFields> = { readonly [Name in keyof Fields]?: string | null | undefined };
/** Those of one section. */
export type SectionOf<Fields extends PlainFields, Section extends PlainField['section']> = {
  readonly [Name in keyof Fields as Fields[Name]['section'] extends Section ? Name : never]: Fields[Name];
};

const entries = new WeakMap<PlainFields, [string, PlainField][]>();

function entriesOf(fields: PlainFields): [string, PlainField][] {
  const known = entries.get(fields) ?? Object.entries(fields);
  entries.set(fields, known);
  return known;
}

/** One value for each field. */
export function eachField<Fields extends PlainFields, Value>(
  fields: Fields,
  made: (name: keyof Fields & string, field: PlainField) => Value,
): { -readonly [Name in keyof Fields]: Value } {
  // A list has a record of each of its rows made so: nothing else is made on the way.
  const values: Record<string, Value> = {};
  for (const [name, field] of entriesOf(fields)) values[name] = made(name, field);
  // Made of the same names.
  return values as { [Name in keyof Fields]: Value };
}

/** The fields as columns of their table. */
export function columnsOf<Fields extends PlainFields>(fields: Fields, written: WrittenOf<Fields>): ColumnsOf<Fields> {
  const columns = Object.entries(fields).map(([name, { column }]) => [column, written[name]]);
  // One column a field, named as the type says.
  return Object.fromEntries(columns) as ColumnsOf<Fields>;
}

/** The columns of the fields under an alias of their table, as a query selects them. */
export function columnNames<Fields extends PlainFields, Alias extends string>(
  fields: Fields,
  alias: Alias,
): `${Alias}.${Fields[keyof Fields]['column']}`[] {
  // One name a column, as the type says.
  return Object.values(fields).map(({ column }) => `${alias}.${column}`) as ReturnType<
    typeof columnNames<Fields, Alias>
  >;
}

/** The fields of a row as they were written. */
export function writtenOf<Fields extends PlainFields>(fields: Fields, row: ColumnsOf<Fields>): WrittenOf<Fields> {
  // The row has a column for each field, as its type says.
  const columns = row as Record<string, string>;
  return eachField(fields, (_, { column }) => columns[column] ?? '');
}

/** The fields of a row as the API answers them. */
export function shownOf<Fields extends PlainFields>(fields: Fields, row: ColumnsOf<Fields>): ShownOf<Fields> {
  // The row has a column for each field, as its type says.
  const columns = row as Record<string, string>;
  return eachField(fields, (_, { column }) => columns[column] || null);
}

/** A new record's fields, all empty. */
export function blankOf<Fields extends PlainFields>(fields: Fields): WrittenOf<Fields> {
  return eachField(fields, () => '');
}

/** The fields with a body over them. */
export function withGiven<Fields extends PlainFields>(
  fields: Fields,
  before: WrittenOf<Fields>,
  given: GivenOf<Fields>,
): WrittenOf<Fields> {
  return eachField(fields, (name) => (given[name] === undefined ? before[name] : (given[name] ?? '')));
}

/** The fields of one section of the form. */
export function inSection<Fields extends PlainFields, Section extends PlainField['section']>(
  fields: Fields,
  section: Section,
): SectionOf<Fields, Section> {
  const own = Object.entries(fields).filter(([, field]) => field.section === section);
  // Chosen as the type says.
  return Object.fromEntries(own) as SectionOf<Fields, Section>;
}

/** Characters a field takes at most. */
export function longestOf({ kind, max }: PlainField): number {
  return max ?? (kind === 'lines' ? longestRemarks : 200);
}
