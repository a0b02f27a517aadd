import { sql } from 'kysely';
import { reading, type WriteDb } from '../../db/open.ts';
import { invalid } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';

/** Tokens of a person that open something. */
const mostTokens = 100;

/**
 * Refuses one more token of somebody's who has a hundred that are neither revoked nor expired. After the owner's row is
 * held, so that of two at once one counts the other. Who has more from before keeps them.
 */
export async function requireTokenRoom(tx: WriteDb, { today }: Pick<Ctx, 'today'>, ownerId: string): Promise<void> {
  const { tokens } = await reading(tx)
    .selectFrom('token')
    .select(sql<number>`count(*)`.as('tokens'))
    .where('user_id', '=', ownerId)
    .where('revoked_at', 'is', null)
    .where('expires_on', '>=', today)
    .executeTakeFirstOrThrow();
  if (tokens < mostTokens) return;
  const detail = `There are ${tokens} tokens, and ${mostTokens} of a person are the most. Revoke one that is needed no more.`;
  throw invalid({ pointer: '', code: 'too_many_tokens', detail, params: { max: mostTokens } });
}
