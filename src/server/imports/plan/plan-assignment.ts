import { z } from 'zod';
import { day, id, remarksText, text } from '../../../contract/values.ts';
import { invalid } from '../../../domain/errors.ts';
import { type ParsedLicenseKey, parseLicenseKey } from '../../../domain/license-key.ts';
import { check } from '../../http/request.ts';
import type { Fields, PlannedRow, Planning } from './planned-row.ts';
import type { RowValues } from './row-values.ts';

const assignmentFields = z.strictObject({
  keyId: id.optional(),
  equipmentId: id.optional(),
  serialNumber: text().optional(),
  assetTag: text().optional(),
  equipment: text().optional(),
  userName: text().optional(),
  appliedOn: day.optional(),
  remarks: remarksText.optional(),
});

/** Who has a key since when, as a row says it: the key by its text or id, the unit by whatever names it. */
export type NewAssignment = z.output<typeof assignmentFields> & { text: ParsedLicenseKey | undefined };

/** A row of a file of assignments: a fact of the past, so its day cannot lie ahead. */
export function planAssignment(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  const given = check(assignmentFields, fields, '');
  const [licenseKey, ...more] = values.licenseKeys;
  if (more.length > 0)
    throw invalid({ pointer: '/licenseKey', code: 'too_many', detail: 'Give one license key a row.' });
  if (licenseKey === undefined && given.keyId === undefined)
    throw invalid({
      pointer: '/licenseKey',
      code: 'required',
      detail: 'Give the whole license key, or the ID of the software key.',
    });
  const { equipmentId, serialNumber, assetTag, equipment, userName, appliedOn } = given;
  if (!(equipmentId || serialNumber || assetTag || equipment || userName))
    throw invalid({ pointer: '/equipment', code: 'required', detail: 'Name a unit, a user, or both.' });
  if (appliedOn !== undefined && appliedOn > planning.today)
    throw invalid({
      pointer: '/appliedOn',
      code: 'in_future',
      detail: `The applied date cannot lie after today, ${planning.today}.`,
    });
  const key = licenseKey === undefined ? undefined : parseLicenseKey(licenseKey);
  return { ...row, assignment: { ...given, text: key } };
}
