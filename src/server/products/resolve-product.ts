import type { WriteDb } from '../../db/open.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { type AuditDraft, type Ctx, notFound } from '../context.ts';
import { foldRecord } from '../folded.ts';

export type ResolvedProduct = { id: string; name: string; audit: AuditDraft[] };

const searched = ['name', 'code', 'manufacturer'];

/** The folded columns of a product. */
export function foldedProduct(product: { name: string; code: string; manufacturer: string; website: string }) {
  return { name_f: foldText(product.name), ...foldRecord(product, searched) };
}

/** The product a body names by id, or by its folded name: found, else created and recorded. */
export async function resolveProduct(
  tx: WriteDb,
  ctx: Ctx,
  named: { productId?: string | undefined; productName?: string | undefined },
  pointer = '',
): Promise<ResolvedProduct> {
  if (named.productId !== undefined) return productById(tx, named.productId);
  if (named.productName === undefined)
    throw invalid([
      { pointer: `${pointer}/productId`, code: 'required', detail: 'Name the product: productId, or productName.' },
    ]);
  return productByName(tx, ctx, named.productName);
}

async function productById(tx: WriteDb, id: string): Promise<ResolvedProduct> {
  const product = await tx
    .selectFrom('product')
    .select(['id', 'name', 'archived'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!product) throw notFound('product');
  if (product.archived)
    throw new AppError('archived', `${product.name} is archived. Bring it back first, or choose another product.`);
  return { id: product.id, name: product.name, audit: [] };
}

/** Creates a product by name unless one of that folded name exists; the unique name decides a race. */
async function productByName(tx: WriteDb, ctx: Ctx, name: string): Promise<ResolvedProduct> {
  const known = await tx
    .selectFrom('product')
    .select(['id', 'name'])
    .where('name_f', '=', foldText(name))
    .executeTakeFirst();
  if (known) return { ...known, audit: [] };
  const texts = { name, code: '', manufacturer: '', website: '' };
  const made = await tx
    .insertInto('product')
    .values({ id: ctx.newId(), ...texts, ...foldedProduct(texts), archived: 0, created_at: ctx.now() })
    .onConflict((conflict) => conflict.column('name_f').doNothing())
    .returning(['id', 'name'])
    .executeTakeFirst();
  if (!made) return productByName(tx, ctx, name);
  const audit: AuditDraft = { action: 'product.created', subject: `product:${made.id}`, details: { name } };
  return { ...made, audit: [audit] };
}
