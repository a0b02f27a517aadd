import type { z } from 'zod';
import type { createLicenseBody } from '../../contract/licenses.ts';
import type { WriteDb } from '../../db/open.ts';
import type { LicenseTable } from '../../db/tables.ts';
import { type FieldError, invalid } from '../../domain/errors.ts';
import { judgeValues } from '../attributes/judge-values.ts';
import { type AttributeValues, foldRecord } from '../records/folded.ts';
import { patched } from '../records/patched.ts';

/** The texts that are folded; `q` finds all but the terms of use. */
const searched = ['currency', 'supplier', 'orderNumber', 'invoiceNumber', 'costCenter', 'barcode', 'remarks'] as const;
const textFields = [...searched, 'termsOfUse', 'start', 'end', 'purchaseDate'] as const;

/** A license as people write it; absent text and days are ''. */
export type LicenseRecord = Record<(typeof textFields)[number], string> & {
  productId: string;
  customerId: string;
  quantity: number;
  cost: number | null;
  archived: boolean;
  attributes: AttributeValues;
};
export type NewLicense = z.output<typeof createLicenseBody>;

/** A new license, before its body is put over it. */
export function blankLicense(productId: string, customerId: string): LicenseRecord {
  const order = { supplier: '', orderNumber: '', invoiceNumber: '', costCenter: '', barcode: '', currency: '' };
  const texts = { ...order, termsOfUse: '', remarks: '', start: '', end: '', purchaseDate: '' };
  return { ...texts, productId, customerId, quantity: 1, cost: null, archived: false, attributes: {} };
}

export function licenseOf(row: Omit<LicenseTable, 'version' | 'archived'> & { archived: 0 | 1 }): LicenseRecord {
  return {
    productId: row.product_id,
    customerId: row.customer_id,
    quantity: row.quantity,
    start: row.start_day,
    end: row.end_day,
    purchaseDate: row.purchase_date,
    cost: row.cost,
    currency: row.currency,
    supplier: row.supplier,
    orderNumber: row.order_number,
    invoiceNumber: row.invoice_number,
    costCenter: row.cost_center,
    barcode: row.barcode,
    termsOfUse: row.terms_of_use,
    remarks: row.remarks,
    archived: row.archived === 1,
    // Written by judgeAttributes, so its values are texts, numbers and booleans.
    attributes: JSON.parse(row.attributes) as AttributeValues,
  };
}

/** The record with a body over it; its product and its attributes are judged by themselves. */
export function withBody(record: LicenseRecord, body: NewLicense): LicenseRecord {
  const texts = textFields.map((field) => [field, patched(body[field], record[field])]);
  return {
    ...record,
    ...Object.fromEntries(texts),
    customerId: body.customerId ?? record.customerId,
    quantity: body.quantity ?? record.quantity,
    cost: body.cost === undefined ? record.cost : body.cost,
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
  if (faults.length > 0) throw invalid(faults);
  return attributes.values;
}

export function licenseColumns(license: LicenseRecord) {
  const texts = Object.fromEntries([...searched, 'termsOfUse' as const].map((field) => [field, license[field]]));
  return {
    product_id: license.productId,
    customer_id: license.customerId,
    quantity: license.quantity,
    start_day: license.start,
    end_day: license.end,
    purchase_date: license.purchaseDate,
    cost: license.cost,
    currency: license.currency,
    supplier: license.supplier,
    order_number: license.orderNumber,
    invoice_number: license.invoiceNumber,
    cost_center: license.costCenter,
    barcode: license.barcode,
    terms_of_use: license.termsOfUse,
    remarks: license.remarks,
    archived: license.archived ? (1 as const) : (0 as const),
    attributes: JSON.stringify(license.attributes),
    ...foldRecord(texts, searched, license.attributes),
  };
}

/** What entries tell of a license: its product by name. */
export function recordedLicense({ productId: _, ...license }: LicenseRecord, product: string) {
  return { product, ...license };
}

/** What a license is called by: its product, and its order where it has a number. */
export function licenseName(product: string, orderNumber: string): string {
  return [product, orderNumber].filter(Boolean).join(' · ');
}
