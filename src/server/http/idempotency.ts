import { AppError } from '../../domain/errors.ts';
import type { Ctx, Idempotency } from '../context.ts';

/** What the first request with this Idempotency-Key came to; undefined where there was none. */
export async function findReplay(ctx: Ctx, request: Idempotency): Promise<{ result: unknown } | undefined> {
  const row = await ctx.db
    .selectFrom('idempotency')
    .select(['body_mac', 'result'])
    .where('actor_id', '=', request.actorId)
    .where('method', '=', request.method)
    .where('path', '=', request.path)
    .where('key', 'in', [request.key, request.formerKey])
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.body_mac !== request.bodyMac)
    throw new AppError(
      'idempotency_key_reused',
      'That Idempotency-Key was used for another body. Use a new one for a new request.',
    );
  return { result: JSON.parse(row.result) };
}
