import { z } from 'zod';
import { createLicenseBody } from '../../contract/licenses.ts';
import { text } from '../../contract/values.ts';
import { invalid } from '../../domain/errors.ts';
import { check } from '../request.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keysOf, userOf } from './plan-keys.ts';
import {
  type Fields,
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
      quantity: fields.quantity ?? Math.max(1, licenseKeys.length),
      remarks: [remarks, holder].filter(Boolean).join('\n'),
      attributes,
    },
    '',
  );
  requireDefined(planning, 'license', attributes);
  const fingerprint = fingerprintOf(ownerKey(row, planning), body, planning.counts);
  const planned = { ...row, license: { body, manufacturer: extra.manufacturer ?? '', fingerprint } };
  if (licenseKeys.length === 0) return planned;
  const keys = keysOf(row, licenseKeys, keyOf(body), planning);
  return { ...planned, keys, ...userOf(extra.userName, body.purchaseDate, planning) };
}

/** The amount with its currency; a currency column of its own must not say otherwise. */
function costOf(cost: unknown, currency: unknown): Fields {
  if (typeof cost !== 'object' || cost === null) return {};
  if (currency !== undefined && 'currency' in cost && cost.currency !== currency)
    throw invalid([{ pointer: '/cost', code: 'currency', detail: 'The amount has another currency than its column.' }]);
  return { ...cost };
}

/** What a license says of its keys: a subscription where it ends, else permanent, which has no validity dates. */
function keyOf({ productId, productName, purchaseDate, start, end, quantity }: NewLicense): NewKey {
  const validity = end
    ? ({ keyType: 'subscription', validityStart: start, validityEnd: end } as const)
    : ({ keyType: 'permanent' } as const);
  return { productId, productName, purchaseDate, seats: quantity, licenseKey: '', ...validity };
}
