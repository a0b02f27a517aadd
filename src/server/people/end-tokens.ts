import type { Ctx } from '../context.ts';
import { type ChangeTx, openTokenToEnd, setSealed } from '../seals/change-sealed.ts';
import { isSealed } from '../seals/seal.ts';

/**
 * Revokes whatever API tokens a person has, inside a change, and answers how many: none of them opens anything again. One
 * that the server did not write opens nothing as it is, and is left for doctor to find.
 */
export async function endTokens(tx: ChangeTx, { app, now }: Pick<Ctx, 'app' | 'now'>, userId: string): Promise<number> {
  const rows = await tx
    .selectFrom('token')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .execute();
  let ended = 0;
  for (const { id } of rows.filter((row) => isSealed(app, 'token', row, { user_id: userId }))) {
    const token = await openTokenToEnd(tx, app, id);
    if (!token || token.revoked_at !== null) continue;
    await setSealed(tx, 'token', token, { revoked_at: now() });
    ended += 1;
  }
  return ended;
}
