import { sql } from 'kysely';
import { reading, type WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';

/** Views of a person, and of those the shared ones, which everybody reads who sees as much. */
const mostViews = 100;
const mostShared = 20;

/**
 * Refuses one more view of the actor's, or one more that is shared. After the actor's own row is held, so that of two at
 * once one counts the other. Who has more from before keeps them.
 */
export async function requireRoom(
  tx: WriteDb,
  { actor }: Ctx,
  more: { isNew: boolean; shared: boolean },
): Promise<void> {
  const { views, shared } = await reading(tx)
    .selectFrom('saved_view')
    .select([sql<number>`count(*)`.as('views'), sql<number>`coalesce(sum(shared), 0)`.as('shared')])
    .where('owner_id', '=', actor.id)
    .executeTakeFirstOrThrow();
  if (more.isNew && views >= mostViews) {
    const detail = `You have ${views} views, and ${mostViews} are the most. Delete one that you need no more.`;
    throw invalid({ pointer: '', code: 'too_many_views', detail, params: { max: mostViews } });
  }
  if (more.shared && shared >= mostShared) {
    const detail = `You share ${shared} views, and ${mostShared} are the most. Keep this one to yourself, or share another no more.`;
    throw invalid({ pointer: '/shared', code: 'too_many_shared', detail, params: { max: mostShared } });
  }
}
