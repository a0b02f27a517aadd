import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { releaseSeat, type SeatReleased } from '../assignments/release-seat.ts';
import { type Ctx, notFound } from '../context.ts';
import { customerIn } from '../scope/scope-sql.ts';

export type Released = SeatReleased & { assignmentId: string };

/**
 * Removes every active assignment of a unit inside a change: keys in the order of their ids, so that two of these never
 * wait for each other. One that somebody removed meanwhile is left out.
 */
export async function releaseAll(
  tx: WriteDb,
  ctx: Ctx,
  equipmentId: string,
  details: Record<string, unknown>,
): Promise<Released[]> {
  await requireUnit(tx, ctx, equipmentId);
  const rows = await tx
    .selectFrom('assignment')
    .select('id')
    .where('equipment_id', '=', equipmentId)
    .where('removed_at', 'is', null)
    .orderBy('key_id')
    .execute();
  const released: Released[] = [];
  for (const { id } of rows) {
    const seat = await unlessRemoved(() => releaseSeat(tx, ctx, id, details));
    if (seat) released.push({ ...seat, assignmentId: id });
  }
  return released;
}

/** Reads a unit inside a change. Refuses with not_found what is missing or outside the actor's customers. */
export async function requireUnit(tx: WriteDb, ctx: Ctx, id: string) {
  const unit = await tx
    .selectFrom('equipment')
    .select(['name', 'status'])
    .where('id', '=', id)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .executeTakeFirst();
  if (!unit) throw notFound('unit');
  return unit;
}

async function unlessRemoved<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'already_removed') return undefined;
    throw error;
  }
}
