import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Engine } from './engine.ts';

/** SQL that the two engines spell differently. */
export type Fragments = {
  /** The text of one member of a JSON text column, NULL where it is missing; ordered by bytes on both engines. */
  jsonText(column: string, member: string): RawBuilder<string | null>;
  /** The same member as a number. */
  jsonNumber(column: string, member: string): RawBuilder<number | null>;
  /** Whether a text column is one of many values: one parameter, so one statement however many there are. */
  isOneOf(column: string, values: readonly string[]): RawBuilder<SqlBool>;
};

const sqliteFragments: Fragments = {
  jsonText: (column, member) => sql`cast(json_extract(${sql.ref(column)}, ${`$."${member}"`}) as text)`,
  jsonNumber: (column, member) => sql`cast(json_extract(${sql.ref(column)}, ${`$."${member}"`}) as real)`,
  isOneOf: (column, values) => sql`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`,
};

const postgresFragments: Fragments = {
  jsonText: (column, member) => sql`((${sql.ref(column)}::jsonb ->> ${member}::text) collate "C")`,
  jsonNumber: (column, member) => sql`((${sql.ref(column)}::jsonb ->> ${member}::text)::double precision)`,
  isOneOf: (column, values) => sql`${sql.ref(column)} = any(${values}::text[])`,
};

export function fragmentsFor(engine: Engine): Fragments {
  return engine === 'sqlite' ? sqliteFragments : postgresFragments;
}
