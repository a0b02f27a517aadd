import { type SqlBool, sql } from 'kysely';
import { reading, type WriteDb } from '../../../db/open.ts';
import { invalid } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { takeSeat } from '../../assignments/take-seat.ts';
import { type Ctx, notFound } from '../../context.ts';
import { findByName } from '../../customers/find-by-name.ts';
import { foldedMark } from '../../equipment/equipment-record.ts';
import { keysSpelled, oneOfEach } from '../../keys/find-by-text.ts';
import type { Condition } from '../../list/run-list.ts';
import { customerIn, holderVisible, keyVisible } from '../../scope/scope-sql.ts';
import type { NewAssignment } from '../plan/plan-assignment.ts';
import type { Holder, NamedUnit, PlannedRow } from '../plan/planned-row.ts';
import type { HolderToInsert } from './insert-keys.ts';
import { noteSeat } from './judged-seats.ts';
import { makeUnit } from './make-unit.ts';
import { atField, customerOf, type Outcome, type Writing } from './writing.ts';

/**
 * Records that a key is, or was, with a unit or a user: a fact, whatever the key's status has become. One that is
 * recorded already, even if the assignment was removed since, is the same.
 */
export async function placeAssignment(writing: Writing, row: PlannedRow, given: NewAssignment): Promise<Outcome> {
  const { tx, ctx, audit, made } = writing;
  const keyId = await keyOf(writing, given);
  const equipmentId = await unitOf(writing, row, given);
  const { userName = '', appliedOn, remarks } = given;
  const known = await knownAssignment(tx, ctx, { keyId, equipmentId, userName, appliedOn });
  if (known) return { outcome: 'same', id: known };
  // Without a unit the row's customer says whose person it is.
  const customerId = equipmentId === undefined && isOwned(row) ? await customerOf(writing, row) : undefined;
  const request = { keyId, equipmentId, userName, customerId, appliedOn, remarks };
  await noteSeat(tx, writing.seats, keyId);
  const taken = await takeSeat(tx, ctx, { ...request, recordsFact: true, made });
  audit.push(taken.audit);
  return { outcome: 'new' };
}

function isOwned({ owner }: PlannedRow): boolean {
  return owner.customer !== undefined || owner.customerId !== undefined;
}

/** More seats of a key that an earlier row gives, for those of the row's holders that were not recorded before. */
export async function takeFurtherSeats(
  writing: Writing,
  row: PlannedRow,
  { secret, holders }: NonNullable<PlannedRow['seatOf']>,
): Promise<Outcome> {
  const { ctx, tx, keys, judgesOnly } = writing;
  const [key] = await keysSpelled(reading(tx), ctx, [keys.hashes(secret).hl], {
    inSight: true,
    pick: oneOfEach,
  });
  const all: HolderToInsert[] = [];
  for (const holder of holders) all.push(await placed(writing, row, holder));
  // In a judgement the key of the earlier row may not be there yet.
  if (!key && judgesOnly) return { outcome: 'new' };
  if (!key) throw notFound('key');
  let isNew = false;
  for (const holder of all) if (await takeUnlessTaken(writing, row, key.id, holder)) isNew = true;
  return { outcome: isNew ? 'new' : 'same', id: key.id };
}

/** Takes a seat for a holder, unless that was recorded before. */
export async function takeUnlessTaken(
  { tx, ctx, audit, made, seats, ...writing }: Writing,
  row: PlannedRow,
  keyId: string,
  { userName, unitId: equipmentId, appliedOn, remarks }: HolderToInsert,
): Promise<boolean> {
  if (await knownAssignment(tx, ctx, { keyId, equipmentId, userName, appliedOn: undefined })) return false;
  const isOfCustomer = equipmentId === undefined && isOwned(row);
  const customerId = isOfCustomer ? await customerOf({ tx, ctx, audit, made, seats, ...writing }, row) : undefined;
  await noteSeat(tx, seats, keyId);
  const request = { keyId, equipmentId, userName, customerId, appliedOn, remarks };
  const taken = await takeSeat(tx, ctx, { ...request, recordsFact: true, made });
  audit.push(taken.audit);
  return true;
}

type Fact = { keyId: string; equipmentId: string | undefined; userName: string; appliedOn: string | undefined };

/**
 * Present or past, with the same holder; since the same day, where the row says since when. Of those the actor sees: a
 * file does not tell who else has a key.
 */
async function knownAssignment(
  tx: WriteDb,
  { scope }: Ctx,
  { keyId, equipmentId, userName, appliedOn }: Fact,
): Promise<string | undefined> {
  let query = tx
    .selectFrom('assignment as a')
    .select('a.id')
    .where('a.key_id', '=', keyId)
    .where('a.equipment_id', equipmentId === undefined ? 'is' : '=', equipmentId ?? null)
    .where('a.user_f', '=', foldText(userName))
    .where(holderVisible(scope, 'a'));
  if (appliedOn !== undefined) query = query.where('a.applied_on', '=', appliedOn);
  return (await query.limit(1).executeTakeFirst())?.id;
}

async function keyOf({ tx, ctx, keys, told }: Writing, { text, keyId }: NewAssignment): Promise<string> {
  const named = text && keys.find(text);
  if (text && !named?.isVisible) throw atField('/licenseKey', notFound('key'));
  if (named) told.set(named.id, named);
  if (keyId === undefined) return named?.id ?? '';
  if (named && named.id !== keyId)
    throw invalid({
      pointer: '/keyId',
      code: 'another_key',
      detail: 'The license key of this row is of another record.',
    });
  const row = await tx
    .selectFrom('key as k')
    .select('k.id')
    .where('k.id', '=', keyId)
    .where(keyVisible(ctx.scope))
    .executeTakeFirst();
  if (!row) throw atField('/keyId', notFound('key'));
  return row.id;
}

