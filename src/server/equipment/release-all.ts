import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import { releaseSeats, type SeatReleased } from '../assignments/release-seat.ts';
import { unitColumns } from '../audit/records-told.ts';
import { type Ctx, notFound } from '../context.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { BrokenSeal, recordTampered } from '../seals/seal.ts';

/** Keys of one request, as where a body names them. */
const mostKeys = 1000;
/** Remarks that every entry can hold; longer ones stand in the first of the batch alone. */
const longestRepeated = 500;

/**
 * Removes every active assignment of a unit inside a change: keys in the order of their ids, so that two of these never
 * wait for each other. One that somebody removed meanwhile is left out. Refused where there are more than a thousand. The
 * remarks are the actor's, of all that is removed.
 */
export async function releaseAll(
  tx: WriteDb,
  ctx: Ctx,
  equipmentId: string,
  details: Record<string, unknown>,
  remarks: string | null | undefined,
): Promise<SeatReleased[]> {
  await requireUnit(tx, ctx, equipmentId);
  const rows = await tx
    .selectFrom('assignment')
    .select('id')
    .where('equipment_id', '=', equipmentId)
    .where('removed_at', 'is', null)
    .orderBy('key_id')
    .limit(mostKeys + 1)
    .execute();
  if (rows.length > mostKeys) throw tooMany();
  const ids = rows.map(({ id }) => id);
  const released = await releaseSeats(tx, ctx, ids, { details, skipsRemoved: true });
  // By what an index says, somebody may have those of another unit found.
  const other = released.find((seat) => seat.equipmentId !== equipmentId);
  if (other) throw new BrokenSeal({ table: 'assignment', id: other.assignmentId, what: 'unlogged' }, recordTampered());
  return released.map((seat, i) =>
    remarks && (i === 0 || remarks.length <= longestRepeated) ? saying(seat, remarks) : seat,
  );
}

function saying({ audit, ...seat }: SeatReleased, remarks: string): SeatReleased {
  return { ...seat, audit: { ...audit, details: { ...audit.details, remarks } } };
}

function tooMany() {
  const detail = `This unit has more than ${mostKeys} keys. Remove some of them first, one by one.`;
  return invalid({ pointer: '', code: 'unit_has_too_many', detail });
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
  await requireAsTold(tx, ctx, { equipment: unit, asked: [id], refusal: () => notFound('unit') });
  return unit;
}
