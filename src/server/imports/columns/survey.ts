import { append, greatest } from '../../../domain/append.ts';
import type { AttributeDefinition } from '../../../domain/attributes.ts';
import { type ImportKind, importFields } from '../../../domain/import-fields.ts';
import { amountParts, countText } from '../plan/amounts.ts';
import { type CellType, type ColumnStyle, typeOf } from '../plan/cell-value.ts';
import { dayText } from '../plan/read-day.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import { type RowValues, readRow, textOf } from '../plan/row-values.ts';
import { countIn } from '../plan/row-weight.ts';
import { type DateEvidence, type DateRules, dateOrderOf, noDates, noteDate } from '../read/date-order.ts';
import { type Lengths, noLengths, noteLength, wantedLength } from '../read/destroyed-numbers.ts';
import { type NumberEvidence, noNumbers, noteNumber, numberStyleOf } from '../read/number-style.ts';
import { shapeFaults, type Table, type TableRow } from '../read/read-table.ts';
import { unescaped } from '../read/read-xml.ts';
import type { Assigned, Column, Profile } from './column.ts';

/** A file that was read once: how many rows it has, and how each of them is read. */
/** `weight` is the number of its rows, where one with several license keys, persons or units counts as so many. */
export type Survey = {
  rowCount: number;
  weight: number;
  read: (row: TableRow) => RowValues;
  /** What of the file is no row of its table. */
  told: RowError[];
  toldCount: number;
  /** How many rows say nothing of a field that has a column. */
  blanks: Record<string, number>;
};

export type SurveyRules = DateRules & Pick<Profile, 'customerOf' | 'isEscaped'>;

type Surveyed = Column & {
  type: CellType;
  dates: DateEvidence;
  numbers: NumberEvidence;
  lengths: Lengths;
  blank: number;
};

const shownFaults = 1000;

/**
 * Reads a file once and decides how each column is read: the order of its dates, the style of its numbers. Refuses
 * (`RefusedFile`) rows of another shape than the header, and columns that could be read two ways.
 */
export async function survey(
  table: Table,
  kind: ImportKind,
  { columns, leftOut, told: toldOfColumns }: Assigned,
  attributes: readonly AttributeDefinition[],
  rules: SurveyRules,
): Promise<Survey> {
  const surveyed = columns
    .toSorted((a, b) => a.rank - b.rank)
    .map((column) => ({
      ...column,
      // Whose it is, whether the row says so or one above it.
      field: column.field === 'customerAbove' ? 'customer' : column.field,
      type: typeOf(column.field, kind, attributes),
      dates: noDates(),
      numbers: noNumbers(),
      lengths: noLengths(),
      blank: 0,
    }));
  const named = new Set([...leftOut, ...columns.flatMap(({ index, parts = [] }) => [index, ...parts])]);
  const errors: RowError[] = [];
  let rowCount = 0;
  let weight = 0;
  let faultCount = 0;
  const told = [...toldOfColumns];
  let toldCount = told.length;
  const tell = (noRow: RowError): void => {
    toldCount += 1;
    if (told.length < shownFaults) told.push(noRow);
  };
  const asMeant = rules.isEscaped ? unescapedRow : (row: TableRow) => row;
  for await (const written of table.rows(tell)) {
    const row = asMeant(written);
    rowCount += 1;
    const faults = shapeFaults(row, table.header, named);
    // One that is too long is looked at no further.
    weight += faults.length > 0 ? 1 : weightIn(row, surveyed, kind);
    faultCount += faults.length;
    if (errors.length < shownFaults) append(errors, faults);
    for (const column of surveyed) {
      if (textOf(row, column) === '') column.blank += 1;
      else note(column, row);
    }
  }
  if (faultCount > 0) throw new RefusedFile(withMore(errors, faultCount), rowCount);
  const unclear = surveyed.flatMap((column) => unclearColumn(column, rules, table.headerLine));
  if (unclear.length > 0) throw new RefusedFile(unclear, rowCount);
  const styled = surveyed.map((column) => ({ ...column, style: styleOf(column, rules) }));
  const isOwn = columns.some(({ field }) => field === 'id');
  const reading = { kind, columns: styled, customerOf: rules.customerOf, isOwn };
  const blanks = { ...blanksWithout(columns, kind, rowCount), ...blanksOf(surveyed) };
  return { rowCount, weight, read: (row) => readRow(asMeant(row), reading), told, toldCount, blanks };
}

