import type { Fault } from '../../../domain/errors.ts';
import { cleanText, foldText } from '../../../domain/fold.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import type { Column } from '../columns/column.ts';
import { type Damage, damageDetails, damageOf, formulaWithoutValue, isSheetError } from '../read/destroyed-numbers.ts';
import type { TableRow } from '../read/read-table.ts';
import { isForEach, isOfTwo, isUnlimited, saysMore, saysOfWhat } from './amounts.ts';
import { type CellType, type ColumnStyle, cellValue, typeFaults } from './cell-value.ts';
import { type KeyCell, quoted, readKeyCell, unquotedText } from './key-cell.ts';
import { takesNumbers } from './key-shapes.ts';
import { meansEverybody, personsIn } from './person-names.ts';
import { isPlaceholder, meansNone } from './placeholder.ts';
import { isSerialDay } from './read-day.ts';
import type { ColumnOf, RowError } from './row-error.ts';
import { vagueDay } from './vague-days.ts';
import { isEndless } from './values.ts';
import { holdsGroupedKey, holdsKey, holdsLongKey } from './whole-key.ts';

/** What one row gives, by field name; a blank cell gives nothing. */
export type RowValues = {
  line: number;
  fields: Record<string, unknown>;
  attributes: Record<string, unknown>;
  /** The texts of its license keys, one a line of the cell. */
  licenseKeys: string[];
  /** A license file of several lines, where the cell of the license key is one; then there are no license keys. */
  licenseBlock?: string;
  /** All names of the cell of the user, in order; `fields.userName` is the first of them. */
  persons: string[];
  /** The internal id and the version that the row names, in a file of our own. */
  id?: string;
  version?: number;
  maskedKey?: string;
  /** Fields (`attributes.NAME` too) whose column is there and says nothing, or that there is no end. */
  blank: string[];
  /** What our own file said of things that Keybook works out: the texts of the cells, blank ones too. */
  computed: { field: string; text: string }[];
  /** The name of the column that gives the field a JSON Pointer leads to. */
  columnOf: ColumnOf;
  errors: RowError[];
  /** What was read otherwise than it stands, or left out. */
  warnings: RowError[];
  /** Fields whose value looks as if a spreadsheet had destroyed it. In a record that is there it may be the true one. */
  damaged: Map<string, Damage>;
};

export type Reading = {
  kind: ImportKind;
  /** Of several that may give a field, the first in rank is asked first. */
  columns: readonly (Column & { type: CellType; style: ColumnStyle })[];
  customerOf: ((text: string) => string) | undefined;
  /** A file of our own, which says just what its cells say. */
  isOwn: boolean;
};

type ReadColumn = Reading['columns'][number];

/** The most seats a key can have; a list that knows "unlimited" means at least as many. */
const unlimitedSeats = 1_000_000;

/** License keys or persons of one cell: a row is read and written in one go. */
const mostInCell = 1000;

/** The text of a row's cell, without outer blanks; of a license key, or a person, in several columns, the whole. */
export function textOf({ cells }: TableRow, { index, parts, field }: Column): string {
  const text = (cells[index] ?? '').trim();
  if (!parts) return text;
  const others = parts.map((place) => (cells[place] ?? '').trim());
  return [text, ...others].filter(Boolean).join(field === 'userName' ? ' ' : '-');
}

