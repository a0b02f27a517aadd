import type { Insertable } from 'kysely';
import type { z } from 'zod';
import type { createKeyBody } from '../../contract/keys.ts';
import type { WriteDb } from '../../db/open.ts';
import { insertRow } from '../../db/statement.ts';
import type { KeyTable } from '../../db/tables.ts';
import { foldText } from '../../domain/fold.ts';
import { keyFields } from '../../domain/records/key.ts';
import { blankOf, type ColumnsOf, columnsOf, withGiven } from '../../domain/records/plain-field.ts';
import { takeSeat } from '../assignments/take-seat.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { ownerOf } from '../customers/require-customer.ts';
import { resolveProduct } from '../products/resolve-product.ts';
import { hashesOf } from './find-by-text.ts';
import { foldedKey } from './folded-key.ts';
import type { KeyContent } from './key-content.ts';
import { newKeyDetails } from './key-facts.ts';
import { judgeKey, validityColumns } from './key-record.ts';
import { requireOwnSpelling } from './unique-text.ts';

export type NewKey = z.output<typeof createKeyBody>;

export type InsertedKey = { id: string; audit: [AuditDraft, ...AuditDraft[]] };

/** Inserts one key inside a change, with its product where that is new, and the assignment of its user. */
export async function insertKey(
  tx: WriteDb,
  ctx: Ctx,
  body: NewKey,
  content: KeyContent,
  details: Record<string, unknown> = {},
  at = '',
): Promise<InsertedKey> {
  const product = await resolveProduct(tx, ctx, body, at);
  const record = {
    keyType: body.keyType,
    validityStart: body.validityStart ?? null,
    validityEnd: body.validityEnd ?? null,
    licenseId: body.licenseId ?? null,
    customerId: ownerOf(ctx, body.customerId),
    attributes: body.attributes ?? {},
  };
  const attributes = JSON.stringify(await judgeKey(tx, ctx, record, { at }));
  const columns = {
    product_id: product.id,
    customer_id: record.customerId,
    license_id: record.licenseId,
    key_type: record.keyType,
    ...validityColumns(record),
    seats: body.seats ?? 1,
    ...columnsOf(keyFields, withGiven(keyFields, blankOf(keyFields), body)),
    attributes,
  };
  const row = { columns, product: product.name, content, allowSimilarTo: body.allowSimilarTo, details };
  const { id, audit: created } = await insertKeyRow(tx, ctx, row, at);
  if (!body.userName) return { id, audit: [created, ...product.audit] };
  const { audit } = await takeSeat(tx, ctx, {
    keyId: id,
    userName: body.userName,
    recordsFact: true,
    details,
    made: new Set([id]),
  });
  return { id, audit: [created, audit, ...product.audit] };
}

/** What of a key's row people write or another key hands on: all but its content and what follows from facts. */
export type KeyColumns = Pick<
  Insertable<KeyTable>,
  'product_id' | 'customer_id' | 'license_id' | 'key_type' | 'validity_start' | 'validity_end' | 'seats' | 'attributes'
> &
  ColumnsOf<typeof keyFields>;

/** `product` is its name and `details` what the entry says beyond the usual; the columns have been judged. */
export type KeyRow = {
  columns: KeyColumns & { replaces_id?: string };
  product: string;
  content: KeyContent;
  allowSimilarTo?: string | undefined;
  details?: Record<string, unknown>;
};

/** Inserts the row of a new key, its secret encrypted for it alone, and drafts its entry. Refuses a known spelling (K4) or file. */
export async function insertKeyRow(
  tx: WriteDb,
  ctx: Ctx,
  { columns, product, content, allowSimilarTo, details }: KeyRow,
  at = '',
): Promise<{ id: string; audit: AuditDraft }> {
  const id = ctx.newId();
  await requireOwnSpelling(tx, ctx, content, allowSimilarTo, at);
  await insertRow({ db: tx }, 'key', {
    id,
    ...columns,
    ...foldedKey({ ...columns, file_name: content.fileName }),
    ...shownColumns(content),
    ...secretColumns(ctx, id, content),
    loose_disc: allowSimilarTo ? id : '',
    created_at: ctx.now(),
  });
  const audit: AuditDraft = {
    action: 'key.created',
    keyId: id,
    customerId: columns.customer_id,
    details: {
      ...newKeyDetails(ctx.app, content, columns, product),
      ...(allowSimilarTo && { allowSimilarTo, spelledAlike: true }),
      ...details,
    },
  };
  return { id, audit };
}

/** What may be shown of a key's content, as its columns. */
export function shownColumns({ tail, mask, delivery, fileName, fileSize }: KeyContent) {
  return { tail, tail_f: foldText(tail), mask, delivery, file_name: fileName, file_size: fileSize };
}

function secretColumns(ctx: Ctx, id: string, { secret }: KeyContent) {
  if (!secret) return { cipher: null, hx: null, hl: null };
  return { cipher: ctx.app.vault.seal(secret.text, id), ...hashesOf(ctx, secret) };
}
