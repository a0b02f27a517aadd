import { sql } from 'kysely';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateEquipment as contract } from '../../contract/equipment.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { judgeValues } from '../attributes/judge-values.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type AuditDraft, type Ctx, notFound, requireVersion } from '../context.ts';
import { requireCustomer } from '../customers/require-customer.ts';
import { changesBetween } from '../records/changes-between.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { type EquipmentRecord, equipmentColumns, equipmentOf, withBody, withUniqueMarks } from './equipment-record.ts';
import { keysOn, namedKey } from './keys-on.ts';

type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/**
 * Changes a unit (E2). It may leave service while it holds keys; it changes customer only when no key of the old one is
 * on it. Refused: a serial number or asset tag that is taken, a stale version.
 */
export async function updateEquipment(ctx: Ctx, { params: { id }, body }: Input): Promise<{ id: string }> {
  return withUniqueMarks(ctx, (judge) =>
    changeIfAny(ctx, async (tx) => {
      const before = await claimUnit(tx, ctx, id);
      const after = withBody(before, body);
      judge(after);
      if (after.customerId !== before.customerId) await requireFreeToMove(tx, ctx, id, before, after);
      const attributes = await judgeValues(tx, 'equipment', before.attributes, body.attributes);
      if (attributes.errors.length > 0) throw invalid(attributes.errors);
      after.attributes = attributes.values;
      const changes = changesBetween(before, after);
      if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
      await tx.updateTable('equipment').set(equipmentColumns(after)).where('id', '=', id).execute();
      if (after.customerId !== before.customerId) await takeAssignmentsAlong(tx, id, after.customerId);
      const audit: AuditDraft = {
        action: 'equipment.updated',
        subject: `equipment:${id}`,
        equipmentId: id,
        customerId: after.customerId,
        details: { name: after.name, changes },
      };
      return { result: { id }, audit: [audit] };
    }),
  );
}

/** Holds the unit's row until commit, as applying a key does, so that no key comes onto it meanwhile. */
async function claimUnit(tx: WriteDb, ctx: Ctx, id: string): Promise<EquipmentRecord> {
  const row = await tx
    .updateTable('equipment')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound('unit');
  await requireAsTold(tx, ctx, { equipment: row, asked: [id], refusal: () => notFound('unit') });
  requireVersion(ctx.ifMatch, row.version - 1);
  return equipmentOf(row);
}

/** What is on the unit goes with it to its new customer; what was on it before stays with whose it was then (P2). */
async function takeAssignmentsAlong(tx: WriteDb, equipmentId: string, customerId: string): Promise<void> {
  await tx
    .updateTable('assignment')
    .set({ customer_id: customerId })
    .where('equipment_id', '=', equipmentId)
    .where('removed_at', 'is', null)
    .execute();
}

const mostNamed = 5;

async function requireFreeToMove(
  tx: WriteDb,
  ctx: Ctx,
  id: string,
  before: EquipmentRecord,
  after: EquipmentRecord,
): Promise<void> {
  await requireCustomer(tx, ctx, after.customerId);
  const rows = await keysOn(tx, id).where('k.customer_id', '=', before.customerId).limit(mostNamed).execute();
  if (rows.length === 0) return;
  const heldBy = rows.map(namedKey);
  const names = heldBy.map(({ name }) => name).join(', ');
  const detail = `Keys of its customer are on ${before.name}: ${names}. Recover them first, then move the unit.`;
  throw new AppError(
    'equipment_holds_keys',
    detail,
    [{ pointer: '/customerId', code: 'equipment_holds_keys', detail }],
    { heldBy },
  );
}
