import { notFound } from '../../context.ts';
import { insertEquipment } from '../../equipment/create-equipment.ts';
import { blankEquipment, withBody } from '../../equipment/equipment-record.ts';
import { hasSerial, taken } from '../plan/known-unit.ts';
import type { NamedUnit, PlannedRow } from '../plan/planned-row.ts';
import { mayMake } from '../plan/what-is-made.ts';
import { noteBeside } from './beside.ts';
import { atField, customerOf, type Writing } from './writing.ts';

/** Makes the unit that a row names and that is not there, for the row's customer. Refused where that was not allowed. */
export async function makeUnit(writing: Writing, row: PlannedRow, named: NamedUnit): Promise<string> {
  const { tx, ctx, rules, made, audit } = writing;
  const { name, serialNumber } = named;
  const wanted = { kind: 'equipment', name, line: row.line, customer: row.owner.customer ?? null, near: null } as const;
  if (rules.kind !== 'software' && !mayMake(rules.create, wanted)) throw atField('/equipment', notFound('unit'));
  const customerId = await customerOf(writing, row);
  noteBeside(writing, wanted);
  if (serialNumber !== '' && (await hasSerial(tx, ctx, serialNumber))) throw taken('serialNumber', 'serial number');
  const unit = withBody(blankEquipment(customerId), named);
  const inserted = await insertEquipment(tx, ctx, unit, {});
  made.add(inserted.id);
  audit.push(inserted.audit);
  return inserted.id;
}
