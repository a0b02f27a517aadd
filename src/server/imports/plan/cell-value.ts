import { equipmentStatuses } from '../../../contract/equipment.ts';
import type { AttributeDefinition } from '../../../domain/attributes.ts';
import { type FieldType, type ImportKind, importFields } from '../../../domain/import-fields.ts';
import type { DateOrder } from '../read/date-order.ts';
import type { NumberStyle } from '../read/number-style.ts';
import { readCount, readMoney, readNumber } from './amounts.ts';
import { readDay } from './read-day.ts';
import { readKeyType, readUnitStatus, readYesNo } from './values.ts';

export type CellType = FieldType | 'number' | 'id' | 'version' | 'masked' | 'computed';

/** How the texts of a column are read. */
export type ColumnStyle = {
  dateOrder: DateOrder | undefined;
  number: NumberStyle | undefined;
  /** How many digits the values had before a spreadsheet dropped zeros, where one did. */
  length: number | undefined;
};

/** How the cells of a column are read. */
export function typeOf(field: string, kind: ImportKind, attributes: readonly AttributeDefinition[]): CellType {
  const type = importFields[kind][field];
  if (type !== undefined) return type;
  if (field.startsWith('computed.')) return 'computed';
  if (field === 'id' || field === 'version') return field;
  if (field === 'maskedKey') return 'masked';
  switch (attributes.find(({ name }) => `attributes.${name}` === field)?.kind) {
    case 'date':
      return 'day';
    case 'number':
      return 'number';
    case 'boolean':
      return 'yesNo';
    default:
      return 'text';
  }
}

/** What is wrong with a cell that cannot be read as its type. */
export const typeFaults: Partial<Record<CellType, [code: string, detail: string]>> = {
  day: ['not_a_day', 'This is no calendar day since 1900. Write it as YYYY-MM-DD.'],
  end: ['not_a_day', 'This is no calendar day, or one with an unclear century. Write it as YYYY-MM-DD.'],
  count: ['not_a_number', 'This is no whole number. Write digits only.'],
  money: ['not_an_amount', 'This is no amount, or could be two. Write it like 1234.50.'],
  number: ['not_a_number', 'This is no number, or could be two. Write it like 12.5.'],
  yesNo: ['not_yes_or_no', 'Write yes or no.'],
  keyType: ['not_a_key_type', 'Write Permanent, Subscription, Trial or Time-Limited.'],
  status: ['not_a_status', 'Write In stock, In service, Returned or Retired.'],
  version: ['not_a_version', 'This is not the version that was exported. Export the list again.'],
};

/** What a cell says, as its type; undefined where it cannot be read so. */
export function cellValue(type: CellType, style: ColumnStyle, text: string): unknown {
  switch (type) {
    case 'day':
      return readDay(text, style.dateOrder);
    case 'end':
      return readDay(text, style.dateOrder, true);
    case 'count':
      return readCount(text, style.number);
    case 'money':
      return readMoney(text, style.number);
    case 'number':
      return readNumber(text, style.number);
    case 'yesNo':
      return readYesNo(text);
    case 'keyType':
      return readKeyType(text);
    case 'status':
      return readUnitStatus(text, equipmentStatuses);
    case 'version':
      return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    default:
      return text;
  }
}
