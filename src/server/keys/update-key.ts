import type { BodyOf } from '../../contract/endpoint.ts';
import type { updateKey as contract } from '../../contract/keys.ts';
import type { WriteDb } from '../../db/open.ts';
import { AppError } from '../../domain/errors.ts';
import { keyFields } from '../../domain/records/key.ts';
import { columnsOf, withGiven, writtenOf } from '../../domain/records/plain-field.ts';
import { changeIfAny } from '../change-if-any.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { type ResolvedProduct, resolveProduct } from '../products/resolve-product.ts';
import { changesBetween } from '../records/changes-between.ts';
import type { AttributeValues } from '../records/folded.ts';
import { type ClaimedKey, claimKey } from './claim-key.ts';
import { foldedKey } from './folded-key.ts';
import type { KeyColumns } from './insert-key.ts';
import { keyFacts } from './key-facts.ts';
import { factsOf, judgeKey, validityColumns } from './key-record.ts';
import { recordedEnd } from './recorded-end.ts';

type Patch = BodyOf<typeof contract>;

/**
 * Changes a key's fields; what is absent stays, null clears. The record is judged again as a whole (K2). Its license
 * key is no field of it (K5). Refuses fewer seats than are taken (K15). Records old and new values.
 */
export async function updateKey(
  ctx: Ctx,
  { params: { id }, body }: { params: { id: string }; body: Patch },
): Promise<{ id: string }> {
  return changeIfAny(ctx, async (tx) => {
    // Holds the row: nobody takes a seat or edits the key until this is committed.
    const key = await claimKey(tx, ctx, id);
    const product = await productAfter(tx, ctx, key, body);
    const columns = { ...(await columnsAfter(tx, ctx, key, body)), product_id: product.id };
    if (columns.seats < key.seats_taken) throw seatsBelowTaken(key.seats_taken);
    const changes = changesBetween(keyFacts(key, key.product), keyFacts(columns, product.name));
    if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
    const recorded = changes.validityEnd ? await recordedEnd(tx, ctx, id, columns.validity_end) : {};
    await tx
      .updateTable('key')
      .set((eb) => ({
        ...columns,
        ...(columns.customer_id !== key.customer_id && { owned_since: ctx.now() }),
        ...recorded,
        ...foldedKey({ ...columns, file_name: key.file_name }),
        version: eb('version', '+', 1),
      }))
      .where('id', '=', id)
      .execute();
    const details = { product: product.name, maskedKey: key.mask, changes };
    const audit: AuditDraft = { action: 'key.updated', keyId: id, customerId: columns.customer_id, details };
    return { result: { id }, audit: [audit, ...product.audit] };
  });
}

/** The product the body names. The one the key has already stays, archived or not. */
async function productAfter(
  tx: WriteDb,
  ctx: Ctx,
  key: ClaimedKey,
  body: Patch,
): Promise<Pick<ResolvedProduct, 'id' | 'name' | 'audit'>> {
  const { productId, productName } = body;
  const isNamed = productId === undefined ? productName !== undefined : productId !== key.product_id;
  return isNamed ? resolveProduct(tx, ctx, body) : { id: key.product_id, name: key.product, audit: [] };
}

/** The merged record, judged as a whole; the product is its own matter. */
async function columnsAfter(tx: WriteDb, ctx: Ctx, key: ClaimedKey, body: Patch): Promise<KeyColumns> {
  const facts = factsOf(key);
  const before = {
    customerId: key.customer_id,
    licenseId: key.license_id,
    // Written by judgeKey, so its values are texts, numbers and booleans.
    attributes: JSON.parse(key.attributes) as AttributeValues,
  };
  const record = {
    keyType: body.keyType ?? key.key_type,
    validityStart: body.validityStart === undefined ? facts.validityStart : body.validityStart,
    validityEnd: body.validityEnd === undefined ? facts.validityEnd : body.validityEnd,
    licenseId: body.licenseId === undefined ? key.license_id : body.licenseId,
    customerId: body.customerId ?? key.customer_id,
    attributes: body.attributes ?? {},
  };
  const attributes = await judgeKey(tx, ctx, record, { before });
  return {
    product_id: key.product_id,
    customer_id: record.customerId,
    license_id: record.licenseId,
    key_type: record.keyType,
    ...validityColumns(record),
    seats: body.seats ?? key.seats,
    ...columnsOf(keyFields, withGiven(keyFields, writtenOf(keyFields, key), body)),
    attributes: JSON.stringify(attributes),
  };
}

function seatsBelowTaken(taken: number): AppError {
  const detail = `${taken} seats are taken. Give at least ${taken}, or remove assignments first.`;
  return new AppError('seats_below_taken', detail, [
    { pointer: '/seats', code: 'below_taken', detail, params: { taken } },
  ]);
}
