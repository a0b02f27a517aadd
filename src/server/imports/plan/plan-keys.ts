import { z } from 'zod';
import { createKeyBody } from '../../../contract/keys.ts';
import { text } from '../../../contract/values.ts';
import { invalid } from '../../../domain/errors.ts';
import { judgeValidity } from '../../../domain/key-rules.ts';
import { parseLicenseKey } from '../../../domain/license-key.ts';
import { check } from '../../http/request.ts';
import { contentOfText, readContent } from '../../keys/key-content.ts';
import { holdersOf, sharedOut } from './holders.ts';
import {
  type Fields,
  firstLine,
  type GivenContent,
  type Holder,
  type NewKey,
  nothingSaid,
  type PlannedRow,
  type Planning,
  productOf,
  requireDefined,
} from './planned-row.ts';
import type { RowValues } from './row-values.ts';

const unitName = z.object({ equipment: text().optional() });

/** A row of a file of keys: its keys, and who and what has them. */
export function planKeys(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  if (!givesKey(values)) throw noKey(values);
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
  const holders = holdersOf(
    values.persons,
    onUnit ? [{ name: onUnit, serialNumber: '', manufacturer: '', model: '' }] : [],
    body.purchaseDate,
    planning,
  );
  const { userName: _, ...said } = own;
  const key = { fields: { ...said, ...row.owner }, attributes: values.attributes };
  return { ...row, said: { key, license: nothingSaid }, keys: keysOf(row, values, { body, holders }, planning) };
}

/** Whether a row gives a license key, or the lines of a license file. */
export function givesKey({ licenseKeys, licenseBlock }: RowValues): boolean {
  return licenseKeys.length > 0 || licenseBlock !== undefined;
}

function noKey({ maskedKey }: RowValues) {
  const detail = maskedKey ? 'A new row needs the whole license key: this is only its mask.' : 'Give the license key.';
  return invalid({ pointer: '/licenseKey', code: 'required', detail });
}

/**
 * The keys of one cell: they share the row's seats evenly, the first take what is left over, one each at least; where it
 * names no number, there are as many as it names people.
 */
export function keysOf(
  row: PlannedRow,
  values: RowValues,
  { body, holders }: { body: NewKey; holders: readonly Holder[] },
  planning: Planning,
): PlannedRow['keys'] {
  const contents = contentsOf(values);
  const seats = body.seats ?? Math.max(contents.length, holders.length);
  const shares = contents.map((_, i) =>
    Math.max(1, Math.floor(seats / contents.length) + (i < seats % contents.length ? 1 : 0)),
  );
  const holdersBy = sharedOut(holders, shares);
  return contents.map((content, i) => {
    refuseRepeated(row, content, planning);
    // The user's assignment has a date of its own, so it is not made with the key.
    const { userName: _, ...key } = check(createKeyBody, { ...body, seats: shares[i] }, '');
    const validity = { validityStart: key.validityStart ?? null, validityEnd: key.validityEnd ?? null };
    requireDefined(planning, 'key', key.attributes ?? {}, judgeValidity({ keyType: key.keyType, ...validity }));
    for (const { pointer, ...warning } of content.warnings)
      row.warnings.push({ line: row.line, column: row.columnOf(pointer), ...warning });
    return { body: key, content, holders: holdersBy[i] ?? [] };
  });
}

function contentsOf({ licenseKeys, licenseBlock }: RowValues): GivenContent[] {
  const contents = licenseKeys.map((text) => contentOfText(parseLicenseKey(text)));
  if (licenseBlock !== undefined)
    contents.push(readContent({ licenseFile: { content: Buffer.from(licenseBlock).toString('base64') } }));
  return contents.flatMap(({ secret, ...content }) => (secret ? { ...content, secret } : []));
}

function refuseRepeated(row: PlannedRow, { secret, mask }: GivenContent, planning: Planning): void {
  const first = firstLine(planning, `k:${secret.loose}`, row.line);
  if (first === undefined) return;
  const detail = `The license key must be unique! ${mask} stands on line ${first} as well.`;
  throw invalid({ pointer: '/licenseKey', code: 'repeated', detail, params: { first } });
}
