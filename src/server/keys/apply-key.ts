import type { BodyOf } from '../../contract/endpoint.ts';
import type { applyKey } from '../../contract/keys.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import { AppError } from '../../domain/errors.ts';
import { takeSeat } from '../assignments/take-seat.ts';
import type { Ctx } from '../context.ts';

type Input = { params: { id: string }; body: BodyOf<typeof applyKey> };

/**
 * Applies a key to a unit, a user, or both: claims the seat, inserts the assignment and records it, all or none (A2).
 * Refused: no free seat (with holder and next free key), expired, revoked, not yet valid, unit out of service, the key
 * already on that unit. The result is the assignment's id.
 */
export async function apply(ctx: Ctx, { params, body }: Input): Promise<{ id: string }> {
  try {
    return await ctx.change(async (tx) => {
      const { assignmentId, audit } = await takeSeat(tx, ctx, { keyId: params.id, ...body });
      return { result: { id: assignmentId }, audit };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'assignment_once_per_unit'))
      throw new AppError('already_on_equipment', 'This key is already on that unit.');
    throw error;
  }
}
