import { AppError } from '../../domain/errors.ts';
import type { Ctx } from '../context.ts';
import { claimKey } from './claim-key.ts';

/** Brings a revoked key back, with a reason (C6); its status follows from the facts. The result is its id. */
export async function reinstateKey(
  ctx: Ctx,
  { params, body }: { params: { id: string }; body: { reason: string } },
): Promise<{ id: string }> {
  return ctx.change(async (tx) => {
    const key = await claimKey(tx, ctx, params.id);
    if (key.revoked_at === null)
      throw new AppError('key_not_revoked', 'This key is not revoked: there is nothing to reinstate.');
    await tx
      .updateTable('key')
      .set((eb) => ({ revoked_at: null, version: eb('version', '+', 1) }))
      .where('id', '=', key.id)
      .execute();
    return {
      result: { id: key.id },
      audit: {
        action: 'key.reinstated',
        keyId: key.id,
        customerId: key.customer_id,
        details: { product: key.product, maskedKey: key.mask, reason: body.reason },
      },
    };
  });
}
