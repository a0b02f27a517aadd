import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { coversScope } from '../../domain/permissions.ts';
import type { Ctx } from '../context.ts';
import { claimActor } from '../limits/limits.ts';
import { readScope } from '../people/acting.ts';

/**
 * Holds the actor's own row until commit, and refuses who has lost customers since the request began: views that are shared
 * go by the customers of who shares them, and those who lose some share none of before.
 */
export async function requireOwnScope(tx: WriteDb, ctx: Pick<Ctx, 'actor' | 'scope'>): Promise<void> {
  await claimActor(tx, ctx);
  const { scope } = await tx
    .selectFrom('user')
    .select('scope')
    .where('id', '=', ctx.actor.id)
    .executeTakeFirstOrThrow();
  if (!coversScope(readScope(scope), ctx.scope))
    throw new AppError(
      'forbidden',
      'You have fewer customers than a moment ago. Look at the list again, then share it.',
    );
}
