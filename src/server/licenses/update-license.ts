import { sql } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type AuditDraft, type Ctx, notFound, requireVersion } from '../context.ts';
import { requireCustomer } from '../customers/require-customer.ts';
import { type ResolvedProduct, resolveProduct } from '../products/resolve-product.ts';
import { changesBetween } from '../records/changes-between.ts';
import { requireAsTold } from '../scope/require-as-told.ts';
import { customerIn } from '../scope/scope-sql.ts';
import {
  judgeLicense,
  licenseColumns,
  licenseName,
  licenseOf,
  type NewLicense,
  recordedLicense,
  withBody,
} from './license-record.ts';

type Input = { params: { id: string }; body: NewLicense };

/** Changes, archives or brings back a license; the whole record is judged again. Refused: a stale version. */
export async function updateLicense(ctx: Ctx, { params: { id }, body }: Input): Promise<{ id: string }> {
  return changeIfAny(ctx, async (tx) => {
    const row = await claimLicense(tx, ctx, id);
    const before = licenseOf(row);
    const product = await productAfter(tx, ctx, row, body);
    const after = { ...withBody(before, body), productId: product.id };
    if (after.customerId !== before.customerId) await requireCustomer(tx, ctx, after.customerId);
    after.attributes = await judgeLicense(tx, after, body.attributes);
    const changes = changesBetween(recordedLicense(before, row.product), recordedLicense(after, product.name));
    if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
    await tx.updateTable('license').set(licenseColumns(after)).where('id', '=', id).execute();
    const audit: AuditDraft = {
      action: 'license.updated',
      subject: `license:${id}`,
      customerId: after.customerId,
      details: { name: licenseName(product.name, after.orderNumber), changes },
    };
    return { result: { id }, audit: [audit, ...product.audit] };
  });
}

async function claimLicense(tx: WriteDb, ctx: Ctx, id: string) {
  const row = await tx
    .updateTable('license')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where(customerIn(ctx.scope, sql`customer_id`))
    .returningAll()
    .returning(sql<string>`(select p.name from product p where p.id = product_id)`.as('product'))
    .executeTakeFirst();
  if (!row) throw notFound('license');
  await requireAsTold(tx, ctx, { license: row, asked: [id], refusal: () => notFound('license') });
  requireVersion(ctx.ifMatch, row.version - 1);
  return row;
}

/** The product the body names. The one the license has already stays, archived or not. */
async function productAfter(
  tx: WriteDb,
  ctx: Ctx,
  row: { product_id: string; product: string },
  body: NewLicense,
): Promise<Pick<ResolvedProduct, 'id' | 'name' | 'audit'>> {
  const { productId, productName } = body;
  const isNamed = productId === undefined ? productName !== undefined : productId !== row.product_id;
  return isNamed ? resolveProduct(tx, ctx, body) : { id: row.product_id, name: row.product, audit: [] };
}