/** Reads every cell of a row as its field's type. Faults of cells are in `errors`. */
export function readRow(row: TableRow, reading: Reading): RowValues {
  const givers = new Map<string, Column>();
  const remarks: Remark[] = [];
  const values = emptyValues(row.line, reading, givers);
  const former: { column: ReadColumn; text: string }[] = [];
  const bare = new Set<ReadColumn>();
  const note = (column: ReadColumn, text: string | undefined): void => {
    if (text === undefined) return;
    // A readable cell was judged as it stands, and the name before it holds no license key.
    if (!isReadable(column) && isReadableKey(column, text)) bare.add(column);
    remarks.push({ index: column.index, text });
  };
  for (const column of reading.columns) {
    const text = textOf(row, column);
    if (isBareKey(column, text)) bare.add(column);
    if (column.type === 'computed') values.computed.push({ field: column.field.slice('computed.'.length), text });
    if (text === '' || column.type === 'computed') continue;
    if (refusesSheetError(values, column, text)) continue;
    if (isOneLine(column) && text.length > longestLine) {
      const detail = `Shorten this to ${longestLine} characters; it has ${text.length}.`;
      values.errors.push({
        line: row.line,
        column: column.shown,
        code: 'too_long',
        detail,
        params: { max: longestLine },
      });
      continue;
    }
    if (column.type === 'formerKeys') former.push({ column, text });
    else if (column.type === 'remarks') note(column, column.labelled ? label(column, text) : text);
    else if (!givers.has(column.field)) {
      givers.set(column.field, column);
      note(column, readCell(values, column, text, reading));
      if (saysNothing(values, column)) givers.delete(column.field);
    } else if (column.type !== 'keys') note(column, label(column, text));
    else addError(values, column, 'second_key', 'Another column of this row gives the license key.');
  }
  for (const { column, text } of former) note(column, readFormer(values, column, text, reading));
  countForEach(row, values, reading, givers);
  if (remarks.length > 0) values.fields.remarks = joinRemarks(remarks, reading.columns);
  if (reading.kind === 'users') joinName(values.fields);
  noteBlank(values, reading, givers);
  if (values.id === undefined) refuseDamaged(values, givers);
  // What a record that is there says already is nothing new.
  if (values.id === undefined) for (const column of bare) addError(values, column, ...keyInClear);
  return values;
}

const withoutValue = [
  'formula_without_value',
  'The workbook has a formula here and not what it comes to. Open it in a spreadsheet program, save it, and import that.',
] as const;

/** At the place of a key or number an error says that there is none, which is told there; elsewhere blank means something. */
const tellNone: readonly CellType[] = ['keys', 'formerKeys', 'mark', 'remarks'];

/** Refuses what a spreadsheet shows in the place of a value: it is not known what the value is, and it is not blank. */
function refusesSheetError(values: RowValues, column: ReadColumn, text: string): boolean {
  if (text === formulaWithoutValue) addError(values, column, ...withoutValue);
  else if (!tellNone.includes(column.type) && isSheetError(text))
    addError(values, column, 'destroyed_number', damageDetails.error);
  else return false;
  return true;
}

/** Names and numbers have fewer characters by far: what has more is refused before anything is compared with it. */
const longestLine = 1000;

/** Persons and units may be many in one cell. */
function isOneLine({ type, field }: ReadColumn): boolean {
  return type === 'mark' || (type === 'text' && field !== 'userName' && field !== 'equipment');
}

type Remark = { index: number; text: string };

const keyInClear = [
  'key_in_clear',
  'There is a license key in this cell, and it would be kept in clear. Take it out, let the column give the License Key, or leave it out.',
] as const;

/** No text that is shorter is judged to be a license key. */
const shortestKey = 12;

/** What everybody may read, and what is only a note. */
const readable: readonly CellType[] = ['remarks', 'lines', 'text', 'sign', 'mark'];

/** Whether everybody may read what stands in a column. Of a feature of their own people have said what it holds, unless it takes whatever is left. */
function isReadable({ type, field, isOther = false }: ReadColumn): boolean {
  return readable.includes(type) && !field.endsWith('Id') && (isOther || !field.startsWith('attributes.'));
}

/** Whether there is a license key in a cell of a column that would have it stand in a readable field. */
function isBareKey(column: ReadColumn, text: string): boolean {
  return text.length >= shortestKey && isReadable(column) && isReadableKey(column, text);
}

/** Numbers that people give things may look like a short license key by right, and those that makers give like a long one. */
function isReadableKey({ type, field }: Pick<ReadColumn, 'type' | 'field'>, text: string): boolean {
  if (type === 'mark') return holdsGroupedKey(text);
  return takesNumbers(field) ? holdsLongKey(text) : holdsKey(text);
}

function emptyValues(line: number, { columns }: Reading, givers: ReadonlyMap<string, Column>): RowValues {
  return {
    line,
    fields: {},
    attributes: {},
    licenseKeys: [],
    persons: [],
    blank: [],
    computed: [],
    columnOf: (pointer) => {
      const fields = fieldsOf(pointer);
      const given = fields.map((field) => givers.get(field)).find(Boolean);
      return (given ?? columns.find(({ field }) => fields.includes(field)))?.shown ?? null;
    },
    errors: [],
    warnings: [],
    damaged: new Map(),
  };
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
  const [, field = '', name] = pointer.split('/');
  if (field === 'attributes') return [`attributes.${name}`];
  return [field, `computed.${field}`, ...((Object.hasOwn(otherFields, field) && otherFields[field]) || [])];
}

