import type { WriteDb } from '../../db/open.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { ownerOf, requireCustomer } from '../customers/require-customer.ts';
import { resolveProduct } from '../products/resolve-product.ts';
import { givenFields } from '../records/changes-between.ts';
import {
  blankLicense,
  judgeLicense,
  licenseColumns,
  licenseName,
  type NewLicense,
  recordedLicense,
  withBody,
} from './license-record.ts';

/** Adds a license (E3), and its product where the body names a new one. House owns it where no customer is named. */
export async function createLicense(ctx: Ctx, { body }: { body: NewLicense }): Promise<{ id: string }> {
  return ctx.change(async (tx) => {
    const { id, audit } = await insertLicense(tx, ctx, body);
    return { result: { id }, audit };
  });
}

/**
 * Inserts a license inside a change, with its product where that is new (E3), after judging its owner, days and
 * attributes. `fingerprint` is what an import recognises its own row by.
 */
export async function insertLicense(
  tx: WriteDb,
  ctx: Ctx,
  body: NewLicense,
  fingerprint: string | null = null,
): Promise<{ id: string; audit: [AuditDraft, ...AuditDraft[]] }> {
  const product = await resolveProduct(tx, ctx, body);
  const license = withBody(blankLicense(product.id, ownerOf(ctx, body.customerId)), body);
  await requireCustomer(tx, ctx, license.customerId);
  license.attributes = await judgeLicense(tx, license, body.attributes);
  const id = ctx.newId();
  await tx
    .insertInto('license')
    .values({ id, ...licenseColumns(license), fingerprint, created_at: ctx.now() })
    .execute();
  const created: AuditDraft = {
    action: 'license.created',
    subject: `license:${id}`,
    customerId: license.customerId,
    details: {
      name: licenseName(product.name, license.orderNumber),
      ...givenFields({ ...recordedLicense(license, product.name), fingerprint: fingerprint ?? '' }),
    },
  };
  return { id, audit: [created, ...product.audit] };
}
