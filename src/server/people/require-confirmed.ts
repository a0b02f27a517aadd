import { AppError } from '../../domain/errors.ts';
import { type Action, actions } from '../../domain/permissions.ts';
import type { Ctx } from '../context.ts';

const confirmedMinutes = 10;

/**
 * Refuses what the table of permissions keeps from tokens to a token, and what it asks to be confirmed to a session
 * that was not confirmed within the last ten minutes (signing in confirms). Roles and scope are further questions.
 */
export async function requireConfirmed(ctx: Ctx, action: Action): Promise<void> {
  const { tokens, confirm } = actions[action];
  const { kind, sessionId } = ctx.actor;
  if (!tokens && kind === 'token') throw new AppError('forbidden', 'A token cannot do this. Sign in for it.');
  if (!confirm || kind === 'local' || kind === 'system') return;
  const session = await ctx.db
    .selectFrom('session')
    .select('confirmed_at')
    .where('id', '=', sessionId ?? '')
    .executeTakeFirst();
  const ageMs = Date.parse(ctx.now()) - Date.parse(session?.confirmed_at ?? '');
  if (ageMs <= confirmedMinutes * 60_000) return;
  throw new AppError(
    'confirmation_needed',
    'Confirm that it is still you, with your password (POST /session/confirmation), then repeat this within ten minutes.',
  );
}
