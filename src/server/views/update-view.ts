import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateView as contract } from '../../contract/views.ts';
import { foldText } from '../../domain/fold.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import { changesBetween } from '../records/changes-between.ts';
import { requireSoundView } from './judge-view.ts';
import { orNameTaken } from './name-taken.ts';
import { requireOwnScope } from './require-own-scope.ts';
import { requireRoom } from './require-room.ts';

type Input = { params: { id: string }; body: BodyOf<typeof contract> };

/** Changes a view of one's own. Refused: a license key in it, a name of another of one's own, one too many that is shared. */
export async function updateView(ctx: Ctx, { params: { id }, body }: Input): Promise<{ id: string }> {
  return orNameTaken(body.name ?? '', () =>
    changeIfAny(ctx, async (tx) => {
      // First of all, as where customers are taken from somebody: of two changes one waits.
      await requireOwnScope(tx, ctx);
      const row = await tx
        .updateTable('saved_view')
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', id)
        .where('owner_id', '=', ctx.actor.id)
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound('view');
      requireVersion(ctx.ifMatch, row.version - 1);
      const before = { name: row.name, query: row.query, shared: row.shared === 1 };
      const after = {
        name: body.name ?? before.name,
        query: body.query ?? before.query,
        shared: body.shared ?? before.shared,
      };
      requireSoundView({ list: row.list, ...after });
      if (after.shared && !before.shared) await requireRoom(tx, ctx, { isNew: false, shared: true });
      const changes = changesBetween(before, after);
      if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
      await tx
        .updateTable('saved_view')
        .set({ name: after.name, name_f: foldText(after.name), query: after.query, shared: after.shared ? 1 : 0 })
        .where('id', '=', id)
        .execute();
      const details = { name: after.name, list: row.list, changes };
      return { result: { id }, audit: [{ action: 'view.updated', subject: `view:${id}`, details }] };
    }),
  );
}