/** A cell that says "no end" leaves its field blank. */
function noteBlank(values: RowValues, { columns }: Reading, givers: ReadonlyMap<string, Column>): void {
  const ownTypes: readonly CellType[] = ['computed', 'id', 'version', 'masked', 'sign'];
  for (const { field, type, labelled } of columns) {
    if (ownTypes.includes(type) || labelled || values.blank.includes(field)) continue;
    if (type === 'remarks' ? values.fields.remarks === undefined : !givers.has(field)) values.blank.push(field);
  }
}

/** The column of plain remarks first, then the others in the order of the file. */
function joinRemarks(remarks: readonly Remark[], columns: readonly Column[]): string {
  const plain = columns.find((column) => column.field === 'remarks' && !column.labelled)?.index;
  const place = (index: number): number => (index === plain ? -1 : index);
  return remarks
    .toSorted((a, b) => place(a.index) - place(b.index))
    .map(({ text }) => text)
    .join('\n');
}

function joinName(fields: Record<string, unknown>): void {
  const { firstName, lastName } = fields;
  delete fields.firstName;
  delete fields.lastName;
  const name = [firstName, lastName].filter((part) => part !== undefined).join(' ');
  if (name !== '') fields.name ??= name;
}

function label(column: Column, text: string): string {
  return `${cleanText(column.name)}: ${text}`;
}

function addError(values: RowValues, column: Column, code: string, detail: string): void {
  values.errors.push({ line: values.line, column: column.shown, code, detail });
}

function addWarning(values: RowValues, column: Column, fault: Fault): void {
  values.warnings.push({ line: values.line, column: column.shown, ...fault });
}

/** Puts what a cell says into its field. Answers what of it the remarks have to say, where no field can. */
function readCell(values: RowValues, column: ReadColumn, text: string, reading: Reading): string | undefined {
  const { type, field } = column;
  if (type === 'keys') return readKeys(values, column, text, reading);
  if (type === 'mark') return readMark(values, column, text, reading);
  if (field === 'userName') return readPersons(values, column, text, reading);
  if (type === 'sign') {
    values.fields[field] = text;
    return label(column, text);
  }
  if (type === 'end' && isEndless(text)) {
    values.blank.push(field);
    if (reading.kind === 'keys') values.fields.keyType ??= 'permanent';
    return undefined;
  }
  if (type === 'count' && isUnlimited(text)) {
    values.fields[field] = unlimitedSeats;
    return label(column, text);
  }
  if (!reading.isOwn && names.includes(field) && namesNobody(text)) {
    addWarning(values, column, noValue);
    return undefined;
  }
  const value =
    field === 'customer' && reading.customerOf ? reading.customerOf(text) : cellValue(type, column.style, text);
  if (value === undefined && !reading.isOwn && readBeforeNote(values, column, text, reading))
    return label(column, text);
  if (value === undefined) return unreadable(values, column, text, reading);
  if ((type === 'day' || type === 'end') && isSerialDay(text)) addWarning(values, column, serialDay);
  if (type === 'count' && value === 0 && !reading.isOwn) addError(values, column, ...noneCounted);
  else if (value !== '') putValue(values, column, value);
  // Of a place that names no client, such as the root of GLPI's entities, more than the word for it is kept.
  if (field === 'customer' && value === '' && !isRoot(text)) return label(column, text);
  const isMore = (type === 'money' && saysMore(text)) || (type === 'count' && saysOfWhat(text));
  return isMore ? label(column, text) : undefined;
}

/** Whether what stands before brackets is a value (`31.12.2027 (auto)`), and so is taken; the whole is noted. */
function readBeforeNote(values: RowValues, column: ReadColumn, text: string, reading: Reading): boolean {
  const [, before = ''] = (text.length <= 200 && /^([^()[\]]+)(?:\([^()]+\)|\[[^[\]]+\])$/u.exec(text)) || [];
  const value = before.trim();
  const isMeant =
    value !== '' &&
    (column.type === 'end' && isEndless(value) ? true : cellValue(column.type, column.style, value) !== undefined);
  if (isMeant) readCell(values, column, value, reading);
  return isMeant;
}

const serialDay = {
  code: 'serial_day',
  detail: 'This is a day as spreadsheets count them, from 1900 on, and is read as that day.',
};

