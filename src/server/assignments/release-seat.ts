import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { type AuditDraft, type Ctx, notFound } from '../context.ts';
import { requireToldAssignments } from '../scope/require-told-assignments.ts';

export type SeatReleased = {
  assignmentId: string;
  keyId: string;
  equipmentId: string | null;
  customerId: string;
  version: number;
  audit: Exclude<AuditDraft, { erases: unknown }>;
};

type Releasing = {
  /** What the entries say beyond the usual. */
  details?: Record<string, unknown>;
  /** Leaves out what somebody has removed meanwhile; else that is refused. */
  skipsRemoved?: boolean;
};

/**
 * Ends active assignments inside a change and frees their seats, in the given order. The rows stay as history (A12). The
 * caller has checked that the actor may; refuses with not_found or already_removed, and everybody an assignment that only
 * its row tells of: what is made of it next would be told by entries that are true.
 */
export async function releaseSeats(
  tx: WriteDb,
  ctx: Ctx,
  assignmentIds: readonly string[],
  { details = {}, skipsRemoved = false }: Releasing = {},
): Promise<SeatReleased[]> {
  const released: SeatReleased[] = [];
  for (const id of assignmentIds) {
    const seat = await releaseSeat(tx, ctx, id, details);
    if (seat) released.push(seat);
    else if (!skipsRemoved) throw await alreadyGone(tx, id);
  }
  await requireToldAssignments(tx, ctx, released);
  return released;
}

/** Undefined where there is no such active assignment. */
async function releaseSeat(
  tx: WriteDb,
  ctx: Ctx,
  assignmentId: string,
  details: Record<string, unknown>,
): Promise<SeatReleased | undefined> {
  const row = await tx
    .updateTable('assignment')
    .set({ removed_on: ctx.today, removed_at: ctx.now(), removed_by: ctx.actor.id })
    .where('id', '=', assignmentId)
    .where('removed_at', 'is', null)
    .returning(['key_id', 'equipment_id', 'customer_id', 'user_name', 'seat', 'applied_on', 'version'])
    .executeTakeFirst();
  if (!row) return undefined;
  const key = await tx
    .updateTable('key')
    .set((eb) => ({ seats_taken: eb('seats_taken', '-', 1) }))
    .where('id', '=', row.key_id)
    .returning(['mask', sql<string>`(select p.name from product p where p.id = product_id)`.as('product')])
    .executeTakeFirstOrThrow();
  const unit = row.equipment_id
    ? await tx
        .selectFrom('equipment')
        .select(['name', 'serial_number'])
        .where('id', '=', row.equipment_id)
        .executeTakeFirst()
    : undefined;
  return {
    assignmentId,
    keyId: row.key_id,
    equipmentId: row.equipment_id,
    customerId: row.customer_id,
    version: row.version,
    audit: {
      action: 'key.removed',
      keyId: row.key_id,
      equipmentId: row.equipment_id,
      customerId: row.customer_id,
      details: {
        assignment: assignmentId,
        product: key.product,
        maskedKey: key.mask,
        seat: row.seat,
        ...(unit && { equipment: unit.name, serialNumber: unit.serial_number || undefined }),
        ...(row.user_name && { userName: row.user_name }),
        appliedOn: row.applied_on,
        removedOn: ctx.today,
        ...details,
      },
    },
  };
}

/** Why an assignment that is not active cannot be changed: it is missing, or was removed by somebody. */
export async function alreadyGone(tx: WriteDb, id: string): Promise<AppError> {
  const row = await tx
    .selectFrom('assignment as a')
    .leftJoin('user as u', 'u.id', 'a.removed_by')
    .select(['a.removed_at', 'u.name'])
    .where('a.id', '=', id)
    .executeTakeFirst();
  if (!row) return notFound('assignment');
  return new AppError(
    'already_removed',
    `This assignment was removed already, by ${row.name ?? 'somebody'} at ${row.removed_at}.`,
  );
}
