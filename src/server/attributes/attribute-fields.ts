import { sql } from 'kysely';
import type { Fragments } from '../../db/fragments.ts';
import type { FieldSql } from '../list/run-list.ts';
import type { AttributeFields } from './attribute-queries.ts';

/** The attributes of a list in SQL, read out of the JSON of the record with the given alias. */
export function attributeSql(
  fragments: Fragments,
  alias: string,
  attributes: AttributeFields,
): Record<string, FieldSql> {
  const columns = [...attributes].map(([name, { field, definition }]): [string, FieldSql] => {
    const raw = fragments.jsonText(`${alias}.attributes`, definition.name);
    switch (field.kind) {
      case 'number': {
        const number = fragments.jsonNumber(`${alias}.attributes`, definition.name);
        return [name, { value: number, order: sql`coalesce(${number}, -1e308)` }];
      }
      case 'boolean': {
        // The engines write a JSON true as '1' and as 'true'.
        const flag = sql`(case when ${raw} in ('1', 'true') then 1 when ${raw} in ('0', 'false') then 0 end)`;
        return [name, { value: flag, order: sql`coalesce(${flag}, -1)` }];
      }
      case 'text':
        return [
          name,
          { value: sql`coalesce(${fragments.jsonText(`${alias}.folded`, `@${definition.name}`)}, '')`, display: raw },
        ];
      default:
        return [name, { value: sql`coalesce(${raw}, '')` }];
    }
  });
  return Object.fromEntries(columns);
}
