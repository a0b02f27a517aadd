import type { BodyOf } from '../../contract/endpoint.ts';
import type { createProduct as createProductEndpoint } from '../../contract/products.ts';
import { AppError } from '../../domain/errors.ts';
import { givenFields } from '../changes-between.ts';
import type { Ctx } from '../context.ts';
import { blankProduct, productColumns, withBody, withUniqueName } from './product-record.ts';

type Input = { body: BodyOf<typeof createProductEndpoint> };

/**
 * Adds a product (E4). Refused for an actor limited to customers: a product exists for them only with a key or a
 * license of theirs (P2), and is made with it.
 */
export async function createProduct(ctx: Ctx, { body }: Input): Promise<{ id: string }> {
  if (ctx.scope !== 'all')
    throw new AppError(
      'forbidden',
      'You are limited to certain customers: add a product together with its first key or license, by productName.',
    );
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