const severalValues = ['several_values', 'This cell has several values. Give each of them a row of its own.'] as const;

/** What names somebody or something. */
const names = ['customer', 'equipment', 'manufacturer', 'supplier'];
const noLetters = /^[^\p{L}\p{N}]+$/u;

/** Fewer words than stand for no key: people go by initials. */
function namesNobody(text: string): boolean {
  return meansNone(text) || noLetters.test(text);
}

const roots = ['root entity', 'wurzelentitat', 'entite racine', 'entidad raiz', 'entita radice'];

function isRoot(text: string): boolean {
  return text.length <= 100 && roots.includes(foldText(text));
}

/** A number that is meant for each license key of its row counts for all of them. */
function countForEach(
  row: TableRow,
  values: RowValues,
  { columns }: Reading,
  givers: ReadonlyMap<string, Column>,
): void {
  for (const column of columns) {
    const count = values.fields[column.field];
    const isGiven = column.type === 'count' && givers.get(column.field) === column && typeof count === 'number';
    if (isGiven && isForEach(textOf(row, column)))
      values.fields[column.field] = count * Math.max(1, values.licenseKeys.length);
  }
}

/** What stands between commas, semicolons and line ends. */
function parts(text: string): string[] {
  return text.length > 1000
    ? []
    : text
        .split(/[;\n]|,\s*/)
        .map((part) => part.trim())
        .filter(Boolean);
}

/** What in somebody else's file says that there is nothing is told, and so is a type of key that is none of ours. */
function unreadable(values: RowValues, column: ReadColumn, text: string, { isOwn }: Reading): string | undefined {
  if (!isOwn && saysNone(column, text)) {
    addWarning(values, column, noValue);
    return undefined;
  }
  if (!isOwn && column.type === 'keyType') {
    addWarning(values, column, otherKeyType);
    return label(column, text);
  }
  const isSeveral =
    !isOwn &&
    parts(text).length > 1 &&
    parts(text).every((part) => cellValue(column.type, column.style, part) !== undefined);
  const isDay = column.type === 'day' || column.type === 'end';
  const vague = isDay ? vagueDay(text) : column.type === 'count' && isOfTwo(text) ? twoCounts : undefined;
  const [code, detail] = isSeveral
    ? severalValues
    : (vague ?? typeFaults[column.type] ?? ['invalid', 'This cannot be read.']);
  addError(values, column, code, detail);
  return undefined;
}

const twoCounts = [
  'two_counts',
  'These are two numbers, such as those in use and those bought. Write how many there are.',
] as const;

/** At the place of an end only some words say that there is none; and types of keys are words for other things. */
function saysNone({ type }: ReadColumn, text: string): boolean {
  if (type === 'day' || type === 'count' || type === 'number' || type === 'money') return isPlaceholder(text);
  return type !== 'end' && (meansNone(text) || /^\p{Pd}+$/u.test(text));
}

const noneCounted = [
  'none_counted',
  'This says that there is none. Give how many there are, or leave the row out.',
] as const;
const noValue = { code: 'no_value', detail: 'This says that there is none, and is left out.' };
const otherKeyType = { code: 'other_key_type', detail: 'This is none of our key types. It stands in the remarks.' };

function putValue(values: RowValues, { type, field }: ReadColumn, value: unknown): void {
  const name = /^attributes\.(.+)$/.exec(field)?.[1];
  if (type === 'id') values.id = String(value);
  else if (type === 'masked') values.maskedKey = String(value);
  else if (type === 'version') values.version = Number(value);
  else if (name !== undefined) values.attributes[name] = value;
  else values.fields[field] = value;
}

/** A cell of a user; a list of users has names to sign in with there. */
function readPersons(
  values: RowValues,
  column: ReadColumn,
  text: string,
  { kind, isOwn }: Reading,
): string | undefined {
  if (!isOwn && kind !== 'users') {
    if (meansEverybody(text)) return label(column, text);
    if (namesNobody(text)) {
      addWarning(values, column, noValue);
      return undefined;
    }
  }
  const persons = isOwn || kind === 'users' ? [text] : personsIn(text);
  if (persons.length > mostInCell) {
    addError(values, column, ...tooManyPersons);
    return undefined;
  }
  values.persons = persons;
  values.fields.userName = persons[0];
  if (persons.length < 2) return undefined;
  if (kind === 'assignments') addError(values, column, ...onePerson);
  else addWarning(values, column, severalPersons);
  return undefined;
}

