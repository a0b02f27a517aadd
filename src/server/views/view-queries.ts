import type { OutputOf } from '../../contract/endpoint.ts';
import type { createView, ViewList } from '../../contract/views.ts';
import { coversScope } from '../../domain/permissions.ts';
import { notFound, type ReadCtx } from '../context.ts';
import { readScope } from '../people/acting.ts';

type View = OutputOf<typeof createView>;

/**
 * The actor's own views and those others share, the oldest first. What is shared may name customers: it exists for those
 * who may see all that its owner may see (P2). Nothing else is read.
 */
export async function readViews(
  ctx: ReadCtx,
  { list, id }: { list?: ViewList | undefined; id?: string },
): Promise<View[]> {
  const { db, actor, fragments } = ctx;
  const owners = await ownersSeen(ctx);
  let query = db
    .selectFrom('saved_view as v')
    .innerJoin('user as u', 'u.id', 'v.owner_id')
    .select(['v.id', 'v.list', 'v.name', 'v.query', 'v.shared', 'v.version', 'v.owner_id', 'u.name as owner'])
    .where(({ eb, or, and }) => {
      const isShared = eb('v.shared', '=', 1);
      const isAmong = (ids: string[]) => fragments.isInList('v.owner_id', fragments.listOf(ids));
      return or([eb('v.owner_id', '=', actor.id), owners === 'all' ? isShared : and([isShared, isAmong(owners)])]);
    })
    .orderBy('v.id');
  if (list) query = query.where('v.list', '=', list);
  if (id !== undefined) query = query.where('v.id', '=', id);
  const rows = await query.execute();
  // Asked again: meanwhile an owner may have been given more customers, and have shared a view of those.
  const stillSeen = await ownersSeen(ctx);
  return rows
    .map(({ shared, owner_id, ...row }) => ({ ...row, shared: shared === 1, mine: owner_id === actor.id, owner_id }))
    .filter(({ mine, owner_id }) => mine || stillSeen === 'all' || stillSeen.includes(owner_id))
    .map(({ owner_id: _, ...view }) => view);
}

/** The people who share views, and of whose customers the actor sees all. Their customers are read once, not once a view. */
async function ownersSeen({ db, scope }: ReadCtx): Promise<string[] | 'all'> {
  if (scope === 'all') return scope;
  const rows = await db
    .selectFrom('user as u')
    .select(['u.id', 'u.scope'])
    .where('u.scope', '<>', 'all')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('saved_view as v').select('v.id').whereRef('v.owner_id', '=', 'u.id').where('v.shared', '=', 1),
      ),
    )
    .execute();
  return rows.filter((row) => coversScope(scope, readScope(row.scope))).map(({ id }) => id);
}

/** One of the actor's views. Refuses with not_found. */
export async function readView(ctx: ReadCtx, id: string): Promise<View> {
  const [found] = await readViews(ctx, { id });
  if (!found) throw notFound('view');
  return found;
}
