import { type SqlBool, sql } from 'kysely';
import type { z } from 'zod';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { createEquipmentBody, updateEquipment } from '../../contract/equipment.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import type { EquipmentTable } from '../../db/tables.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { equipmentFields } from '../../domain/records/equipment.ts';
import { blankOf, columnsOf, type WrittenOf, withGiven, writtenOf } from '../../domain/records/plain-field.ts';
import type { ReadCtx } from '../context.ts';
import type { Condition } from '../list/run-list.ts';
import type { AttributeValues } from '../records/folded.ts';
import { foldPlain } from '../records/plain-sql.ts';
import { customerIn } from '../scope/scope-sql.ts';

/** A unit as people write it; absent text is ''. */
export type EquipmentRecord = WrittenOf<typeof equipmentFields> & {
  name: string;
  customerId: string;
  status: EquipmentTable['status'];
  attributes: AttributeValues;
};
export type NewEquipment = z.output<typeof createEquipmentBody>;
type EquipmentBody = BodyOf<typeof updateEquipment>;

/** A new unit of a customer, before its body is put over it. */
export function blankEquipment(customerId: string): EquipmentRecord {
  return { name: '', ...blankOf(equipmentFields), customerId, status: 'inService', attributes: {} };
}

export function equipmentOf(row: Omit<EquipmentTable, 'version'>): EquipmentRecord {
  return {
    name: row.name,
    ...writtenOf(equipmentFields, row),
    customerId: row.customer_id,
    status: row.status,
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    attributes: JSON.parse(row.attributes) as AttributeValues,
  };
}

/** The record with a body over it; its attributes are judged by themselves. */
export function withBody(record: EquipmentRecord, body: EquipmentBody): EquipmentRecord {
  return {
    ...record,
    name: body.name ?? record.name,
    ...withGiven(equipmentFields, record, body),
    customerId: body.customerId ?? record.customerId,
    status: body.status ?? record.status,
  };
}

export function equipmentColumns(unit: EquipmentRecord) {
  return {
    name: unit.name,
    name_f: foldText(unit.name),
    ...columnsOf(equipmentFields, unit),
    serial_f: foldedMark(unit.serialNumber),
    asset_tag_f: foldedMark(unit.assetTag),
    customer_id: unit.customerId,
    status: unit.status,
    attributes: JSON.stringify(unit.attributes),
    ...foldPlain(equipmentFields, unit, { names: { name: unit.name }, attributes: unit.attributes }),
  };
}

/** What a serial number or asset tag is unique by; null where there is none. */
export function foldedMark(text: string): string | null {
  return foldText(text) || text || null;
}

/** Runs a change that gives a unit its serial number and asset tag; one that is taken is refused with the unit that has it. */
export async function withUniqueMarks<T>(
  ctx: ReadCtx,
  work: (judge: (unit: EquipmentRecord) => void) => Promise<T>,
): Promise<T> {
  let unit: EquipmentRecord | undefined;
  try {
    return await work((judged) => {
      unit = judged;
    });
  } catch (error) {
    if (unit && isUniqueViolation(error, 'equipment_serial_unique')) throw await serialTaken(ctx, unit);
    if (unit && isUniqueViolation(error, 'equipment_asset_tag_unique')) throw await assetTagTaken(ctx, unit);
    throw error;
  }
}

function serialTaken(ctx: ReadCtx, { serialNumber }: EquipmentRecord): Promise<AppError> {
  const detail = `Another unit has the serial number ${serialNumber}. Check it, or open that unit.`;
  const where = sql<SqlBool>`serial_f = ${foldedMark(serialNumber)}`;
  return taken(ctx, 'serial_number_taken', '/serialNumber', detail, where);
}

function assetTagTaken(ctx: ReadCtx, { assetTag, customerId }: EquipmentRecord): Promise<AppError> {
  const detail = `Another unit of this customer has the asset tag ${assetTag}. Check it, or open that unit.`;
  const where = sql<SqlBool>`customer_id = ${customerId} and asset_tag_f = ${foldedMark(assetTag)}`;
  return taken(ctx, 'asset_tag_taken', '/assetTag', detail, where);
}

async function taken(
  ctx: ReadCtx,
  code: 'serial_number_taken' | 'asset_tag_taken',
  pointer: string,
  detail: string,
  where: Condition,
): Promise<AppError> {
  const other = await ctx.db
    .selectFrom('equipment')
    .select('id')
    .where(where)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .executeTakeFirst();
  const existing = other ? { existing: { type: 'equipment', id: other.id } } : {};
  return new AppError(code, detail, [{ pointer, code, detail }], existing);
}
