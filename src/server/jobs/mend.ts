import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { Day } from '../../domain/day.ts';
import type { Actor, AuditDraft } from '../context.ts';
import type { Disagreement } from './find-disagreements.ts';

/** Who mends, and when. */
export type Mending = { actor: Actor; today: Day; now: () => string };

/**
 * Makes keys and assignments agree again, inside a change; answers what is to be recorded of it. Of two assignments on
 * one seat the earlier applied stays and the other gets a free seat; what finds no seat, or is on its unit already, is
 * removed. An assignment without its key is deleted; one without its unit stays with its user, if it has one.
 */
export async function mend(tx: WriteDb, by: Mending, found: Disagreement[]): Promise<AuditDraft[]> {
  const audit: AuditDraft[] = [];
  const keyIds = new Set<string>();
  for (const { kind, keyId, assignmentId } of found) {
    if (kind === 'assignmentWithoutKey' && assignmentId) audit.push(...(await deleteOrphan(tx, assignmentId)));
    else if (keyId) keyIds.add(keyId);
  }
  // Always in the same order, so that two menders do not wait for each other in a circle.
  for (const keyId of [...keyIds].sort()) audit.push(...(await mendKey(tx, by, keyId)));
  return audit;
}

async function deleteOrphan(tx: WriteDb, id: string): Promise<AuditDraft[]> {
  const row = await tx
    .deleteFrom('assignment')
    .where('id', '=', id)
    .where('key_id', 'not in', (from) => from.selectFrom('key').select('key.id'))
    .returning(['key_id', 'equipment_id', 'customer_id', 'user_name', 'seat', 'applied_on', 'removed_on'])
    .executeTakeFirst();
  if (!row) return [];
  const { key_id: missingKey, equipment_id: equipmentId, customer_id: customerId } = row;
  return [
    {
      action: 'assignment.deleted',
      subject: `assignment:${id}`,
      equipmentId,
      customerId,
      details: { mended: true, missingKey, ...describe(row) },
    },
  ];
}

async function mendKey(tx: WriteDb, by: Mending, keyId: string): Promise<AuditDraft[]> {
  const before = await tx.selectFrom('key').select('seats_taken').where('id', '=', keyId).executeTakeFirst();
  const key = await claimKey(tx, keyId);
  if (!before || !key) return [];
  const audit = await mendMissingUnits(tx, key);
  const active = await activeAssignments(tx, keyId);
  const plan = planSeats(active, key.seats);
  for (const { assignment, why } of plan.ended) audit.push(await endAssignment(tx, by, key, assignment, why));
  for (const { assignment, seat } of plan.moved)
    await tx.updateTable('assignment').set({ seat }).where('id', '=', assignment.id).execute();
  const seatsTaken = active.length - plan.ended.length;
  await tx.updateTable('key').set({ seats_taken: seatsTaken }).where('id', '=', keyId).execute();
  if (seatsTaken === before.seats_taken && plan.moved.length === 0) return audit;
  const moved = plan.moved.map(({ assignment, seat }) => ({ assignment: assignment.id, from: assignment.seat, seat }));
  const changes = { seatsTaken: { old: before.seats_taken, new: seatsTaken } };
  const details = { product: key.product, maskedKey: key.mask, seats: key.seats, changes, ...(moved[0] && { moved }) };
  return [...audit, { action: 'key.mended', keyId, customerId: key.customer_id, details }];
}

/** Holds the key's row, so that nothing is applied or removed meanwhile; within its bounds even where it was not. */
function claimKey(tx: WriteDb, keyId: string) {
  return tx
    .updateTable('key')
    .set({ seats_taken: sql`case when seats_taken between 0 and seats then seats_taken else 0 end` })
    .where('id', '=', keyId)
    .returning(['id', 'customer_id', 'mask', 'seats'])
    .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
    .executeTakeFirst();
}

type ClaimedKey = NonNullable<Awaited<ReturnType<typeof claimKey>>>;

