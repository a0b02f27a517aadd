import type { BodyOf } from '../../contract/endpoint.ts';
import type { createProduct as createProductEndpoint } from '../../contract/products.ts';
import type { Ctx } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { blankProduct, productColumns, withBody, withUniqueName } from './product-record.ts';

type Input = { body: BodyOf<typeof createProductEndpoint> };

/**
 * Adds a product (E4). For people of all customers: for others a product exists only with a key or a license of
 * theirs (P2), and is made with it.
 */
export async function createProduct(ctx: Ctx, { body }: Input): Promise<{ id: string }> {
  const product = withBody(blankProduct, body);
  return withUniqueName(ctx, product.name, () =>
    ctx.change(async (tx) => {
      const id = ctx.newId();
      await tx
        .insertInto('product')
        .values({ id, ...productColumns(product), created_at: ctx.now() })
        .execute();
      const audit = { action: 'product.created', subject: `product:${id}`, details: givenFields(product) } as const;
      return { result: { id }, audit };
    }),
  );
}
