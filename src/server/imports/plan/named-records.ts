import type { BodyOf } from '../../../contract/endpoint.ts';
import type { createProduct } from '../../../contract/products.ts';
import { reading, type WriteDb } from '../../../db/open.ts';
import { forbidden } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { productNamed } from '../../products/product-queries.ts';
import { blankProduct, productColumns, withBody } from '../../products/product-record.ts';
import { givenFields } from '../../records/changes-between.ts';

/** The product of that folded name, else a new one. A product that is not visible reads as one that may not be made. */
export async function insertProduct(
  tx: WriteDb,
  ctx: Ctx,
  body: BodyOf<typeof createProduct>,
): Promise<{ id: string; audit?: AuditDraft }> {
  const known = await productNamed({ ...ctx, db: reading(tx) }, foldText(body.name));
  if (known !== undefined) return { id: known };
  if (ctx.scope !== 'all')
    throw forbidden({
      code: 'product_alone',
      detail: 'You are limited to certain customers: add a product together with its first key or license.',
    });
  const product = withBody(blankProduct, body);
  const id = ctx.newId();
  await tx
    .insertInto('product')
    .values({ id, ...productColumns(product), created_at: ctx.now() })
    .execute();
  return { id, audit: { action: 'product.created', subject: `product:${id}`, details: givenFields(product) } };
}
