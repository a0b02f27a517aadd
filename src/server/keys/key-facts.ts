import { FAR_END } from '../../domain/day.ts';
import { keyFields } from '../../domain/records/key.ts';
import { writtenOf } from '../../domain/records/plain-field.ts';
import type { App } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import type { AttributeValues } from '../records/folded.ts';
import { textDigest } from '../secrets/digests.ts';
import type { KeyColumns } from './insert-key.ts';
import type { KeyContent } from './key-content.ts';

/** What entries tell of a key, field by field; '' where it has none. Owner and license go by id: their names are not for everybody who sees the key. */
export function keyFacts(columns: KeyColumns, product: string): Record<string, unknown> {
  return {
    product,
    productId: columns.product_id,
    customerId: columns.customer_id,
    licenseId: columns.license_id,
    keyType: columns.key_type,
    validityStart: columns.validity_start,
    validityEnd: columns.validity_end === FAR_END ? '' : columns.validity_end,
    seats: columns.seats,
    ...writtenOf(keyFields, columns),
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    attributes: JSON.parse(columns.attributes ?? '{}') as AttributeValues,
  };
}

/** What the entry of a new key tells: every field it has, how it is delivered, its mask, and the digest that stands for its text or file. */
export function newKeyDetails(
  { vault }: Pick<App, 'vault'>,
  { delivery, secret, mask, fileName, fileSize }: KeyContent,
  columns: KeyColumns,
  product: string,
): Record<string, unknown> {
  return {
    ...(delivery !== 'key' && { delivery }),
    maskedKey: mask,
    ...(secret && { textDigest: textDigest(vault, secret.text) }),
    ...(fileName !== '' && { fileName }),
    ...(fileSize > 0 && { fileSize }),
    ...givenFields(keyFacts(columns, product)),
  };
}
