import { z } from 'zod';
import { id, name } from '../../contract/values.ts';
import { AppError } from '../../domain/errors.ts';
import { check } from '../request.ts';
import { planKeys } from './plan-keys.ts';
import { planLicense } from './plan-license.ts';
import { planUnit } from './plan-unit.ts';
import type { PlannedRow, Planning, PlanRules } from './planned-row.ts';
import { RefusedFile, type RowError, rowErrors } from './row-error.ts';
import type { RowValues } from './row-values.ts';

/** Judges all rows; refuses the file (`RefusedFile`) with the faults of all of them. */
export function planRows(rows: readonly RowValues[], rules: PlanRules): { rows: PlannedRow[]; warnings: RowError[] } {
  const planning: Planning = {
    ...rules,
    lines: { keys: new Map(), units: new Map() },
    counts: new Map(),
    warnings: [],
  };
  const errors: RowError[] = [];
  const planned = rows.flatMap((values) => {
    errors.push(...values.errors);
    if (values.errors.length > 0) return [];
    try {
      return [planRow(values, planning)];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      errors.push(...rowErrors(values, error));
      return [];
    }
  });
  if (errors.length > 0) throw new RefusedFile(errors, rows.length);
  return { rows: planned, warnings: planning.warnings };
}

const ownerBody = z.strictObject({ customer: name().optional(), customerId: id.optional() });

function planRow(values: RowValues, planning: Planning): PlannedRow {
  const { customer, customerId, ...fields } = values.fields;
  const owner = check(ownerBody, { customer, customerId }, '');
  const row: PlannedRow = { line: values.line, columnOf: values.columnOf, owner, keys: [] };
  switch (planning.kind) {
    case 'keys':
      return planKeys(row, values, fields, planning);
    case 'licenses':
      return planLicense(row, values, fields, planning);
    case 'equipment':
      return planUnit(row, values, fields, planning);
  }
}
