import type { Action } from '../../domain/permissions.ts';
import { type Ctx, may } from '../context.ts';
import { isWithin, NoLongerAllowed } from '../people/acting.ts';
import { sameActor } from '../people/actors.ts';

/**
 * Asks again whether work may go on that takes longer than a request should: an import, a file that is being sent. Its
 * every part asks this before it begins. Refused once the actor is disabled, the session or token has ended, the roles
 * or customers are fewer than at the start, or one of the actions is not theirs any more.
 */
export async function stillAllowed({ app, actor }: Pick<Ctx, 'app' | 'actor'>, ...actions: Action[]): Promise<void> {
  const now = await sameActor(app, actor);
  if (now && !now.unfinished && actions.every((action) => may(now, action)) && isWithin(actor, now.actor)) return;
  throw new NoLongerAllowed();
}
