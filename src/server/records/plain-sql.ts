import { type RawBuilder, sql } from 'kysely';
import type { Fragments } from '../../db/fragments.ts';
import { eachField, type PlainFields, type WrittenOf } from '../../domain/records/plain-field.ts';
import type { FieldSql } from '../list/run-list.ts';
import { type AttributeValues, type FoldedColumns, foldRecord } from './folded.ts';

/** The plain fields of a list in SQL, over the alias of its record: texts compare folded, days as they are. */
export function plainSql<Fields extends PlainFields>(
  fragments: Fragments,
  alias: string,
  fields: Fields,
): { [Name in keyof Fields]: FieldSql } {
  return eachField(fields, (name, { kind, column }): FieldSql => {
    const shown = sql.ref(`${alias}.${column}`);
    if (kind === 'day') return { value: shown };
    return { value: sql`coalesce(${fragments.jsonText(`${alias}.folded`, name)}, '')`, display: shown };
  });
}

/** What stands in place of the plain columns of a record for who is not told of them. */
export function plainUntold(fields: PlainFields): Record<string, RawBuilder<unknown>> {
  return Object.fromEntries(Object.values(fields).map(({ column }) => [column, sql`''`]));
}

/** The folded columns of a record, made of its plain texts, of others by name, and of its attributes. */
export function foldPlain<Fields extends PlainFields>(
  fields: Fields,
  written: WrittenOf<Fields>,
  { names = {}, attributes = {} }: { names?: Record<string, string>; attributes?: AttributeValues } = {},
): FoldedColumns {
  const texts = Object.entries(fields).filter(([, { kind }]) => kind !== 'day');
  const searched = texts.flatMap(([name, { isUnsearched }]) => (isUnsearched ? [] : [name]));
  const plain = Object.fromEntries(texts.map(([name]) => [name, written[name]]));
  return foldRecord({ ...names, ...plain }, [...Object.keys(names), ...searched], attributes);
}
