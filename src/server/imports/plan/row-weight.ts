import type { ImportKind } from '../../../domain/import-fields.ts';
import type { CellType } from './cell-value.ts';
import { keysIn } from './key-cell.ts';
import { personsIn } from './person-names.ts';
import type { RowValues } from './row-values.ts';
import { unitsIn } from './units-in.ts';

/** How many things the cell of a column names, each of which becomes a record of its own. */
export function countIn(text: string, { type, field }: { type: CellType; field: string }, kind: ImportKind): number {
  if (type === 'keys') return keysIn(text);
  if (field === 'userName' && kind !== 'users') return personsIn(text).length;
  return field === 'equipment' && kind === 'software' ? unitsIn(text).length : 1;
}

/** As how many rows a row counts: as many as the longest list in a cell of it has things, since all of them are written. */
export function weightOf({ licenseKeys, persons, fields, errors }: RowValues, kind: ImportKind): number {
  if (errors.length > 0) return 1;
  const { equipment } = fields;
  const units = kind === 'software' && typeof equipment === 'string' ? unitsIn(equipment).length : 0;
  return Math.max(1, licenseKeys.length, persons.length, units);
}