/** A field of several columns is blank where all of them are, which is not known of each row. */
function blanksOf(columns: readonly Surveyed[]): Record<string, number> {
  const byField = Map.groupBy(columns, ({ field }) => field);
  const alone = [...byField].flatMap(([field, [column, ...more]]): [string, number][] =>
    column && more.length === 0 && column.blank > 0 ? [[field, column.blank]] : [],
  );
  return Object.fromEntries(alone);
}

/** Which fields mean something, too, where a list has no column of any of them: the type of its keys, and whose all is. */
function blanksWithout(columns: readonly Column[], kind: ImportKind, rowCount: number): Record<string, number> {
  const given = new Set(columns.map(({ field }) => field));
  if (given.has('id')) return {};
  const says = (...fields: string[]): boolean => fields.some((field) => given.has(field));
  const isOwned = 'customer' in importFields[kind] && kind !== 'assignments';
  return {
    ...(given.has('licenseKey') && !says('keyType', 'end', 'validityEnd') && { keyType: rowCount }),
    ...(isOwned && !says('customer', 'customerAbove', 'customerId') && { customer: rowCount }),
  };
}

function unescapedRow({ line, cells }: TableRow): TableRow {
  return { line, cells: cells.map(unescaped) };
}

function weightIn(row: TableRow, columns: readonly Surveyed[], kind: ImportKind): number {
  return greatest(
    columns.map((column) => countIn(textOf(row, column), column, kind)),
    1,
  );
}

function withMore(errors: RowError[], count: number): RowError[] {
  const rest = count - errors.length;
  if (rest === 0) return errors;
  const detail = `${rest} more of these are not listed.`;
  return [...errors, { line: errors.at(-1)?.line ?? 1, column: null, code: 'more', detail, params: { rest } }];
}

function note({ type, dates, numbers, lengths, ...column }: Surveyed, row: TableRow): void {
  const text = textOf(row, column);
  if (type === 'day' || type === 'end') noteDate(dates, dayText(text, type === 'end'));
  else if (type === 'count' || type === 'number') noteNumber(numbers, countText(text).replace(/^[+-]/, ''), row.line);
  else if (type === 'money') noteMoney(numbers, text, row.line);
  else if (type === 'keys') for (const key of text.split('\n')) noteLength(lengths, key.trim());
}

function noteMoney(numbers: NumberEvidence, text: string, line: number): void {
  const { digits = '', currency } = amountParts(text) ?? {};
  const isEnglish = (currency === 'USD' || currency === 'GBP') && /^\d{1,3},\d{3}$/.test(digits);
  // With decimals behind it, it is as clear as whoever pays in these means it.
  noteNumber(numbers, isEnglish ? `${digits}.00` : digits, line);
}

function unclearColumn({ shown: column, dates, numbers }: Surveyed, rules: DateRules, line: number): RowError[] {
  if (dateOrderOf(dates, rules) === 'unclear') {
    const detail = 'These dates can be read with the day first or the month first. Say which: dates=dmy or dates=mdy.';
    const short = 'These dates can also begin with the year. Say which: dates=dmy, dates=mdy or dates=ymd.';
    return [{ line, column, code: 'date_order_needed', detail: dates.isShort ? short : detail }];
  }
  if (numberStyleOf(numbers) !== 'unclear') return [];
  const detail =
    'Numbers such as 1.234 can be read as more than a thousand or as little more than one, and nothing in this column says which. Write 1234 or 1.2340.';
  return [{ line: numbers.openLine ?? line, column, code: 'number_style_needed', detail }];
}

function styleOf({ dates, numbers, lengths }: Surveyed, rules: DateRules): ColumnStyle {
  const dateOrder = dateOrderOf(dates, rules);
  const number = numberStyleOf(numbers);
  return {
    dateOrder: dateOrder === 'unclear' ? undefined : dateOrder,
    number: number === 'unclear' ? undefined : number,
    length: wantedLength(lengths),
  };
}
