import { AppError } from '../../domain/errors.ts';
import { type Action, coversScope, roles } from '../../domain/permissions.ts';
import { type Actor, type Ctx, may } from '../context.ts';
import { type SignedIn, sameActor } from '../people/actors.ts';

/** Thrown where work that outlives its request is its actor's no more. */
export class NoLongerAllowed extends AppError {
  constructor() {
    super(
      'forbidden',
      'Who began this may not do it any more: signed out, disabled, the token ended, or with fewer rights.',
    );
  }
}

/**
 * Asks again whether work may go on that takes longer than a request should: an import, a file that is being sent. Its
 * every part asks this before it begins. Refused once the actor is disabled, the session or token has ended, the roles
 * or customers are fewer than at the start, or one of the actions is not theirs any more.
 */
export async function stillAllowed({ app, actor }: Pick<Ctx, 'app' | 'actor'>, ...actions: Action[]): Promise<void> {
  const now = await sameActor(app, actor);
  if (now && !now.unfinished && actions.every((action) => may(now, action)) && isWithin(actor, now)) return;
  throw new NoLongerAllowed();
}

/** Whether somebody has at least the rights now that the work was begun with. */
function isWithin(then: Actor, { actor: now }: SignedIn): boolean {
  return lowestOf(now) <= lowestOf(then) && coversScope(now.scope, then.scope);
}

/** Of several roles the one with the fewest rights counts. */
function lowestOf({ roles: held }: Actor): number {
  return Math.max(...held.map((role) => roles.indexOf(role)));
}
