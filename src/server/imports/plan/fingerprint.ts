import { hash } from 'node:crypto';
import { foldText } from '../../../domain/fold.ts';
import { countOf, type NewLicense } from './planned-row.ts';

/**
 * What an import recognises its own license row by: whose it is, the product, how many, the dates and the orders, and
 * the how-manieth row of the file says just that (`counts`). It holds nothing secret, so it needs no keyed hash and
 * outlives a change of the index key.
 */
export function fingerprintOf(owner: string, license: NewLicense, counts: Map<string, number>): string {
  const row = JSON.stringify([
    owner,
    license.productId ?? `n:${foldText(license.productName ?? '')}`,
    license.quantity ?? 1,
    license.start ?? '',
    license.end ?? '',
    license.purchaseDate ?? '',
    license.orderNumber ?? '',
    license.invoiceNumber ?? '',
  ]);
  return hash('sha256', `${row}|${countOf(row, counts)}`, 'base64url');
}
