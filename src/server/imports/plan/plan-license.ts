import { z } from 'zod';
import { createLicenseBody } from '../../../contract/licenses.ts';
import { text } from '../../../contract/values.ts';
import { invalid } from '../../../domain/errors.ts';
import { parseLicenseKey } from '../../../domain/license-key.ts';
import { check } from '../../http/request.ts';
import type { KeySecret } from '../../keys/key-content.ts';
import { seatsOf } from './file-uses.ts';
import { fingerprintOf } from './fingerprint.ts';
import { holdersOf } from './holders.ts';
import { tellService } from './not-software.ts';
import { keysOf } from './plan-keys.ts';
import {
  type Fields,
  type NewKey,
  type NewLicense,
  nothingSaid,
  ownerKey,
  type PlannedRow,
  type Planning,
  productOf,
  requireDefined,
  type Said,
  without,
} from './planned-row.ts';
import type { RowValues } from './row-values.ts';

const extraFields = z.strictObject({ manufacturer: text().optional() });

/** A row of a file of licenses: the license, the keys that came with it, and the user of the first of them. */
export function planLicense(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  const { manufacturer, userName: _, cost, remarks, ...rest } = fields;
  const extra = check(extraFields, { manufacturer }, '');
  const { licenseKeys, persons, attributes } = values;
  // Without a key there is nothing that could be assigned.
  const holder = licenseKeys.length === 0 && persons.length > 0 ? `Licensed to: ${persons.join(', ')}` : '';
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
  const holders = holdersOf(persons, [], body.purchaseDate, planning);
  const secret = seatOf(row, values, planning);
  if (secret) return { ...row, seatOf: { secret, holders } };
  requireDefined(planning, 'license', attributes);
  const fingerprint = fingerprintOf(ownerKey(row, planning), body, planning.counts);
  const license = saidOf({ ...fields, ...row.owner }, values, planning);
  const said = { key: nothingSaid, license };
  const planned = { ...row, said, license: { body, manufacturer: extra.manufacturer ?? '', fingerprint } };
  if (licenseKeys.length === 0) {
    tellService(row, values);
    return planned;
  }
  return { ...planned, keys: keysOf(row, values, { body: keyOf(body), holders }, planning) };
}

function saidOf({ quantity, ...fields }: Fields, values: RowValues, { uses }: Planning): Said {
  const [only, ...more] = values.licenseKeys;
  const use = only !== undefined && more.length === 0 ? uses?.keys.get(parseLicenseKey(only).loose) : undefined;
  const own = without(fields, 'manufacturer', 'userName');
  const { attributes } = values;
  if (use && use.rows > 1) return { fields: own, attributes, together: { quantity: seatsOf(use) } };
  return { fields: { ...own, ...(quantity !== undefined && { quantity }) }, attributes };
}

/** How many a row says were bought; where its key stands once for each seat, at least as many as it stands there. */
function quantityOf(fields: Fields, { licenseKeys, persons }: RowValues, { uses }: Planning): unknown {
  const [only, ...more] = licenseKeys;
  const use = uses && only !== undefined && more.length === 0 ? uses.keys.get(parseLicenseKey(only).loose) : undefined;
  if (use && use.rows > 1) return seatsOf(use);
  return fields.quantity ?? Math.max(1, licenseKeys.length, licenseKeys.length > 0 ? persons.length : 1);
}

/** The license key of a row whose only key an earlier row gives, where that means one more seat. */
export function seatOf(row: PlannedRow, { licenseKeys }: RowValues, { uses, lines }: Planning): KeySecret | undefined {
  const [only, ...more] = licenseKeys;
  if (!uses || only === undefined || more.length > 0) return undefined;
  const key = parseLicenseKey(only);
  const first = lines.get(`k:${key.loose}`);
  return first === undefined || first === row.line ? undefined : key;
}

/** The amount with its currency; a currency column of its own must not say otherwise. */
export function costOf(cost: unknown, currency: unknown): Fields {
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
