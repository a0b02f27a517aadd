import type { Selectable } from 'kysely';
import type { z } from 'zod';
import type { createLicenseBody } from '../../contract/licenses.ts';
import type { WriteDb } from '../../db/open.ts';
import type { LicenseTable } from '../../db/tables.ts';
import { type FieldError, invalid } from '../../domain/errors.ts';
import { licenseFields } from '../../domain/records/license.ts';
import { blankOf, columnsOf, type WrittenOf, withGiven, writtenOf } from '../../domain/records/plain-field.ts';
import { judgeValues } from '../attributes/judge-values.ts';
import type { AttributeValues } from '../records/folded.ts';
import { foldPlain } from '../records/plain-sql.ts';

/** A license as people write it; absent text and days are ''. */
export type LicenseRecord = WrittenOf<typeof licenseFields> & {
  productId: string;
  customerId: string;
  quantity: number;
  cost: number | null;
  renewsItself: boolean;
  archived: boolean;
  attributes: AttributeValues;
};
export type NewLicense = z.output<typeof createLicenseBody>;

/** A new license, before its body is put over it. */
export function blankLicense(productId: string, customerId: string): LicenseRecord {
  const plain = blankOf(licenseFields);
  return {
    ...plain,
    productId,
    customerId,
    quantity: 1,
    cost: null,
    renewsItself: false,
    archived: false,
    attributes: {},
  };
}

type LicenseRow = Selectable<Omit<LicenseTable, 'version'>>;

export function licenseOf(row: LicenseRow): LicenseRecord {
  return {
    productId: row.product_id,
    customerId: row.customer_id,
    quantity: row.quantity,
    cost: row.cost,
    ...writtenOf(licenseFields, row),
    renewsItself: row.renews_itself === 1,
    archived: row.archived === 1,
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    attributes: JSON.parse(row.attributes) as AttributeValues,
  };
}

/** The record with a body over it; its product and its attributes are judged by themselves. */
export function withBody(record: LicenseRecord, body: NewLicense): LicenseRecord {
  return {
    ...record,
    ...withGiven(licenseFields, record, body),
    customerId: body.customerId ?? record.customerId,
    quantity: body.quantity ?? record.quantity,
    cost: body.cost === undefined ? record.cost : body.cost,
    renewsItself: body.renewsItself ?? record.renewsItself,
    archived: body.archived ?? record.archived,
  };
}

/** Judges a whole license, new or changed, and gives back its attributes. `stored` are those it has already. */
export async function judgeLicense(
  tx: WriteDb,
  license: LicenseRecord,
  given: Record<string, unknown> | undefined,
): Promise<AttributeValues> {
  const attributes = await judgeValues(tx, 'license', license.attributes, given);
  const faults: FieldError[] = [...attributes.errors];
  if (license.start && license.end && license.end < license.start)
    faults.push({
      pointer: '/end',
      code: 'before_start',
      detail: `Give a last day on or after the first, ${license.start}.`,
    });
  else if (license.noticeBy && license.end && license.noticeBy > license.end)
    faults.push({
      pointer: '/noticeBy',
      code: 'after_end',
      detail: `Give a day to cancel by on or before the last day, ${license.end}.`,
    });
  if (faults.length > 0) throw invalid(faults);
  return attributes.values;
}

const flag = (is: boolean) => (is ? (1 as const) : (0 as const));

export function licenseColumns(license: LicenseRecord) {
  return {
    product_id: license.productId,
    customer_id: license.customerId,
    quantity: license.quantity,
    cost: license.cost,
    ...columnsOf(licenseFields, license),
    renews_itself: flag(license.renewsItself),
    archived: flag(license.archived),
    attributes: JSON.stringify(license.attributes),
    ...foldPlain(licenseFields, license, license),
  };
}

/** What entries tell of a license: its product by name as well. */
export function recordedLicense(license: LicenseRecord, product: string) {
  return { product, ...license };
}

/** What a license is called by: its product, and its order where it has a number. */
export function licenseName(product: string, orderNumber: string): string {
  return [product, orderNumber].filter(Boolean).join(' · ');
}
