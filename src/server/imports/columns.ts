import type { importKinds } from '../../contract/imports.ts';
import type { AttributeDefinition } from '../../domain/attributes.ts';
import { foldText } from '../../domain/fold.ts';
import { columnAt } from './read-csv.ts';
import { RefusedFile, type RowError } from './row-error.ts';
import type { DateOrder } from './values.ts';

export type ImportKind = (typeof importKinds)[number];

/** How the cells of a field are read. `sign` is no field: that there is anything says something. */
export type FieldType =
  | 'text'
  | 'lines'
  | 'day'
  | 'count'
  | 'money'
  | 'keyType'
  | 'status'
  | 'keys'
  | 'sign'
  | 'remarks';

/** What another inventory calls the columns of each kind, and how it writes dates that could be read two ways. */
export type Profile = {
  dateOrder: DateOrder;
  /** What a file of one kind is imported as. */
  kinds: Record<ImportKind, ImportKind>;
  columns: Partial<Record<ImportKind, Record<string, readonly string[]>>>;
};

const owner = { customer: 'text', customerId: 'text' } as const;
const product = { productName: 'text', productId: 'text' } as const;

/** The fields of each kind of file, by the names of the API. */
export const importFields: Record<ImportKind, Record<string, FieldType>> = {
  keys: {
    licenseKey: 'keys',
    ...product,
    keyType: 'keyType',
    validityStart: 'day',
    validityEnd: 'day',
    seats: 'count',
    code: 'text',
    serialNumber: 'text',
    activationDate: 'day',
    licenseId: 'text',
    ...owner,
    purchaseDate: 'day',
    termsOfUse: 'lines',
    remarks: 'remarks',
    userName: 'text',
  },
  licenses: {
    ...product,
    manufacturer: 'text',
    licenseKey: 'keys',
    userName: 'text',
    ...owner,
    quantity: 'count',
    start: 'day',
    end: 'day',
    purchaseDate: 'day',
    cost: 'money',
    currency: 'text',
    supplier: 'text',
    orderNumber: 'text',
    invoiceNumber: 'text',
    costCenter: 'text',
    barcode: 'text',
    termsOfUse: 'lines',
    remarks: 'remarks',
  },
  equipment: {
    name: 'text',
    serialNumber: 'text',
    assetTag: 'text',
    code: 'text',
    ...owner,
    type: 'text',
    manufacturer: 'text',
    model: 'text',
    location: 'text',
    status: 'status',
    inUseSign: 'sign',
    remarks: 'remarks',
  },
};

/** Plain English beside the names of the API, in letters and digits only. */
const otherNames: Record<ImportKind, Record<string, readonly string[]>> = {
  keys: {
    licenseKey: ['key', 'licencekey', 'productkey', 'activationkey'],
    productName: ['product', 'feature', 'software', 'softwareproduct'],
    keyType: ['type'],
    validityStart: ['validfrom', 'start', 'startdate'],
    validityEnd: ['validuntil', 'validto', 'end', 'enddate', 'expires', 'expirydate', 'expirationdate'],
    serialNumber: ['serial'],
    customer: ['customername', 'company', 'client'],
    userName: ['user', 'assignedto'],
    remarks: ['other', 'notes', 'comment', 'comments'],
  },
  licenses: {
    productName: ['product', 'feature', 'software', 'softwareproduct'],
    licenseKey: ['key', 'licencekey', 'productkey', 'activationkey'],
    userName: ['user', 'assignedto'],
    customer: ['customername', 'company', 'client'],
    quantity: ['seats', 'bought'],
    start: ['startdate', 'validfrom'],
    end: ['enddate', 'validuntil', 'validto', 'expires', 'expirydate', 'expirationdate'],
    cost: ['price', 'purchasecost'],
    remarks: ['notes', 'comment', 'comments'],
  },
  equipment: {
    name: ['equipment', 'device', 'unit'],
    serialNumber: ['serial'],
    assetTag: ['tag', 'inventorynumber'],
    customer: ['customername', 'company', 'client'],
    type: ['category'],
    remarks: ['notes', 'comment', 'comments'],
  },
};

/**
 * One column that is imported. `rank` is its place among the columns that may give its field: the first with a value
 * does. `labelled`: its text goes to the remarks as "name: text".
 */
export type Column = { index: number; name: string; field: string; rank: number; labelled: boolean };

export type ColumnRules = {
  kind: ImportKind;
  profile: Profile | undefined;
  /** Column name → field name, or null to leave the column out. */
  mapping: ReadonlyMap<string, string | null>;
  attributes: readonly AttributeDefinition[];
};

type Target = { field: string; rank: number } | null;

/**
 * Which column gives which field: what the mapping says, else the names of the profile, else the names of the fields.
 * Refuses a column without a field (outside a profile), two columns for one field, and a mapping that fits nothing.
 */
