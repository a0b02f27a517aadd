import { type Ctx, may, notFound, requireVersion } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';

/** Deletes a view of one's own; an administrator of all customers also what others share. */
export async function deleteView(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  await ctx.change(async (tx) => {
    const row = await tx
      .deleteFrom('saved_view')
      .where('id', '=', params.id)
      .where(({ eb, or }) =>
        or([eb('owner_id', '=', ctx.actor.id), ...(may(ctx, 'views.manage') ? [eb('shared', '=', 1)] : [])]),
      )
      .returningAll()
      .executeTakeFirst();
    if (!row) throw notFound('view');
    requireVersion(ctx.ifMatch, row.version);
    const details = givenFields({ name: row.name, list: row.list, query: row.query, shared: row.shared === 1 });
    return { result: undefined, audit: { action: 'view.deleted', subject: `view:${row.id}`, details } };
  });
}
