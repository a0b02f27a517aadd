import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateProduct as updateProductEndpoint } from '../../contract/products.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type Ctx, requireVersion } from '../context.ts';
import { changesBetween } from '../records/changes-between.ts';
import { productOwn } from '../scope/scope-sql.ts';
import { notChangeable } from './product-queries.ts';
import { productColumns, productOf, withBody, withUniqueName } from './product-record.ts';

type Input = { params: { id: string }; body: BodyOf<typeof updateProductEndpoint> };

/**
 * Changes, archives or brings back a product, for who sees all its keys and licenses (P2). Refused: another's name, a
 * stale version.
 */
export async function updateProduct(ctx: Ctx, { params, body }: Input): Promise<{ id: string }> {
  return withUniqueName(ctx, body.name, () =>
    changeIfAny(ctx, async (tx) => {
      const row = await tx
        .updateTable('product as p')
        .set((eb) => ({ version: eb('p.version', '+', 1) }))
        .where('p.id', '=', params.id)
        .where(productOwn(ctx.scope))
        .returningAll()
        .executeTakeFirst();
      if (!row) throw await notChangeable(ctx, params.id);
      requireVersion(ctx.ifMatch, row.version - 1);
      const before = productOf(row);
      const after = withBody(before, body);
      const changes = changesBetween(before, after);
      if (Object.keys(changes).length === 0) return { result: { id: row.id }, audit: [] };
      await tx.updateTable('product').set(productColumns(after)).where('id', '=', row.id).execute();
      const details = { name: after.name, changes };
      return {
        result: { id: row.id },
        audit: [{ action: 'product.updated', subject: `product:${row.id}`, details }],
      };
    }),
  );
}
