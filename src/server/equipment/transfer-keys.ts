import type { BodyOf } from '../../contract/endpoint.ts';
import type { transferKeys as contract } from '../../contract/equipment.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import type { SeatReleased } from '../assignments/release-seat.ts';
import { takeSeat } from '../assignments/take-seat.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { keysOn, namedKey } from './keys-on.ts';
import type { Batch } from './recover-keys.ts';
import { releaseAll, requireUnit } from './release-all.ts';

type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/**
 * Moves all keys of a unit to its replacement in one action (A11): each is removed and applied today, with its user and
 * remarks, as two entries. An expired key moves with its unit: that it is there is a fact. Refused: a target that is
 * not in use or has one of the keys already.
 */
export async function transferKeys(ctx: Ctx, { params: { id }, body }: Input): Promise<Batch> {
  const target = body.toEquipmentId;
  if (target === id)
    throw invalid({ pointer: '/toEquipmentId', code: 'same_unit', detail: 'Choose another unit than this one.' });
  const batch = ctx.newId();
  return changeIfAny(ctx, async (tx) => {
    await requireUsable(tx, ctx, target);
    const released = await releaseAll(tx, ctx, id, { batch, movedTo: target }, body.remarks);
    await refuseTwice(tx, released, target);
    const ids: string[] = [];
    const audit: AuditDraft[] = [];
    for (const seat of released) {
      const taken = await takeAgain(tx, ctx, seat, target, { batch, movedFrom: id });
      ids.push(taken.assignmentId);
      audit.push(seat.audit, taken.audit);
    }
    // Taking the seats holds the target's row: nobody changes what is read now before this is committed.
    if (ids.length > 0) await requireUsable(tx, ctx, target);
    return { result: { batch: ids.length > 0 ? batch : '', ids }, audit };
  });
}

async function requireUsable(tx: WriteDb, ctx: Ctx, id: string): Promise<void> {
  const { name, status } = await requireUnit(tx, ctx, id);
  if (status === 'returned' || status === 'retired')
    throw new AppError(
      'equipment_out_of_service',
      `${name} is ${status}. Put it back in service first, or choose another unit.`,
    );
}

async function refuseTwice(tx: WriteDb, released: SeatReleased[], target: string): Promise<void> {
  if (released.length === 0) return;
  const ids = released.map((seat) => seat.keyId);
  const heldBy = (await keysOn(tx, target).where('k.id', 'in', ids).execute()).map(namedKey);
  if (heldBy.length === 0) return;
  const names = heldBy.map(({ name }) => name).join(', ');
  throw new AppError(
    'already_on_equipment',
    `The other unit has ${names} already. Remove that from one of them, then move the rest.`,
    [],
    { heldBy },
  );
}

async function takeAgain(
  tx: WriteDb,
  ctx: Ctx,
  { keyId, assignmentId }: SeatReleased,
  equipmentId: string,
  details: Record<string, unknown>,
) {
  const before = await tx
    .selectFrom('assignment')
    .select(['user_name', 'remarks'])
    .where('id', '=', assignmentId)
    .executeTakeFirstOrThrow();
  const request = { keyId, equipmentId, userName: before.user_name, remarks: before.remarks };
  // The key was on a unit of the actor's until a moment ago, as the log tells, which may be all that made it visible to them.
  return takeSeat(tx, { ...ctx, scope: 'all' }, { ...request, recordsFact: true, details });
}
