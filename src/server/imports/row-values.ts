import { equipmentStatuses } from '../../contract/equipment.ts';
import type { AttributeDefinition } from '../../domain/attributes.ts';
import { cleanText } from '../../domain/fold.ts';
import { unNeutralise } from '../../domain/formula-guard.ts';
import type { Column, FieldType, ImportKind } from './columns.ts';
import { importFields } from './columns.ts';
import type { CsvRow } from './read-csv.ts';
import { type ColumnOf, RefusedFile, type RowError } from './row-error.ts';
import {
  type DateOrder,
  dateOrderOf,
  readCount,
  readDay,
  readKeyType,
  readMoney,
  readNumber,
  readWord,
  readYesNo,
} from './values.ts';

/** What one row gives, by field name; a blank cell gives nothing. */
export type RowValues = {
  line: number;
  fields: Record<string, unknown>;
  attributes: Record<string, unknown>;
  /** The texts of its license keys, one a line of the cell. */
  licenseKeys: string[];
  /** The name of the column that gives the field a JSON Pointer leads to. */
  columnOf: ColumnOf;
  errors: RowError[];
};

type Reading = {
  kind: ImportKind;
  columns: readonly Column[];
  attributes: readonly AttributeDefinition[];
  orders: ReadonlyMap<Column, DateOrder | undefined>;
};

export type DateRules = { asked: DateOrder | undefined; fallback: DateOrder | undefined };

/**
 * Reads every cell as its field's type. Faults of cells are in the rows' `errors`; a column of dates that could be read
 * two ways is refused at once (`RefusedFile`).
 */
export function readValues(
  rows: readonly CsvRow[],
  kind: ImportKind,
  columns: readonly Column[],
  attributes: readonly AttributeDefinition[],
  dates: DateRules,
): RowValues[] {
  const orders = dateOrders(rows, kind, columns, attributes, dates);
  // Of several columns that may give a field, the first in rank is asked first.
  const ranked = columns.toSorted((a, b) => a.rank - b.rank);
  return rows.map((row) => rowValues(row, { kind, columns: ranked, attributes, orders }));
}

function dateOrders(
  rows: readonly CsvRow[],
  kind: ImportKind,
  columns: readonly Column[],
  attributes: readonly AttributeDefinition[],
  { asked, fallback }: DateRules,
): Map<Column, DateOrder | undefined> {
  const orders = new Map<Column, DateOrder | undefined>();
  const errors: RowError[] = [];
  for (const column of columns) {
    if (typeOf(column, kind, attributes) !== 'day') continue;
    const order = dateOrderOf(
      rows.map((row) => textOf(row, column)),
      asked,
      fallback,
    );
    if (order !== 'unclear') orders.set(column, order);
    else {
      const detail =
        'These dates can be read with the day first or the month first. Say which: dates=dmy or dates=mdy.';
      errors.push({ line: 1, column: column.name, code: 'date_order_needed', detail });
    }
  }
  if (errors.length > 0) throw new RefusedFile(errors, rows.length);
  return orders;
}

function textOf(row: CsvRow, column: Column): string {
  return unNeutralise((row.cells[column.index] ?? '').trim());
}

type CellType = FieldType | 'number' | 'boolean';

function typeOf(column: Column, kind: ImportKind, attributes: readonly AttributeDefinition[]): CellType {
  const type = importFields[kind][column.field];
  if (type !== undefined) return type;
  switch (attributes.find(({ name }) => `attributes.${name}` === column.field)?.kind) {
    case 'date':
      return 'day';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return 'text';
  }
}

