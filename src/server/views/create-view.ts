import type { BodyOf } from '../../contract/endpoint.ts';
import type { createView as contract } from '../../contract/views.ts';
import { foldText } from '../../domain/fold.ts';
import type { Ctx } from '../context.ts';
import { claimActor } from '../limits/limits.ts';
import { givenFields } from '../records/changes-between.ts';
import { requireSoundView } from './judge-view.ts';
import { orNameTaken } from './name-taken.ts';
import { requireOwnScope } from './require-own-scope.ts';
import { requireRoom } from './require-room.ts';

/** Keeps a list as it is shown, for its owner or for colleagues too. Refused: a license key in it, a name of one's own, one too many. */
export async function createView(ctx: Ctx, { body }: { body: BodyOf<typeof contract> }): Promise<{ id: string }> {
  const { shared = false, ...given } = body;
  requireSoundView(given);
  return orNameTaken(given.name, () =>
    ctx.change(async (tx) => {
      await (shared ? requireOwnScope(tx, ctx) : claimActor(tx, ctx));
      await requireRoom(tx, ctx, { isNew: true, shared });
      const id = ctx.newId();
      await tx
        .insertInto('saved_view')
        .values({ id, owner_id: ctx.actor.id, ...given, name_f: foldText(given.name), shared: shared ? 1 : 0 })
        .execute();
      const details = givenFields({ ...given, shared });
      return { result: { id }, audit: { action: 'view.created', subject: `view:${id}`, details } };
    }),
  );
}
