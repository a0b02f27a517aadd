import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { forbidden } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { unitColumns } from '../audit/records-told.ts';
import { type Ctx, may, notFound, requireVersion } from '../context.ts';
import { administratorNames } from '../people/administrator-names.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { readAssignment } from './assignment-queries.ts';
import { releaseSeats } from './release-seat.ts';

/** Removes an assignment and frees its seat (A7). The unit must be the actor's to edit; an administrator always may (A9). */
export async function remove(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  const any = may(ctx, 'assignments.removeAny');
  await (any ? readAssignment : requireMine)(ctx, params.id);
  await ctx.change(async (tx) => {
    const [seat] = await releaseSeats(tx, ctx, [params.id]);
    if (!seat) throw notFound('assignment');
    requireVersion(ctx.ifMatch, seat.version);
    if (!any) await requireToldUnit(tx, ctx, seat.equipmentId);
    return { result: {}, audit: seat.audit };
  });
}

/** Refuses an assignment on a unit that is not as the log tells. */
export async function requireToldUnit(tx: WriteDb, ctx: Ctx, equipmentId: string | null): Promise<void> {
  if (equipmentId === null) return;
  const unit = await tx
    .selectFrom('equipment')
    .select(unitColumns)
    .where('id', '=', equipmentId)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .executeTakeFirst();
  if (!unit) throw notFound('assignment');
  await requireAsTold(tx, ctx, { equipment: unit, asked: [equipmentId], refusal: () => notFound('assignment') });
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
