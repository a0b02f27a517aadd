import { z } from 'zod';
import { createLicenseBody } from '../../../contract/licenses.ts';
import { text } from '../../../contract/values.ts';
import { invalid } from '../../../domain/errors.ts';
import { parseLicenseKey } from '../../../domain/license-key.ts';
import { check } from '../../http/request.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keysOf, userOf } from './plan-keys.ts';
import {
  type Fields,
  type KeyUse,
  type NewKey,
  type NewLicense,
  ownerKey,
  type PlannedRow,
  type Planning,
  productOf,
  requireDefined,
} from './planned-row.ts';
import type { RowValues } from './row-values.ts';

const extraFields = z.strictObject({ manufacturer: text().optional(), userName: text().optional() });

/** A row of a file of licenses: the license, the keys that came with it, and the user of the first of them. */
export function planLicense(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  const { manufacturer, userName, cost, remarks, ...rest } = fields;
  const extra = check(extraFields, { manufacturer, userName }, '');
  const { licenseKeys, attributes } = values;
  // Without a key there is nothing that could be assigned.
  const holder = licenseKeys.length === 0 && extra.userName ? `Licensed to: ${extra.userName}` : '';
  const body = check(
    createLicenseBody,
    {
      ...rest,
      ...costOf(cost, rest.currency),
      ...productOf(fields, planning),
      quantity: quantityOf(fields, values, planning),
      remarks: [remarks, holder].filter(Boolean).join('\n'),
      attributes,
    },
    '',
  );
  const seat = seatOf(row, values, planning);
  if (seat) return { ...row, seatOf: seat, ...userOf(extra.userName, body.purchaseDate, planning) };
  requireDefined(planning, 'license', attributes);
  const fingerprint = fingerprintOf(ownerKey(row, planning), body, planning.counts);
  const planned = { ...row, license: { body, manufacturer: extra.manufacturer ?? '', fingerprint } };
  if (licenseKeys.length === 0) return planned;
  const keys = keysOf(row, licenseKeys, keyOf(body), planning);
  return { ...planned, keys, ...userOf(extra.userName, body.purchaseDate, planning) };
}

/** How many a row says were bought; where its key stands once for each seat, at least as many as it stands there. */
function quantityOf(fields: Fields, { licenseKeys }: RowValues, { keyUses }: Planning): unknown {
  const [only, ...more] = licenseKeys;
  const use = keyUses && only !== undefined && more.length === 0 ? keyUses.get(parseLicenseKey(only).loose) : undefined;
  if (use && use.rows > 1) return Math.max(use.rows, use.seats);
  return fields.quantity ?? Math.max(1, licenseKeys.length);
}

/** The license key of a row whose only key an earlier row gives, where that means one more seat. */
function seatOf(row: PlannedRow, { licenseKeys }: RowValues, { keyUses, lines }: Planning): PlannedRow['seatOf'] {
  const [only, ...more] = licenseKeys;
  if (!keyUses || only === undefined || more.length > 0) return undefined;
  const key = parseLicenseKey(only);
  const first = lines.get(`k:${key.loose}`);
  return first === undefined || first === row.line ? undefined : key;
}

/** Notes a row's key, if it gives just one: the file may have a row for each of its seats. */
export function noteKeyUse(uses: Map<string, KeyUse>, { licenseKeys, fields }: RowValues): void {
  const [only, ...more] = licenseKeys;
  if (only === undefined || more.length > 0) return;
  const { loose } = parseLicenseKey(only);
  const { rows, seats } = uses.get(loose) ?? { rows: 0, seats: 0 };
  const said = typeof fields.quantity === 'number' ? fields.quantity : 0;
  uses.set(loose, { rows: rows + 1, seats: Math.max(seats, said) });
}

/** The amount with its currency; a currency column of its own must not say otherwise. */
function costOf(cost: unknown, currency: unknown): Fields {
  if (typeof cost !== 'object' || cost === null) return {};
  if (currency !== undefined && 'currency' in cost && cost.currency !== currency)
    throw invalid({ pointer: '/cost', code: 'currency', detail: 'The amount has another currency than its column.' });
  return { ...cost };
}

/** What a license says of its keys: a subscription where it ends, else permanent, which has no validity dates. */
function keyOf({ productId, productName, purchaseDate, start, end, quantity }: NewLicense): NewKey {
  const validity = end
    ? ({ keyType: 'subscription', validityStart: start, validityEnd: end } as const)
    : ({ keyType: 'permanent' } as const);
  return { productId, productName, purchaseDate, seats: quantity, licenseKey: '', ...validity };
}
