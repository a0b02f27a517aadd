import type { BodyOf } from '../../contract/endpoint.ts';
import type { recoverKeys as contract } from '../../contract/equipment.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { Ctx } from '../context.ts';
import { releaseAll } from './release-all.ts';

/** The assignments that one action removed or made, and what their entries have in common; '' where there were none. */
export type Batch = { batch: string; ids: string[] };
type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/** Removes all keys from a unit in one action (A10), one entry each. Where there is none, nothing is recorded. */
export async function recoverKeys(ctx: Ctx, { params, body }: Input): Promise<Batch> {
  const batch = ctx.newId();
  return changeIfAny(ctx, async (tx) => {
    const released = await releaseAll(tx, ctx, params.id, { batch }, body?.remarks);
    const ids = released.map((seat) => seat.assignmentId);
    return { result: { batch: ids.length > 0 ? batch : '', ids }, audit: released.map((seat) => seat.audit) };
  });
}
