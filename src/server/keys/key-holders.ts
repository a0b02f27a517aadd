import type { WriteDb } from '../../db/open.ts';
import { AppError, forbidden, invalid } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import type { Ctx } from '../context.ts';
import { keyOwn } from '../scope/scope-sql.ts';
import type { ClaimedKey } from './claim-key.ts';

/** An active assignment of a key: a unit, a user, or both, and whose it is. */
export type Holder = {
  assignmentId: string;
  customerId: string;
  userName: string;
  remarks: string;
  unit: { id: string; name: string } | undefined;
};

const mostNamed = 20;
/** Assignments that one request removes, as keys where a body names them. */
const mostRemoved = 1000;

/** The active assignments of a key, by seat; of very many, one more than may be removed in one step. */
export async function holdersOf(tx: WriteDb, keyId: string): Promise<Holder[]> {
  const rows = await tx
    .selectFrom('assignment as a')
    .leftJoin('equipment as e', 'e.id', 'a.equipment_id')
    .select(['a.id', 'a.customer_id', 'a.user_name', 'a.remarks', 'e.id as unit_id', 'e.name'])
    .where('a.key_id', '=', keyId)
    .where('a.removed_at', 'is', null)
    .orderBy('a.seat')
    .limit(mostRemoved + 1)
    .execute();
  return rows.map(({ id, customer_id, user_name, remarks, unit_id, name }) => ({
    assignmentId: id,
    customerId: customer_id,
    userName: user_name,
    remarks,
    unit: unit_id === null ? undefined : { id: unit_id, name: name ?? '' },
  }));
}

/**
 * How many active assignments these keys have, of those that are the actor's: asked before any is held. Counted no further
 * than may be removed in one step.
 */
export async function countHeld(
  tx: WriteDb,
  { scope }: Pick<Ctx, 'scope'>,
  keyIds: readonly string[],
): Promise<number> {
  const rows = await tx
    .selectFrom('assignment as a')
    .innerJoin('key as k', 'k.id', 'a.key_id')
    .select('a.id')
    .where('a.key_id', 'in', keyIds)
    .where('a.removed_at', 'is', null)
    .where(keyOwn(scope))
    .limit(mostRemoved + 1)
    .execute();
  return rows.length;
}

/** Refuses to remove more in one step than others can wait for. */
export function requireFew(count: number): void {
  if (count <= mostRemoved) return;
  const detail = `This would remove more than ${mostRemoved} assignments. Remove some of them first, one by one, or name fewer keys.`;
  throw invalid({ pointer: '', code: 'removes_too_many', detail });
}

/** The refusal of a verb that needs a key without assignments; names the holders that the actor may see. */
export function keyAssigned(
  ctx: Ctx,
  { seats_taken: count }: Pick<ClaimedKey, 'seats_taken'>,
  holders: Holder[],
  nextStep: string,
): AppError {
  const heldBy = holders
    .filter(({ customerId }) => inScope(ctx.scope, customerId))
    .slice(0, mostNamed)
    .map(({ assignmentId, userName, unit }) =>
      unit
        ? { type: 'equipment', id: unit.id, name: unit.name }
        : { type: 'assignment', id: assignmentId, name: userName },
    );
  const names = heldBy.slice(0, 3).map(({ name }) => name);
  const more = Math.max(count, holders.length) - names.length;
  const words = [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return new AppError('key_assigned', `This key is assigned: ${words}. ${nextStep}`, [], { heldBy });
}

/** Refuses a key that is with a unit or a person of a customer outside the actor's. */
export function requireAllHolders(ctx: Ctx, holders: Holder[]): void {
  if (holders.every(({ customerId }) => inScope(ctx.scope, customerId))) return;
  throw forbidden({
    code: 'key_on_unit_elsewhere',
    detail: 'This key is with a unit or a person of a customer that is not yours. Ask an administrator.',
  });
}
