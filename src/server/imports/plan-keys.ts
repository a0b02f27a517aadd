import { createKeyBody } from '../../contract/keys.ts';
import type { Day } from '../../domain/day.ts';
import { invalid } from '../../domain/errors.ts';
import { judgeValidity } from '../../domain/key-rules.ts';
import { type ParsedLicenseKey, parseLicenseKey } from '../../domain/license-key.ts';
import { check } from '../request.ts';
import { type Fields, type NewKey, type PlannedRow, type Planning, productOf, requireDefined } from './planned-row.ts';
import type { RowValues } from './row-values.ts';

/** A row of a file of keys: its keys, and its user on the first of them. */
export function planKeys(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  if (values.licenseKeys.length === 0)
    throw invalid([{ pointer: '/licenseKey', code: 'required', detail: 'Give the license key.' }]);
  const body = check(
    createKeyBody,
    {
      keyType: fields.validityEnd === undefined ? 'permanent' : 'subscription',
      ...fields,
      ...productOf(fields, planning),
      attributes: values.attributes,
      licenseKey: '',
    },
    '',
  );
  const keys = keysOf(row, values.licenseKeys, body, planning);
  return { ...row, keys, ...userOf(body.userName, body.purchaseDate, planning) };
}

/** The keys of one cell: they share the row's seats evenly, the first take what is left over, one each at least. */
export function keysOf(row: PlannedRow, texts: string[], body: NewKey, planning: Planning): PlannedRow['keys'] {
  const seats = body.seats ?? texts.length;
  return texts.map((licenseKey, i) => {
    const text = parseLicenseKey(licenseKey);
    refuseRepeated(row, text, planning.lines.keys);
    const share = Math.max(1, Math.floor(seats / texts.length) + (i < seats % texts.length ? 1 : 0));
    // The user's assignment has a date of its own, so it is not made with the key.
    const { userName: _, ...key } = check(createKeyBody, { ...body, seats: share }, '');
    const validity = { validityStart: key.validityStart ?? null, validityEnd: key.validityEnd ?? null };
    requireDefined(planning, 'key', key.attributes ?? {}, judgeValidity({ keyType: key.keyType, ...validity }));
    for (const { code, detail } of text.warnings)
      planning.warnings.push({ line: row.line, column: row.columnOf('/licenseKey'), code, detail });
    return { body: key, text };
  });
}

function refuseRepeated(row: PlannedRow, { loose, mask }: ParsedLicenseKey, lines: Map<string, number>): void {
  const first = lines.get(loose);
  if (first === undefined) lines.set(loose, row.line);
  else {
    const detail = `The license key must be unique! ${mask} stands on line ${first} as well.`;
    throw invalid([{ pointer: '/licenseKey', code: 'repeated', detail }]);
  }
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
