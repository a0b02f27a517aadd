import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { holderVisible } from '../scope/scope-sql.ts';

/**
 * The refusal of an applied date at which the seat had its last holder still. Names the day that holder left only where
 * the actor may know of them (P2): who holds a seat of another customer, and when, is not theirs.
 */
export async function seatWasTaken(
  tx: WriteDb,
  { scope }: Ctx,
  { keyId, seat, last }: { keyId: string; seat?: number; last?: string },
): Promise<AppError> {
  const holder =
    seat === undefined || last === undefined
      ? undefined
      : await tx
          .selectFrom('assignment as a')
          .select('a.id')
          .where('a.key_id', '=', keyId)
          .where('a.seat', '=', seat)
          .where('a.removed_on', '=', last)
          .where(holderVisible(scope, 'a'))
          .limit(1)
          .executeTakeFirst();
  if (holder)
    return new AppError(
      'applied_before_removal',
      `The seat was still taken until ${last}. Choose that day or a later one as applied date.`,
      [{ pointer: '/appliedOn', code: 'before_removal', detail: `The seat was taken until ${last}.` }],
    );
  return new AppError('applied_before_removal', 'The seat was still taken on that day. Choose a later applied date.', [
    { pointer: '/appliedOn', code: 'before_removal', detail: 'The seat was still taken on that day.' },
  ]);
}
