import type { z } from 'zod';
import type { attribute } from '../../contract/attributes.ts';
import type { ReadDb } from '../../db/open.ts';
import type { AttributeTable } from '../../db/tables.ts';
import { type AttributeDefinition, judgeDefinition, type RecordType } from '../../domain/attributes.ts';
import { invalid } from '../../domain/errors.ts';
import { notFound } from '../context.ts';
import { definitionOf } from './attribute-queries.ts';

type Attribute = z.output<typeof attribute>;
type AttributeRecord = Omit<AttributeDefinition, 'id'>;

/** Refuses a definition with a fault. */
export function requireSound(definition: AttributeRecord): void {
  const faults = judgeDefinition(definition);
  if (faults.length > 0) throw invalid(faults);
}

/** A definition without its id: what is recorded of it. */
export function attributeOf(row: Omit<AttributeTable, 'version' | 'created_at'>): AttributeRecord {
  const { id: _, ...record } = definitionOf(row);
  return record;
}

export function attributeColumns(record: AttributeRecord) {
  return {
    record_type: record.recordType,
    name: record.name,
    kind: record.kind,
    label_en: record.labelEn,
    label_de: record.labelDe,
    required: record.required ? (1 as const) : (0 as const),
    mask: record.mask ?? '',
    choices: JSON.stringify(record.choices),
    archived: record.archived ? (1 as const) : (0 as const),
  };
}

/** The definitions of one record type or of all, in the order they were made; they are the same for every customer. */
export async function readAttributes(db: ReadDb, recordType?: RecordType): Promise<Attribute[]> {
  let query = db.selectFrom('attribute').selectAll().orderBy('id');
  if (recordType) query = query.where('record_type', '=', recordType);
  const rows = await query.execute();
  return rows.map((row) => ({ ...definitionOf(row), version: row.version }));
}

/** One definition. Refuses with not_found. */
export async function readAttribute(db: ReadDb, id: string): Promise<Attribute> {
  const row = await db.selectFrom('attribute').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('attribute');
  return { ...definitionOf(row), version: row.version };
}