/** Past assignments to a missing unit go too: the database could not point to it again. */
async function mendMissingUnits(tx: WriteDb, key: ClaimedKey): Promise<AuditDraft[]> {
  const rows = await tx
    .selectFrom('assignment as a')
    .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['a.id', 'a.equipment_id', 'a.customer_id', 'a.user_name', 'a.seat', 'a.applied_on', 'a.removed_on'])
    .where('a.key_id', '=', key.id)
    .where('a.equipment_id', 'is not', null)
    .where('e.id', 'is', null)
    .orderBy('a.id')
    .execute();
  const audit: AuditDraft[] = [];
  for (const row of rows) {
    const { id, equipment_id: missingUnit, user_name: userName } = row;
    if (userName) await tx.updateTable('assignment').set({ equipment_id: null }).where('id', '=', id).execute();
    else await tx.deleteFrom('assignment').where('id', '=', id).execute();
    audit.push({
      action: userName ? 'assignment.updated' : 'assignment.deleted',
      subject: `assignment:${id}`,
      keyId: key.id,
      equipmentId: missingUnit,
      customerId: row.customer_id,
      details: {
        mended: true,
        product: key.product,
        maskedKey: key.mask,
        missingUnit,
        ...describe(row),
        ...(userName && { changes: { equipmentId: { old: missingUnit, new: null } } }),
      },
    });
  }
  return audit;
}

/** The active assignments of a key, the earliest applied first. */
function activeAssignments(tx: WriteDb, keyId: string) {
  return tx
    .selectFrom('assignment as a')
    .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['a.id', 'a.seat', 'a.equipment_id', 'a.customer_id', 'a.user_name', 'a.applied_on', 'a.removed_on'])
    .select(['e.name', 'e.serial_number'])
    .where('a.key_id', '=', keyId)
    .where('a.removed_at', 'is', null)
    .orderBy('a.applied_on')
    .orderBy('a.applied_at')
    .orderBy('a.id')
    .execute();
}

type Active = Awaited<ReturnType<typeof activeAssignments>>[number];
type Reason = 'already on this unit' | 'no seat left';
type SeatPlan = { ended: { assignment: Active; why: Reason }[]; moved: { assignment: Active; seat: number }[] };

/** Who keeps the seat, who gets another and who has to go, the earliest applied first. */
function planSeats(active: Active[], seats: number): SeatPlan {
  const plan: SeatPlan = { ended: [], moved: [] };
  const units = new Set<string>();
  const taken = new Set<number>();
  const seatless: Active[] = [];
  for (const assignment of active) {
    if (assignment.equipment_id !== null && units.has(assignment.equipment_id)) {
      plan.ended.push({ assignment, why: 'already on this unit' });
      continue;
    }
    if (assignment.equipment_id !== null) units.add(assignment.equipment_id);
    if (taken.size === seats) plan.ended.push({ assignment, why: 'no seat left' });
    else if (taken.has(assignment.seat)) seatless.push(assignment);
    else taken.add(assignment.seat);
  }
  for (const assignment of seatless) {
    const seat = lowestFree(taken, seats);
    if (seat === undefined) plan.ended.push({ assignment, why: 'no seat left' });
    else {
      taken.add(seat);
      plan.moved.push({ assignment, seat });
    }
  }
  return plan;
}

function lowestFree(taken: Set<number>, seats: number): number | undefined {
  if (taken.size >= seats) return undefined;
  for (let seat = 1; seat <= seats; seat += 1) if (!taken.has(seat)) return seat;
  return undefined;
}

async function endAssignment(
  tx: WriteDb,
  { actor, today, now }: Mending,
  key: ClaimedKey,
  assignment: Active,
  why: Reason,
): Promise<AuditDraft> {
  await tx
    .updateTable('assignment')
    .set({ removed_on: today, removed_at: now(), removed_by: actor.id })
    .where('id', '=', assignment.id)
    .execute();
  const { equipment_id: equipmentId, name, serial_number: serialNumber } = assignment;
  return {
    action: 'key.removed',
    keyId: key.id,
    equipmentId,
    customerId: assignment.customer_id,
    details: {
      assignment: assignment.id,
      product: key.product,
      maskedKey: key.mask,
      ...(name && { equipment: name, serialNumber: serialNumber || undefined }),
      ...describe({ ...assignment, removed_on: today }),
      mended: true,
      why,
    },
  };
}

type Described = { seat: number; user_name: string; applied_on: Day; removed_on: Day | null };

function describe({ seat, user_name: userName, applied_on: appliedOn, removed_on: removedOn }: Described) {
  return { seat, ...(userName && { userName }), appliedOn, ...(removedOn && { removedOn }) };
}
