import { sql } from 'kysely';
import type { updateAssignment as contract } from '../../contract/assignments.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type AuditDraft, type Ctx, requireVersion } from '../context.ts';
import { type Changes, changesBetween } from '../records/changes-between.ts';
import { requireToldAssignments } from '../scope/require-told-assignments.ts';
import { alreadyGone } from './release-seat.ts';
import { requireMine, requireToldUnit } from './remove-assignment.ts';
import { seatWasTaken } from './seat-was-taken.ts';

type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/**
 * Corrects the applied date or the remarks of an active assignment. The unit must be the actor's to edit. Refused: a
 * date after today or before the last removal of the seat, a removed assignment, a stale version.
 */
export async function updateAssignment(ctx: Ctx, { params: { id }, body }: Input): Promise<{ id: string }> {
  await requireMine(ctx, id);
  if (body.appliedOn !== undefined && body.appliedOn > ctx.today)
    throw invalid({
      pointer: '/appliedOn',
      code: 'in_future',
      detail: `The applied date cannot lie after today, ${ctx.today}.`,
    });
  return changeIfAny(ctx, async (tx) => {
    const row = await claimAssignment(tx, ctx, id);
    const before = { appliedOn: row.applied_on, remarks: row.remarks };
    // Absent leaves them as they are, null clears them.
    const remarks = body.remarks === undefined ? before.remarks : (body.remarks ?? '');
    const after = { appliedOn: body.appliedOn ?? before.appliedOn, remarks };
    const changes = changesBetween(before, after);
    if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
    if (changes.appliedOn) await requireSeatFreeOn(tx, ctx, row, after.appliedOn);
    await tx
      .updateTable('assignment')
      .set({ applied_on: after.appliedOn, remarks: after.remarks, remarks_f: foldText(after.remarks) })
      .where('id', '=', id)
      .execute();
    return { result: { id }, audit: [await entryOf(tx, row, changes)] };
  });
}

type Claimed = Awaited<ReturnType<typeof claimAssignment>>;

/** Holds the assignment's row until commit, so that it stays active meanwhile. */
async function claimAssignment(tx: WriteDb, ctx: Ctx, id: string) {
  const row = await tx
    .updateTable('assignment')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw await alreadyGone(tx, id);
  const { key_id: keyId, equipment_id: equipmentId, customer_id: customerId } = row;
  await requireToldAssignments(tx, ctx, [{ assignmentId: id, keyId, equipmentId, customerId }]);
  await requireToldUnit(tx, ctx, row.equipment_id);
  requireVersion(ctx.ifMatch, row.version - 1);
  return row;
}

async function requireSeatFreeOn(tx: WriteDb, ctx: Ctx, { key_id, seat }: Claimed, appliedOn: string): Promise<void> {
  const { last } = await tx
    .selectFrom('assignment')
    .select(sql<string | null>`max(removed_on)`.as('last'))
    .where('key_id', '=', key_id)
    .where('seat', '=', seat)
    .executeTakeFirstOrThrow();
  if (last === null || last <= appliedOn) return;
  throw await seatWasTaken(tx, ctx, { keyId: key_id, seat, last });
}

async function entryOf(tx: WriteDb, row: Claimed, changes: Changes): Promise<AuditDraft> {
  const { mask, product, unit, serial_number } = await tx
    .selectFrom('assignment as a')
    .innerJoin('key as k', 'k.id', 'a.key_id')
    .innerJoin('product as p', 'p.id', 'k.product_id')
    .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['k.mask', 'p.name as product', 'e.name as unit', 'e.serial_number'])
    .where('a.id', '=', row.id)
    .executeTakeFirstOrThrow();
  return {
    action: 'assignment.updated',
    subject: `assignment:${row.id}`,
    keyId: row.key_id,
    equipmentId: row.equipment_id,
    customerId: row.customer_id,
    details: {
      product,
      maskedKey: mask,
      ...(unit !== null && { equipment: unit, serialNumber: serial_number || undefined }),
      ...(row.user_name && { userName: row.user_name }),
      changes,
    },
  };
}
