import type { RecordType } from './attributes.ts';
import type { LabelledField, LabelledRecord } from './labels.ts';
import { customerFields } from './records/customer.ts';
import { equipmentFields } from './records/equipment.ts';
import { keyFields } from './records/key.ts';
import { licenseFields } from './records/license.ts';
import { eachField, type PlainFields } from './records/plain-field.ts';
import { productFields } from './records/product.ts';

export const importKinds = [
  'software',
  'keys',
  'equipment',
  'licenses',
  'customers',
  'products',
  'assignments',
  'users',
] as const;

export type ImportKind = (typeof importKinds)[number];

/**
 * How the cells of a field are read. `end` is a day, or says that there is none; `mark` is a number people give things,
 * which a spreadsheet may have destroyed. `formerKeys` are license keys where a row has no newer one. `sign` is no field:
 * that there is anything says something.
 */
export type FieldType =
  | 'text'
  | 'lines'
  | 'mark'
  | 'day'
  | 'end'
  | 'count'
  | 'money'
  | 'yesNo'
  | 'keyType'
  | 'status'
  | 'keys'
  | 'formerKeys'
  | 'sign'
  | 'remarks';

/** `customerAbove` is the customer by name, where a blank cell means the one above it. */
const owner = { customer: 'text', customerAbove: 'text', customerId: 'text' } as const;
const product = { productName: 'text', productId: 'text' } as const;
/** As a list of renewals has them beside each other. */
const licenseKeys = { licenseKey: 'keys', formerKey: 'formerKeys' } as const;

/** The plain fields of a record as a file has them: their kinds are those of cells. */
function plainTypes<Fields extends PlainFields>(fields: Fields): { [Name in keyof Fields]: FieldType } {
  return eachField(fields, (_, { kind }) => kind);
}

/** What a row of software says of its key and not of its license; what both have in common is written by hand beside it. */
const { code, serialNumber, activationDate } = keyFields;
const softwareFields = { ...licenseFields, code, serialNumber, activationDate };

/** The plain fields of the records that a kind of file makes. */
export const plainFieldsOf: Readonly<Partial<Record<ImportKind, PlainFields>>> = {
  software: softwareFields,
  keys: keyFields,
  licenses: licenseFields,
  equipment: equipmentFields,
  customers: customerFields,
  products: productFields,
};

/** The fields of each kind of file, by the names of the API. */
export const importFields: Record<ImportKind, Record<string, FieldType>> = {
  // All that a list of software says in one row: what was bought, its key, whose it is, and who and what has it.
  software: {
    ...product,
    manufacturer: 'text',
    ...licenseKeys,
    keyType: 'keyType',
    quantity: 'count',
    ...plainTypes(softwareFields),
    end: 'end',
    cost: 'money',
    renewsItself: 'yesNo',
    ...owner,
    equipment: 'text',
    equipmentManufacturer: 'text',
    equipmentModel: 'text',
    userName: 'text',
    remarks: 'remarks',
  },
  keys: {
    ...licenseKeys,
    ...product,
    keyType: 'keyType',
    validityStart: 'day',
    validityEnd: 'end',
    seats: 'count',
    ...plainTypes(keyFields),
    licenseId: 'text',
    ...owner,
    remarks: 'remarks',
    userName: 'text',
    equipment: 'text',
  },
  licenses: {
    ...product,
    manufacturer: 'text',
    ...licenseKeys,
    userName: 'text',
    ...owner,
    quantity: 'count',
    ...plainTypes(licenseFields),
    end: 'end',
    cost: 'money',
    renewsItself: 'yesNo',
    remarks: 'remarks',
    archived: 'yesNo',
  },
  equipment: {
    name: 'text',
    ...plainTypes(equipmentFields),
    ...owner,
    status: 'status',
    inUseSign: 'sign',
    remarks: 'remarks',
  },
  customers: { name: 'text', ...plainTypes(customerFields), archived: 'yesNo' },
  products: { name: 'text', ...plainTypes(productFields), archived: 'yesNo' },
  assignments: {
    licenseKey: 'keys',
    keyId: 'text',
    equipment: 'text',
    equipmentId: 'text',
    serialNumber: 'mark',
    assetTag: 'mark',
    userName: 'text',
    ...owner,
    appliedOn: 'day',
    remarks: 'remarks',
  },
  // A person is the user name of an assignment; the two halves of a name become one.
  users: { name: 'text', firstName: 'text', lastName: 'text', userName: 'text', email: 'text' },
};

/** What the labels of a kind's columns are about. */
export const recordOf: Record<ImportKind, LabelledRecord> = {
  software: 'key',
  keys: 'key',
  licenses: 'license',
  equipment: 'equipment',
  customers: 'customer',
  products: 'product',
  assignments: 'assignment',
  users: 'user',
};

/**
 * The columns of our own files that Keybook works out, and so imports from no file. Only a file with a column of
 * internal ids has them: in anybody else's, a status or a version is something of theirs.
 */
export const computedFields: Record<ImportKind, readonly LabelledField[]> = {
  // Keybook exports no such list.
  software: [],
  keys: ['delivery', 'status', 'inUse', 'notYetValid', 'seatsTaken', 'equipment', 'license', 'createdAt'],
  licenses: ['keyed', 'taken', 'free', 'unusedSince', 'createdAt'],
  equipment: ['keyCount', 'createdAt'],
  customers: ['isHouse', 'createdAt'],
  products: ['keyCount', 'freeKeyCount', 'licenseCount', 'createdAt'],
  assignments: ['product', 'productId', 'seat', 'appliedBy', 'removedOn', 'removedBy', 'appliedAt'],
  users: ['role', 'locale', 'disabled', 'createdAt', 'customerIds'],
};

/** The column that a list of several sheets has beside those of the file, and whose customer is the name of each row's sheet. */
export const sheetColumn = 'Customer (sheet)';

/** What the column is called that says what stands alone on the line above a block of rows; what that is, is asked. */
export const headingColumn = 'Heading (line above)';

export const importProfiles = ['snipe-it', 'glpi', 'odoo'] as const;

export type ImportProfile = (typeof importProfiles)[number];

/** What a file of another inventory is read as: Snipe-IT and GLPI keep their keys as licenses. */
export function fileKindOf(kind: ImportKind, profile: ImportProfile | '' | undefined): ImportKind {
  return (kind === 'keys' || kind === 'software') && (profile === 'snipe-it' || profile === 'glpi') ? 'licenses' : kind;
}

/** Whose attributes a kind of file may have. */
export function attributesOf(kind: ImportKind): RecordType | undefined {
  switch (kind) {
    case 'software':
    case 'keys':
      return 'key';
    case 'licenses':
      return 'license';
    default:
      return kind === 'equipment' ? kind : undefined;
  }
}
