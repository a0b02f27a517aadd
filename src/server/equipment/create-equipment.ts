import type { WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import { judgeValues } from '../attributes/judge-values.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { ownerOf, requireCustomer } from '../customers/require-customer.ts';
import { givenFields } from '../records/changes-between.ts';
import {
  blankEquipment,
  type EquipmentRecord,
  equipmentColumns,
  type NewEquipment,
  withBody,
  withUniqueMarks,
} from './equipment-record.ts';

/** Adds a unit (E2); house owns it where no customer is named. Refused: a serial number or asset tag that is taken. */
export async function createEquipment(ctx: Ctx, { body }: { body: NewEquipment }): Promise<{ id: string }> {
  return withUniqueMarks(ctx, (judge) =>
    ctx.change(async (tx) => {
      const unit = withBody(blankEquipment(ownerOf(ctx, body.customerId)), body);
      judge(unit);
      const { id, audit } = await insertEquipment(tx, ctx, unit, body.attributes);
      return { result: { id }, audit };
    }),
  );
}

/** Inserts a unit inside a change, after judging its owner and its attributes. */
export async function insertEquipment(
  tx: WriteDb,
  ctx: Ctx,
  unit: EquipmentRecord,
  givenAttributes: Record<string, unknown> | undefined,
  extraDetails: Record<string, unknown> = {},
): Promise<{ id: string; audit: AuditDraft }> {
  await requireCustomer(tx, ctx, unit.customerId);
  const attributes = await judgeValues(tx, 'equipment', {}, givenAttributes);
  if (attributes.errors.length > 0) throw invalid(attributes.errors);
  const record = { ...unit, attributes: attributes.values };
  const id = ctx.newId();
  await tx
    .insertInto('equipment')
    .values({ id, ...equipmentColumns(record), created_at: ctx.now() })
    .execute();
  const audit: AuditDraft = {
    action: 'equipment.created',
    subject: `equipment:${id}`,
    equipmentId: id,
    customerId: unit.customerId,
    details: { ...givenFields(record), ...extraDetails },
  };
  return { id, audit };
}