function rowValues(row: CsvRow, reading: Reading): RowValues {
  const givers = new Map<string, Column>();
  const remarks: { index: number; text: string }[] = [];
  const values: RowValues = {
    line: row.line,
    fields: {},
    attributes: {},
    licenseKeys: [],
    columnOf: (pointer) => {
      const fields = fieldsOf(pointer);
      const given = fields.map((field) => givers.get(field)).find(Boolean);
      return (given ?? reading.columns.find((column) => fields.includes(column.field)))?.name ?? null;
    },
    errors: [],
  };
  for (const column of reading.columns) {
    const text = textOf(row, column);
    if (text === '') continue;
    const type = typeOf(column, reading.kind, reading.attributes);
    if (type === 'remarks') remarks.push({ index: column.index, text: column.labelled ? label(column, text) : text });
    else if (!givers.has(column.field)) {
      givers.set(column.field, column);
      readCell(values, column, type, text, reading.orders.get(column));
      if (type === 'sign') remarks.push({ index: column.index, text: label(column, text) });
    } else if (type !== 'keys') remarks.push({ index: column.index, text: label(column, text) });
    else
      values.errors.push(
        cellError(row.line, column, 'field_twice', 'Another column of this row gives the license key.'),
      );
  }
  if (remarks.length > 0) values.fields.remarks = joinRemarks(remarks, reading.columns);
  return values;
}

/** Where a field of a record may stand in a file. */
const otherFields: Record<string, readonly string[]> = {
  productId: ['productName'],
  customerId: ['customer'],
  validityStart: ['start'],
  validityEnd: ['end'],
  seats: ['quantity'],
  currency: ['cost'],
};

function fieldsOf(pointer: string): string[] {
  const [, field = '', attribute] = pointer.split('/');
  if (field === 'attributes') return [`attributes.${attribute}`];
  return [field, ...(otherFields[field] ?? [])];
}

/** The column of plain remarks first, then the others in the order of the file. */
function joinRemarks(remarks: { index: number; text: string }[], columns: readonly Column[]): string {
  const plain = columns.find((column) => column.field === 'remarks' && !column.labelled)?.index;
  const place = (index: number): number => (index === plain ? -1 : index);
  return remarks
    .toSorted((a, b) => place(a.index) - place(b.index))
    .map(({ text }) => text)
    .join('\n');
}

function label(column: Column, text: string): string {
  return `${cleanText(column.name)}: ${text}`;
}

function cellError(line: number, column: Column, code: string, detail: string): RowError {
  return { line, column: column.name, code, detail };
}

const typeFaults: Partial<Record<CellType, [code: string, detail: string]>> = {
  day: ['not_a_day', 'This is no calendar day since 1900. Write it as YYYY-MM-DD.'],
  count: ['not_a_number', 'This is no whole number. Write digits only.'],
  money: ['not_an_amount', 'This is no amount, or could be two. Write it like 1234.50.'],
  number: ['not_a_number', 'This is no number. Write it like 12.5.'],
  boolean: ['not_yes_or_no', 'Write yes or no.'],
  keyType: ['not_a_key_type', 'Write Permanent, Subscription, Trial or Time-Limited.'],
  status: ['not_a_status', 'Write In stock, In service, Returned or Retired.'],
};

function readCell(values: RowValues, column: Column, type: CellType, text: string, order: DateOrder | undefined): void {
  if (type === 'keys') {
    values.licenseKeys = text.split('\n').filter((line) => line.trim() !== '');
    return;
  }
  const value = cellValue(type, text, order);
  const attribute = /^attributes\.(.+)$/.exec(column.field)?.[1];
  if (value === undefined) {
    const [code, detail] = typeFaults[type] ?? ['invalid', 'This cannot be read.'];
    values.errors.push(cellError(values.line, column, code, detail));
  } else if (attribute !== undefined) values.attributes[attribute] = value;
  else values.fields[column.field] = value;
}

function cellValue(type: CellType, text: string, order: DateOrder | undefined): unknown {
  switch (type) {
    case 'day':
      return readDay(text, order);
    case 'count':
      return readCount(text);
    case 'money':
      return readMoney(text);
    case 'number':
      return readNumber(text);
    case 'boolean':
      return readYesNo(text);
    case 'keyType':
      return readKeyType(text);
    case 'status':
      return readWord(text, equipmentStatuses);
    default:
      return text;
  }
}
