import type { OutputOf } from '../../contract/endpoint.ts';
import type { createView, ViewList } from '../../contract/views.ts';
import { coversScope } from '../../domain/permissions.ts';
import { notFound, type ReadCtx } from '../context.ts';
import { readScope } from '../people/acting.ts';

type View = OutputOf<typeof createView>;

/**
 * The actor's own views and those others share, the oldest first. What is shared may name customers: it exists for those
 * who may see all that its owner may see (P2).
 */
export async function readViews({ db, actor, scope }: ReadCtx, list?: ViewList): Promise<View[]> {
  let query = db
    .selectFrom('saved_view as v')
    .innerJoin('user as u', 'u.id', 'v.owner_id')
    .select([
      'v.id',
      'v.list',
      'v.name',
      'v.query',
      'v.shared',
      'v.version',
      'v.owner_id',
      'u.scope',
      'u.name as owner',
    ])
    .where(({ eb, or }) => or([eb('v.owner_id', '=', actor.id), eb('v.shared', '=', 1)]))
    .orderBy('v.id');
  if (list) query = query.where('v.list', '=', list);
  const rows = await query.execute();
  return rows
    .map(({ shared, owner_id, ...row }) => ({ ...row, shared: shared === 1, mine: owner_id === actor.id }))
    .filter(({ mine, scope: ownerScope }) => mine || coversScope(scope, readScope(ownerScope)))
    .map(({ scope: _, ...view }) => view);
}

/** One of the actor's views. Refuses with not_found. */
export async function readView(ctx: ReadCtx, id: string): Promise<View> {
  const found = (await readViews(ctx)).find((view) => view.id === id);
  if (!found) throw notFound('view');
  return found;
}