export function assignColumns(header: readonly string[], rules: ColumnRules): Column[] {
  const mapped = new Map([...rules.mapping].map(([name, field]) => [plainName(name), field]));
  const known = knownNames(rules);
  const errors = mappingErrors(header, rules);
  const columns: Column[] = [];
  for (const [index, name] of header.entries()) {
    if (name === '') continue;
    const target = targetOf(plainName(name), mapped, known);
    if (target === null) continue;
    if (target !== undefined) columns.push({ index, name, ...target, labelled: false });
    else if (rules.profile && !soundsSecret(name))
      columns.push({ index, name, field: 'remarks', rank: 0, labelled: true });
    else errors.push(unknownColumn(index, rules));
  }
  errors.push(...twice(columns, mapped));
  if (errors.length > 0) throw new RefusedFile(errors);
  return severalRemarks(columns, known);
}

/** A column name without case, blanks and punctuation. */
function plainName(name: string): string {
  return foldText(name).replace(/[^\p{L}\p{N}]/gu, '');
}

function targetOf(
  name: string,
  mapped: ReadonlyMap<string, string | null>,
  known: ReadonlyMap<string, { field: string; rank: number }>,
): Target | undefined {
  const field = mapped.get(name);
  if (field === undefined) return known.get(name);
  return field === null ? null : { field, rank: 0 };
}

function knownNames({ kind, profile, attributes }: ColumnRules): Map<string, { field: string; rank: number }> {
  const names = new Map<string, { field: string; rank: number }>();
  const add = (field: string, list: readonly string[], ranked: boolean): void => {
    for (const [i, name] of list.entries()) if (!names.has(name)) names.set(name, { field, rank: ranked ? i : 0 });
  };
  const own = profile?.columns[kind];
  if (own) for (const [field, list] of Object.entries(own)) add(field, list, true);
  else for (const field of namedFields(kind)) add(field, [plainName(field), ...(otherNames[kind][field] ?? [])], false);
  for (const { name, archived } of attributes)
    if (!archived) add(`attributes.${name}`, [plainName(`attributes.${name}`)], false);
  return names;
}

/** A key in a column of an unknown name must not end up, readable, in the remarks. */
function soundsSecret(name: string): boolean {
  return /key|serial|schlussel|seriennummer/.test(plainName(name));
}

function unknownColumn(index: number, { kind }: ColumnRules): RowError {
  const detail = `This column has no field. In the mapping, give it one of ${fieldNames(kind)}, or null to leave it out.`;
  return { line: 1, column: columnAt(index), code: 'unknown_column', detail };
}

function fieldNames(kind: ImportKind): string {
  return [...namedFields(kind), 'attributes.NAME'].join(', ');
}

function namedFields(kind: ImportKind): string[] {
  return Object.entries(importFields[kind]).flatMap(([field, type]) => (type === 'sign' ? [] : [field]));
}

function mappingErrors(header: readonly string[], { kind, mapping, attributes }: ColumnRules): RowError[] {
  const present = new Set(header.map(plainName));
  const fields = new Set([...namedFields(kind), ...attributes.map((definition) => `attributes.${definition.name}`)]);
  return [...mapping].flatMap(([name, field], i): RowError[] => {
    const at = { line: 1, column: null };
    if (!present.has(plainName(name)))
      return [{ ...at, code: 'mapping', detail: `Entry ${i + 1} of the mapping names a column the file has not.` }];
    if (field === null || fields.has(field)) return [];
    const detail = `Entry ${i + 1} of the mapping names no field. Give one of ${fieldNames(kind)}, or null.`;
    return [{ ...at, code: 'mapping', detail }];
  });
}

/** Several columns may share a field only in a profile that ranks them, and the remarks. */
function twice(columns: readonly Column[], mapped: ReadonlyMap<string, unknown>): RowError[] {
  return columns.flatMap((column, i): RowError[] => {
    if (column.field === 'remarks') return [];
    const rival = columns.slice(0, i).find((other) => other.field === column.field);
    const isMapped = [rival, column].some((either) => either && mapped.has(plainName(either.name)));
    if (!rival || (rival.rank !== column.rank && !isMapped)) return [];
    const detail = `Columns ${rival.index + 1} and ${column.index + 1} both give ${column.field}. Map one of them to null.`;
    return [{ line: 1, column: columnAt(column.index), code: 'field_twice', detail }];
  });
}

/** Where several columns go to the remarks, each says what it is, but for the one that is called remarks. */
function severalRemarks(columns: Column[], known: ReadonlyMap<string, { field: string }>): Column[] {
  const remarks = columns.filter((column) => column.field === 'remarks');
  const plain = remarks.find(({ name }) => known.get(plainName(name))?.field === 'remarks');
  if (remarks.length < 2) return columns;
  return columns.map((column) =>
    column.field === 'remarks' ? { ...column, labelled: column.labelled || column !== plain } : column,
  );
}
