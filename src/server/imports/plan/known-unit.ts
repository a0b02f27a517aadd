import { sql } from 'kysely';
import type { WriteDb } from '../../../db/open.ts';
import { AppError, type FieldError, invalid } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { inScope } from '../../../domain/permissions.ts';
import type { Ctx } from '../../context.ts';
import { type EquipmentRecord, foldedMark } from '../../equipment/equipment-record.ts';
import { type NamesThere, namesThere } from './names-there.ts';

type Wanted = Pick<EquipmentRecord, 'name' | 'customerId' | 'serialNumber' | 'assetTag'>;

/**
 * What the file has said of units so far, by customer: the line that gave an asset tag first, and how many units of a
 * name it has, beside how many there were before.
 */
export type UnitsOfFile = {
  tags: Remembered<number>;
  names: Remembered<{ before: number; wanted: number }>;
  /** The license of a purchase that rows of the file tell of. */
  licenses: Remembered<string>;
  there: NamesThere;
};

type Remembered<Value> = Pick<Map<string, Value>, 'get' | 'set'>;

/** What a file says of units, as far as it is written, and what a part of it adds: `settle` it when that is committed. */
export function unitsOfFile(): UnitsOfFile & { part: () => UnitsOfFile & { settle: () => void } } {
  const tags = new Map<string, number>();
  const names = new Map<string, { before: number; wanted: number }>();
  const licenses = new Map<string, string>();
  const there = namesThere();
  const part = () => {
    const [newTags, newNames, newLicenses] = [over(tags), over(names), over(licenses)];
    const settle = (): void => {
      for (const [tag, line] of newTags.added) tags.set(tag, line);
      for (const [name, count] of newNames.added) names.set(name, count);
      for (const [purchase, id] of newLicenses.added) licenses.set(purchase, id);
    };
    return { tags: newTags, names: newNames, licenses: newLicenses, there, settle };
  };
  return { tags, names, licenses, there, part };
}

function over<Value>(below: ReadonlyMap<string, Value>): Remembered<Value> & { added: Map<string, Value> } {
  const added = new Map<string, Value>();
  return { added, get: (name) => added.get(name) ?? below.get(name), set: (name, value) => added.set(name, value) };
}

/**
 * Whether the unit of a line is there already: by its serial number, else by its customer's asset tag; one that has
 * neither is one of as many units of its name as there were. Refuses a serial number or an asset tag of another unit,
 * there or in the file.
 */
export async function isKnownUnit(
  tx: WriteDb,
  ctx: Ctx,
  line: number,
  unit: Wanted,
  units: UnitsOfFile,
): Promise<boolean> {
  const tag = foldedMark(unit.assetTag);
  if (tag !== null) refuseRepeated(JSON.stringify([unit.customerId, tag]), line, units.tags);
  if (unit.serialNumber && (await hasSerial(tx, ctx, unit.serialNumber))) return true;
  if (tag !== null) return hasAssetTag(tx, unit.customerId, tag, unit.serialNumber);
  return !unit.serialNumber && isOneOfMany(tx, unit, units.names);
}

async function isOneOfMany(tx: WriteDb, unit: Wanted, names: UnitsOfFile['names']): Promise<boolean> {
  const { customerId, name } = unit;
  const called = JSON.stringify([customerId, foldText(name)]);
  const { before, wanted } = names.get(called) ?? { before: await countUnmarked(tx, unit), wanted: 0 };
  names.set(called, { before, wanted: wanted + 1 });
  return wanted < before;
}

async function countUnmarked(tx: WriteDb, { customerId, name }: Wanted): Promise<number> {
  const row = await tx
    .selectFrom('equipment')
    .select(sql<number>`count(*)`.as('n'))
    .where('customer_id', '=', customerId)
    .where('name_f', '=', foldText(name))
    .where('serial_f', 'is', null)
    .where('asset_tag_f', 'is', null)
    .executeTakeFirst();
  return row?.n ?? 0;
}

/** The fault of a mark that a unit further up in the file has. */
export function sameOne(pointer: string, first: number): FieldError {
  return { pointer, code: 'repeated', detail: `The unit on line ${first} has the same one.`, params: { first } };
}

function refuseRepeated(tag: string, line: number, tags: UnitsOfFile['tags']): void {
  const first = tags.get(tag);
  if (first === undefined) tags.set(tag, line);
  else throw invalid(sameOne('/assetTag', first));
}

export async function hasSerial(tx: WriteDb, ctx: Ctx, serialNumber: string): Promise<boolean> {
  const unit = await tx
    .selectFrom('equipment')
    .select('customer_id')
    .where('serial_f', '=', foldedMark(serialNumber))
    .executeTakeFirst();
  if (unit && !inScope(ctx.scope, unit.customer_id)) throw taken('serialNumber', 'serial number');
  return unit !== undefined;
}

async function hasAssetTag(tx: WriteDb, customerId: string, tag: string, serialNumber: string): Promise<boolean> {
  const unit = await tx
    .selectFrom('equipment')
    .select('serial_f')
    .where('customer_id', '=', customerId)
    .where('asset_tag_f', '=', tag)
    .executeTakeFirst();
  // The row's serial number is no unit's, so a unit with another one is another unit.
  if (unit?.serial_f && serialNumber) throw taken('assetTag', 'asset tag');
  return unit !== undefined;
}

export function taken(field: 'serialNumber' | 'assetTag', words: string): AppError {
  const code = field === 'serialNumber' ? 'serial_number_taken' : 'asset_tag_taken';
  const detail = `Another unit has this ${words}.`;
  return new AppError(code, detail, [{ pointer: `/${field}`, code, detail }]);
}
