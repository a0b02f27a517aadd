import { AppError } from '../../domain/errors.ts';
import { type Action, ruleFor } from '../../domain/permissions.ts';
import { requireAction } from '../context.ts';
import type { SignedIn } from '../people/acting.ts';

const confirmedMinutes = 10;

/**
 * The one place where the table of permissions is enforced: the actor's roles and customers' reach, what is closed to
 * tokens, and what needs a session that was confirmed within the last ten minutes (signing in confirms). Which records
 * are in scope is every query's own matter.
 */
export function permit(signedIn: SignedIn, action: Action, now: Date): void {
  requireAction(signedIn, action);
  const { tokens, confirm } = ruleFor(action);
  if (!tokens && signedIn.actor.kind === 'token')
    throw new AppError('forbidden', 'A token cannot do this. Sign in for it.');
  if (!confirm) return;
  const ageMs = now.getTime() - Date.parse(signedIn.confirmedAt ?? '');
  // Confirmed far ahead of now, under a wrong clock, is not confirmed.
  if (Math.abs(ageMs) <= confirmedMinutes * 60_000) return;
  throw new AppError(
    'confirmation_needed',
    'Confirm that it is still you, with your password (POST /session/confirmation), then repeat this within ten minutes.',
  );
}
