import { type RawBuilder, sql } from 'kysely';
import type { ListField } from '../../contract/list.ts';
import type { FieldSql, ListSource } from './run-list.ts';

/** A field and its SQL by name; the parser has refused names that are not there. */
export function fieldOf<Item>(source: ListSource<Item>, name: string): { field: ListField; at: FieldSql } {
  const field = source.spec.fields[name] ?? source.attributes.get(name);
  const at = source.fields[name];
  if (!field || !at) throw new Error(`list field ${name} has no SQL`);
  return { field, at };
}

/** A number of any size, whatever the column it is compared with can hold. */
export function numberSql(kind: 'int' | 'number', value: number): RawBuilder<unknown> {
  return kind === 'int' ? sql`cast(${value} as bigint)` : sql`cast(${value} as double precision)`;
}
