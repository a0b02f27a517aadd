import type { ListField } from '../../contract/list.ts';
import type { ReadDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import type { AttributeTable } from '../../db/tables.ts';
import type { AttributeDefinition, RecordType } from '../../domain/attributes.ts';

export type AttributeFields = ReadonlyMap<string, { field: ListField; definition: AttributeDefinition }>;

/** A definition as the rules read it. */
export function definitionOf(row: Omit<AttributeTable, 'version' | 'created_at'>): AttributeDefinition {
  return {
    id: row.id,
    recordType: row.record_type,
    name: row.name,
    kind: row.kind,
    labelEn: row.label_en,
    labelDe: row.label_de,
    required: row.required === 1,
    mask: row.mask || null,
    // Written by us as a JSON list of strings.
    choices: JSON.parse(row.choices) as string[],
    archived: row.archived === 1,
  };
}

const attributeRows = statement(({ db }: On<ReadDb>, { recordType }: { recordType: RecordType }) =>
  db.selectFrom('attribute').selectAll().where('record_type', '=', recordType),
);

/** The definitions of one record type, archived ones included. */
export async function definitionsFor(db: ReadDb, recordType: RecordType): Promise<AttributeDefinition[]> {
  const rows = await attributeRows({ db }, { recordType });
  // A handful: SQLite would set up a sorter for them, every time a record is judged.
  return rows.toSorted((a, b) => a.created_at.localeCompare(b.created_at)).map(definitionOf);
}

function fieldOf(definition: AttributeDefinition): ListField {
  const says = `The attribute ${definition.labelEn}.`;
  switch (definition.kind) {
    case 'date':
      return { kind: 'day', says };
    case 'choice':
      return { kind: 'text', says };
    default:
      return { kind: definition.kind, says };
  }
}

/** The attributes of a record type as list fields, by `attributes.NAME`. */
export async function attributeFields(db: ReadDb, recordType: RecordType): Promise<AttributeFields> {
  const definitions = await definitionsFor(db, recordType);
  return new Map(
    definitions.map((definition) => [`attributes.${definition.name}`, { field: fieldOf(definition), definition }]),
  );
}