const severalPersons = { code: 'several_persons', detail: 'This cell names several persons. Each of them is one.' };
const tooManyPersons = [
  'too_many_persons',
  `A cell may name ${mostInCell} persons. Name the others in further rows of the same license key.`,
] as const;
const onePerson = ['one_person', 'An assignment has one person. Give each a row of its own.'] as const;

/** License keys are refused where a spreadsheet has destroyed them. Answers what stood beside them. */
function readKeys(values: RowValues, column: ReadColumn, text: string, { isOwn }: Reading): string | undefined {
  const { keys, block, notes, told, fault } = isOwn ? ownKeyCell(text) : readKeyCell(text);
  const damage = keys.map((mark) => markDamage(mark.trim(), column)).find((found) => found !== undefined);
  for (const warning of told) addWarning(values, column, warning);
  if (block !== undefined) {
    values.licenseBlock = block;
    addWarning(values, column, licenseFile);
  } else if (keys.length > mostInCell) addError(values, column, ...tooManyKeys);
  else if (damage !== undefined) addError(values, column, 'destroyed_number', damageDetails[damage]);
  else if (fault) addError(values, column, fault.code, fault.detail);
  else values.licenseKeys = keys;
  return notes.length > 0 ? label(column, notes.join(', ')) : undefined;
}

/** A former license key is one where the row has no newer one. Answers what stood beside it. */
function readFormer(values: RowValues, column: ReadColumn, text: string, reading: Reading): string | undefined {
  if (!saysNothing(values, { ...column, type: 'keys' })) {
    addWarning(values, column, formerKey);
    return undefined;
  }
  const said = readKeys(values, column, text, reading);
  if (!saysNothing(values, { ...column, type: 'keys' })) addWarning(values, column, formerTaken);
  return said;
}

const formerKey = {
  code: 'former_key',
  detail: 'This is the former license key, and is left out: the row has a newer one.',
};
const formerTaken = {
  code: 'former_key_taken',
  detail: 'This row has no newer license key: the former one is taken as its license key.',
};

const tooManyKeys = [
  'too_many_keys',
  `A cell may have ${mostInCell} license keys. Give the others in further rows.`,
] as const;

const licenseFile = { code: 'license_file', detail: 'These lines are kept together, as one license file.' };

function ownKeyCell(text: string): KeyCell {
  return { keys: text.split('\n').filter((line) => line.trim() !== ''), notes: [], told: [] };
}

/** Numbers that people give things are refused as well, unless their record has had them so. */
function readMark(values: RowValues, column: ReadColumn, cell: string, { isOwn }: Reading): undefined {
  const text = isOwn ? cell : unquotedText(cell);
  if (text !== cell) addWarning(values, column, quoted);
  if (!isOwn && isPlaceholder(text)) {
    addWarning(values, column, column.field === 'serialNumber' ? noSerialNumber : noMark);
    return undefined;
  }
  values.fields[column.field] = text;
  const found = markDamage(text, column);
  if (found !== undefined) values.damaged.set(column.field, found);
  return undefined;
}

const noSerialNumber = { code: 'no_serial_number', detail: 'This is no serial number, and is left out.' };
const noMark = { code: 'no_number', detail: 'This is no number of anything, and is left out.' };

const mayBeNone: readonly CellType[] = ['mark', 'day', 'count', 'money', 'yesNo', 'keyType'];

/** Whether a cell that is there gives its field nothing, so that another may. */
function saysNothing({ fields, licenseKeys, licenseBlock }: RowValues, { type, field }: ReadColumn): boolean {
  if (type === 'keys') return licenseKeys.length === 0 && licenseBlock === undefined;
  return mayBeNone.includes(type) && !field.startsWith('attributes.') && fields[field] === undefined;
}

function refuseDamaged(values: RowValues, givers: ReadonlyMap<string, Column>): void {
  for (const [field, damage] of values.damaged) {
    const column = givers.get(field);
    if (column) addError(values, column, 'destroyed_number', damageDetails[damage]);
  }
}

function markDamage(mark: string, { style }: ReadColumn): Damage | undefined {
  const isCut = style.length !== undefined && mark.length < style.length && /^\d+$/.test(mark);
  return isCut ? 'zeros' : damageOf(mark);
}
