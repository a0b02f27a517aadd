import { z } from 'zod';
import { createKeyBody } from '../../../contract/keys.ts';
import { text } from '../../../contract/values.ts';
import type { Day } from '../../../domain/day.ts';
import { invalid } from '../../../domain/errors.ts';
import { judgeValidity } from '../../../domain/key-rules.ts';
import { type ParsedLicenseKey, parseLicenseKey } from '../../../domain/license-key.ts';
import { check } from '../../http/request.ts';
import {
  type Fields,
  firstLine,
  type NewKey,
  type PlannedRow,
  type Planning,
  productOf,
  requireDefined,
} from './planned-row.ts';
import type { RowValues } from './row-values.ts';

const unitName = z.object({ equipment: text().optional() });

/** A row of a file of keys: its keys, and its user on the first of them. */
export function planKeys(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  if (values.licenseKeys.length === 0) throw noKey(values);
  const { equipment, ...own } = fields;
  const onUnit = check(unitName, { equipment }, '').equipment;
  const body = check(
    createKeyBody,
    {
      keyType: fields.validityEnd === undefined ? 'permanent' : 'subscription',
      ...own,
      ...productOf(fields, planning),
      attributes: values.attributes,
      licenseKey: '',
    },
    '',
  );
  const keys = keysOf(row, values.licenseKeys, body, planning);
  return { ...row, keys, ...userOf(body.userName, body.purchaseDate, planning), ...(onUnit && { onUnit }) };
}

function noKey({ maskedKey }: RowValues) {
  const detail = maskedKey ? 'A new row needs the whole license key: this is only its mask.' : 'Give the license key.';
  return invalid({ pointer: '/licenseKey', code: 'required', detail });
}

/** The keys of one cell: they share the row's seats evenly, the first take what is left over, one each at least. */
export function keysOf(row: PlannedRow, texts: string[], body: NewKey, planning: Planning): PlannedRow['keys'] {
  const seats = body.seats ?? texts.length;
  return texts.map((licenseKey, i) => {
    const parsed = parseLicenseKey(licenseKey);
    refuseRepeated(row, parsed, planning);
    const share = Math.max(1, Math.floor(seats / texts.length) + (i < seats % texts.length ? 1 : 0));
    // The user's assignment has a date of its own, so it is not made with the key.
    const { userName: _, ...key } = check(createKeyBody, { ...body, seats: share }, '');
    const validity = { validityStart: key.validityStart ?? null, validityEnd: key.validityEnd ?? null };
    requireDefined(planning, 'key', key.attributes ?? {}, judgeValidity({ keyType: key.keyType, ...validity }));
    for (const { pointer, ...warning } of parsed.warnings)
      row.warnings.push({ line: row.line, column: row.columnOf(pointer), ...warning });
    return { body: key, text: parsed };
  });
}

function refuseRepeated(row: PlannedRow, { loose, mask }: ParsedLicenseKey, planning: Planning): void {
  const first = firstLine(planning, `k:${loose}`, row.line);
  if (first === undefined) return;
  const detail = `The license key must be unique! ${mask} stands on line ${first} as well.`;
  throw invalid({ pointer: '/licenseKey', code: 'repeated', detail });
}

/** Whose the first key of a row is: since the purchase, as far as that is known and past. */
export function userOf(
  userName: string | null | undefined,
  purchaseDate: Day | null | undefined,
  { today }: Planning,
): Pick<PlannedRow, 'user'> {
  if (!userName) return {};
  return { user: { userName, appliedOn: purchaseDate && purchaseDate < today ? purchaseDate : today } };
}
