import { forbidden } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, may, requireVersion } from '../context.ts';
import { administratorNames } from '../people/administrator-names.ts';
import { readAssignment } from './assignment-queries.ts';
import { releaseSeat } from './release-seat.ts';

/** Removes an assignment and frees its seat (A7). The unit must be the actor's to edit; an administrator always may (A9). */
export async function remove(ctx: Ctx, { params }: { params: { id: string } }): Promise<undefined> {
  const check = may(ctx, 'assignments.removeAny') ? readAssignment : requireMine;
  await check(ctx, params.id);
  await ctx.change(async (tx) => {
    const { audit, version } = await releaseSeat(tx, ctx, params.id);
    requireVersion(ctx.ifMatch, version);
    return { result: {}, audit };
  });
  return undefined;
}

/** Refuses an assignment whose unit (or, without one, whose key) belongs to a customer outside the actor's; names who may (A9). */
export async function requireMine(ctx: Ctx, id: string): Promise<void> {
  const assignment = await readAssignment(ctx, id);
  const mine = assignment.customer !== null && inScope(ctx.scope, assignment.customer.id);
  if (mine) return;
  const administrators = await administratorNames(ctx);
  throw forbidden({
    code: 'unit_elsewhere',
    detail: `This unit belongs to a customer that is not yours. Ask an administrator: ${administrators}.`,
    params: { administrators },
  });
}
