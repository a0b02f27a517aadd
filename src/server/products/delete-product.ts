import { type SqlBool, sql } from 'kysely';
import { type Ctx, requireVersion } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { keysPointing, licensesPointing, unlessInUse } from '../records/in-use.ts';
import { productOwn } from '../scope/scope-sql.ts';
import { notChangeable } from './product-queries.ts';
import { productOf } from './product-record.ts';

/**
 * Deletes a product that no key and no license points to; otherwise says which do (E7). For who sees them all (P2).
 */
export async function deleteProduct(ctx: Ctx, { params }: { params: { id: string } }): Promise<void> {
  const { id } = params;
  const work = () =>
    ctx.change(async (tx) => {
      const row = await tx
        .deleteFrom('product as p')
        .where('p.id', '=', id)
        .where(productOwn(ctx.scope))
        .returningAll()
        .executeTakeFirst();
      if (!row) throw await notChangeable(ctx, id);
      requireVersion(ctx.ifMatch, row.version);
      const details = givenFields(productOf(row));
      return { result: {}, audit: { action: 'product.deleted', subject: `product:${id}`, details } };
    });
  await unlessInUse(work, 'Archive it instead.', async () => [
    ...(await keysPointing(ctx, sql<SqlBool>`k.product_id = ${id}`)),
    ...(await licensesPointing(ctx, sql<SqlBool>`l.product_id = ${id}`)),
  ]);
}
