import { createEquipmentBody } from '../../../contract/equipment.ts';
import { invalid } from '../../../domain/errors.ts';
import { foldedMark } from '../../equipment/equipment-record.ts';
import { check } from '../../http/request.ts';
import { sameOne } from './known-unit.ts';
import { type Fields, firstLine, type PlannedRow, type Planning, requireDefined } from './planned-row.ts';
import type { RowValues } from './row-values.ts';

/** A row of a file of equipment. A unit without a name is called by its asset tag or its serial number. */
export function planUnit(row: PlannedRow, values: RowValues, fields: Fields, planning: Planning): PlannedRow {
  const { inUseSign, ...rest } = fields;
  const body = check(
    createEquipmentBody,
    {
      ...statusOf(row, inUseSign),
      ...rest,
      name: rest.name ?? rest.assetTag ?? rest.serialNumber,
      attributes: values.attributes,
    },
    '',
  );
  requireDefined(planning, 'equipment', values.attributes);
  const serial = foldedMark(body.serialNumber ?? '');
  const first = serial === null ? undefined : firstLine(planning, `s:${serial}`, row.line);
  if (first !== undefined) throw invalid(sameOne('/serialNumber', first));
  return { ...row, unit: body };
}

/** In another inventory that says which units are handed out, the others lie in stock. */
function statusOf(row: PlannedRow, inUseSign: unknown): { status?: 'inService' | 'inStock' } {
  if (inUseSign !== undefined) return { status: 'inService' };
  return row.columnOf('/inUseSign') === null ? {} : { status: 'inStock' };
}
