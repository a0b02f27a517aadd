import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { releaseSeats, type SeatReleased } from '../assignments/release-seat.ts';
import { unitColumns } from '../audit/records-told.ts';
import { type Ctx, notFound } from '../context.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn } from '../scope/scope-sql.ts';

/**
 * Removes every active assignment of a unit inside a change: keys in the order of their ids, so that two of these never
 * wait for each other. One that somebody removed meanwhile is left out.
 */
export async function releaseAll(
  tx: WriteDb,
  ctx: Ctx,
  equipmentId: string,
  details: Record<string, unknown>,
): Promise<SeatReleased[]> {
  await requireUnit(tx, ctx, equipmentId);
  const rows = await tx
    .selectFrom('assignment')
    .select('id')
    .where('equipment_id', '=', equipmentId)
    .where('removed_at', 'is', null)
    .orderBy('key_id')
    .execute();
  return releaseSeats(
    tx,
    ctx,
    rows.map(({ id }) => id),
    { details, skipsRemoved: true },
  );
}

/** Reads a unit inside a change. Refuses with not_found what is missing or outside the actor's customers, and one that is not as the log tells. */
export async function requireUnit(tx: WriteDb, ctx: Ctx, id: string) {
  const unit = await tx
    .selectFrom('equipment')
    .select([...unitColumns, 'status'])
    .where('id', '=', id)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .executeTakeFirst();
  if (!unit) throw notFound('unit');
  await requireAsTold(tx, ctx, { equipment: unit, refusal: () => notFound('unit') });
  return unit;
}
