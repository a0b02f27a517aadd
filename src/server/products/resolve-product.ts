import type { WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { AppError, invalid } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { blankOf, columnsOf, type WrittenOf } from '../../domain/records/plain-field.ts';
import { productFields } from '../../domain/records/product.ts';
import { type AuditDraft, type Ctx, may, notFound } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { foldPlain } from '../records/plain-sql.ts';
import { productVisible } from '../scope/scope-sql.ts';

export type ResolvedProduct = { id: string; name: string; manufacturer: string; audit: AuditDraft[] };

/** The folded columns of a product. */
export function foldedProduct({ name, ...plain }: WrittenOf<typeof productFields> & { name: string }) {
  return { name_f: foldText(name), ...foldPlain(productFields, plain, { names: { name } }) };
}

/** The product a body names by id, or by its folded name: found, else created (by that manufacturer) and recorded. */
export async function resolveProduct(
  tx: WriteDb,
  ctx: Ctx,
  named: { productId?: string | undefined; productName?: string | undefined; manufacturer?: string | undefined },
  pointer = '',
): Promise<ResolvedProduct> {
  if (named.productId !== undefined) return productById(tx, ctx, named.productId);
  if (named.productName === undefined)
    throw invalid({
      pointer: `${pointer}/productId`,
      code: 'required',
      detail: 'Name the product: productId, or productName.',
    });
  return productByName(tx, ctx, named.productName, named.manufacturer ?? '');
}

async function productById(tx: WriteDb, ctx: Ctx, id: string): Promise<ResolvedProduct> {
  const product = await tx
    .selectFrom('product as p')
    .select(['p.id', 'p.name', 'p.manufacturer', 'p.archived'])
    .where('p.id', '=', id)
    .where(productVisible(ctx.scope))
    .executeTakeFirst();
  if (!product) throw notFound('product');
  return unlessArchived(product);
}

/** An archived product takes no new keys and licenses. */
function unlessArchived({
  archived,
  ...product
}: Omit<ResolvedProduct, 'audit'> & { archived: 0 | 1 }): ResolvedProduct {
  if (archived) throw archivedProduct(product.name, product.id);
  return { ...product, audit: [] };
}

/** Names the product where that is in sight; else the refusal tells of a record out of sight, which counts (`tries.ts`). */
function archivedProduct(name: string, id: string | undefined): AppError {
  const detail = `${name} is archived. Bring it back first, or choose another product.`;
  return new AppError('archived', detail, [], id === undefined ? {} : { existing: { type: 'product', id } });
}

const productNamed = statement(({ db }: On<WriteDb>, { folded }: { folded: string }) =>
  db.selectFrom('product').select(['id', 'name', 'manufacturer', 'archived']).where('name_f', '=', folded),
);

/** A product that exists for the actor; out of sight it is refused as `otherwise` says. */
async function inSight(tx: WriteDb, ctx: Ctx, id: string, otherwise: () => AppError): Promise<ResolvedProduct> {
  try {
    return await productById(tx, ctx, id);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
    throw otherwise();
  }
}

function unknownProduct(name: string): AppError {
  return new AppError('not_found', `There is no product ${name} yet. Ask an administrator to add it.`);
}

/** Creates a product by name unless one of that folded name exists; the unique name decides a race. */
async function productByName(tx: WriteDb, ctx: Ctx, name: string, manufacturer: string): Promise<ResolvedProduct> {
  const [known] = await productNamed({ db: tx }, { folded: foldText(name) });
  if (!may(ctx, 'products.write')) return inSight(tx, ctx, known?.id ?? '', () => unknownProduct(name));
  // Out of sight its own spelling is not told.
  if (known?.archived) return inSight(tx, ctx, known.id, () => archivedProduct(name, undefined));
  if (known) return unlessArchived(known);
  const product = { name, ...blankOf(productFields), manufacturer };
  const made = await tx
    .insertInto('product')
    .values({
      id: ctx.newId(),
      name,
      ...columnsOf(productFields, product),
      ...foldedProduct(product),
      archived: 0,
      created_at: ctx.now(),
    })
    .onConflict((conflict) => conflict.column('name_f').doNothing())
    .returning(['id', 'name', 'manufacturer'])
    .executeTakeFirst();
  if (!made) return productByName(tx, ctx, name, manufacturer);
  const audit: AuditDraft = { action: 'product.created', subject: `product:${made.id}`, details: givenFields(product) };
  return { ...made, audit: [audit] };
}