/**
 * A holder with its unit, which a row names in one word: among its customer's by name, asset tag or serial number. One that
 * is not there is made where that is allowed. Of one that is there, what the row says otherwise is noted with the assignment.
 */
export async function placed(writing: Writing, row: PlannedRow, holder: Holder): Promise<HolderToInsert> {
  const { userName, appliedOn, unit: named } = holder;
  const remarks = holder.remarks ?? '';
  if (named === undefined) return { userName, appliedOn, remarks, unitId: undefined };
  const { tx, ctx, once } = writing;
  const { owner } = row;
  const { name } = named;
  const [mark, serial] = [foldedMark(name), foldedMark(named.serialNumber)];
  const whose = owner.customer === undefined ? (owner.customerId ?? '') : `n:${foldText(owner.customer)}`;
  const unit = await once(`unit ${JSON.stringify([whose, foldText(name), mark, serial])}`, async () => {
    const isCalled = sql<SqlBool>`(e.name_f = ${foldText(name)} or e.asset_tag_f = ${mark} or e.serial_f = ${mark} or e.serial_f = ${serial})`;
    const found = await theOnly(
      tx,
      ctx,
      '/equipment',
      sql<SqlBool>`(${isCalled} and ${await ownedBy(writing, owner)})`,
    );
    return found ?? { ...named, id: await makeUnit(writing, row, named), serial };
  });
  return {
    userName,
    appliedOn,
    unitId: unit.id,
    remarks: [remarks, ...saidOtherwise(row, named, unit)].filter(Boolean).join('\n'),
  };
}

/** What a row says of a unit and the unit does not, under the names of its columns. */
function saidOtherwise({ columnOf }: PlannedRow, named: NamedUnit, unit: FoundUnit): string[] {
  const serial = foldedMark(named.serialNumber);
  const isOther = (said: string, known: string): boolean => said !== '' && foldText(said) !== foldText(known);
  const said: [field: string, text: string, isNoted: boolean][] = [
    ['serialNumber', named.serialNumber, serial !== null && serial !== unit.serial],
    ['equipmentManufacturer', named.manufacturer, isOther(named.manufacturer, unit.manufacturer)],
    ['equipmentModel', named.model, isOther(named.model, unit.model)],
  ];
  return said.flatMap(([field, text, isNoted]) => (isNoted ? [`${columnOf(`/${field}`) ?? field}: ${text}`] : []));
}

/**
 * The unit of a row by the surest of its marks: id, serial number, asset tag, name. The others are not compared; a customer
 * beside it is, because whose a unit is decides who may have what comes onto it.
 */
async function unitOf(
  writing: Writing,
  { owner }: PlannedRow,
  { equipmentId, serialNumber, assetTag, equipment }: NewAssignment,
): Promise<string | undefined> {
  const { tx, ctx } = writing;
  const ofCustomer = await ownedBy(writing, owner);
  if (equipmentId) return only(tx, ctx, '/equipmentId', sql<SqlBool>`(e.id = ${equipmentId} and ${ofCustomer})`);
  if (serialNumber)
    return only(tx, ctx, '/serialNumber', sql<SqlBool>`(e.serial_f = ${foldedMark(serialNumber)} and ${ofCustomer})`);
  if (assetTag)
    return only(tx, ctx, '/assetTag', sql<SqlBool>`(e.asset_tag_f = ${foldedMark(assetTag)} and ${ofCustomer})`);
  if (equipment)
    return only(tx, ctx, '/equipment', sql<SqlBool>`(e.name_f = ${foldText(equipment)} and ${ofCustomer})`);
  return undefined;
}

async function ownedBy(
  { tx, ctx, once, made }: Writing,
  { customer, customerId }: PlannedRow['owner'],
): Promise<Condition> {
  if (customer === undefined && customerId === undefined) return sql<SqlBool>`true`;
  const named = customer ?? '';
  const id = customerId ?? (await once(`owner ${foldText(named)}`, () => findByName(tx, ctx, named, made)));
  return id === undefined ? sql<SqlBool>`false` : sql<SqlBool>`(e.customer_id || '') = ${id}`;
}

async function only(tx: WriteDb, ctx: Ctx, pointer: string, where: Condition): Promise<string> {
  const unit = await theOnly(tx, ctx, pointer, where);
  if (unit === undefined) throw atField(pointer, notFound('unit'));
  return unit.id;
}

type FoundUnit = { id: string; serial: string | null; manufacturer: string; model: string };

/** The only visible unit there is. Found by its marks: whose it is, as it is spelled, serves no index, since one customer has many. */
async function theOnly(tx: WriteDb, ctx: Ctx, pointer: string, where: Condition): Promise<FoundUnit | undefined> {
  const units = await tx
    .selectFrom('equipment as e')
    .select(['e.id', 'e.serial_f as serial', 'e.manufacturer', 'e.model'])
    .where(where)
    .where(customerIn(ctx.scope, sql`(e.customer_id || '')`))
    .limit(2)
    .execute();
  const [unit, another] = units;
  if (another === undefined) return unit;
  const detail = 'Several units fit this. Name the customer too, or the serial number or the ID of the unit.';
  throw invalid({ pointer, code: 'ambiguous', detail });
}
