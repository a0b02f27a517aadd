import { type AttributeDefinition, attributeLabels } from '../../../domain/attributes.ts';
import { everyLanguage } from '../../../domain/every-language.ts';
import {
  computedFields,
  type ImportKind,
  importFields,
  importKinds,
  plainFieldsOf,
  recordOf,
} from '../../../domain/import-fields.ts';
import { isLabelled, labelOf } from '../../../domain/labels.ts';
import { type Concept, isJustName, lastPart, namesOf, plainForms, plainName } from './column-words.ts';

/** Which of these words each field answers to; the names and labels of the fields themselves come first. */
const concepts: Record<ImportKind, Readonly<Record<string, readonly Concept[]>>> = {
  software: {
    licenseKey: ['licenseKey'],
    productName: ['product'],
    manufacturer: ['manufacturer'],
    supplier: ['supplier'],
    keyType: ['keyType'],
    quantity: ['seats'],
    start: ['start'],
    end: ['end'],
    purchaseDate: ['purchaseDate'],
    cost: ['cost'],
    currency: ['currency'],
    renewsItself: ['renewsItself'],
    orderNumber: ['orderNumber'],
    invoiceNumber: ['invoiceNumber'],
    costCenter: ['costCenter'],
    serialNumber: ['serial'],
    customer: ['customer'],
    userName: ['user'],
    equipment: ['unit', 'assetTag'],
    remarks: ['remarks'],
  },
  keys: {
    licenseKey: ['licenseKey'],
    productName: ['product'],
    keyType: ['keyType'],
    validityStart: ['start'],
    validityEnd: ['end'],
    seats: ['seats'],
    serialNumber: ['serial'],
    customer: ['customer'],
    userName: ['user'],
    equipment: ['unit', 'assetTag'],
    purchaseDate: ['purchaseDate'],
    remarks: ['remarks'],
  },
  licenses: {
    licenseKey: ['licenseKey'],
    productName: ['product'],
    manufacturer: ['manufacturer'],
    supplier: ['supplier'],
    userName: ['user'],
    customer: ['customer'],
    quantity: ['seats'],
    start: ['start'],
    end: ['end'],
    purchaseDate: ['purchaseDate'],
    cost: ['cost'],
    currency: ['currency'],
    renewsItself: ['renewsItself'],
    orderNumber: ['orderNumber'],
    invoiceNumber: ['invoiceNumber'],
    costCenter: ['costCenter'],
    remarks: ['remarks'],
  },
  equipment: {
    name: ['unit'],
    serialNumber: ['serial'],
    assetTag: ['assetTag'],
    customer: ['customer'],
    type: ['type'],
    manufacturer: ['manufacturer'],
    location: ['location'],
    remarks: ['remarks'],
  },
  customers: { name: ['customer'] },
  products: { name: ['product'], manufacturer: ['manufacturer'], code: ['code'] },
  assignments: {
    licenseKey: ['licenseKey'],
    equipment: ['unit'],
    assetTag: ['assetTag'],
    serialNumber: ['serial'],
    userName: ['user'],
    customer: ['customer'],
    appliedOn: ['appliedOn'],
    remarks: ['remarks'],
  },
  users: { userName: ['user'], email: ['email'] },
};

/** Whether people have words of their own for a field of a kind. */
export function hasWords(kind: ImportKind, field: string): boolean {
  return Object.hasOwn(concepts[kind], field);
}

/** What the halves of a person's name are called. */
export const personNames = {
  firstName: ['first name', 'Vorname', 'given name', 'prénom', 'voornaam', 'imię'],
  lastName: [
    ...['last name', 'Nachname', 'Familienname', 'surname', 'nom de famille', 'apellidos', 'cognome', 'achternaam'],
    'nazwisko',
  ],
} as const;

/** Names of single fields, beside the words above. */
const extraNames: Readonly<Record<string, readonly string[]>> = {
  ...personNames,
  name: [
    'full name',
    'display name',
    'Vollständiger Name',
    'Anzeigename',
    'nom complet',
    'nombre completo',
    'nome completo',
  ],
};

/** The fields of a kind that a mapping can name; a sign is no field. */
export function namedFields(kind: ImportKind): string[] {
  return Object.entries(importFields[kind]).flatMap(([field, type]) => (type === 'sign' ? [] : [field]));
}

type NameRules = {
  kind: ImportKind;
  header: readonly string[];
  /** The fields that a mapping gives to columns. */
  mapped: ReadonlySet<string | null>;
  attributes: readonly AttributeDefinition[];
};

type Add = (field: string, list: readonly string[]) => void;

/**
 * The field of each plain column name: names of the API and labels of our own files before the words of other people.
 * Beside fields there are `id`, `version`, `maskedKey` and, as `computed.NAME`, what Keybook works out.
 */
export function fieldNames({ kind, header, mapped, attributes }: NameRules): Map<string, string> {
  const present = new Set(header.map(plainName));
  const names = new Map<string, string>();
  const addPlain: Add = (field, list) => {
    for (const name of list) if (name !== '' && !names.has(name)) names.set(name, field);
  };
  const add: Add = (field, list) => addPlain(field, list.flatMap(plainForms));
  addOwn(kind, present, add);
  for (const [field, list] of called[kind].own) addPlain(field, list);
  for (const attribute of attributes) {
    const field = `attributes.${attribute.name}`;
    const labels = attributeLabels(attribute);
    add(field, [field, ...labels.map((label) => `${label} (${field})`), ...labels]);
  }
  for (const [field, list] of called[kind].byOthers) addPlain(field, list);
  const parts = header.map((name) => plainName(lastPart(name) ?? ''));
  const givers = [...mapped, ...[...present, ...parts].map((name) => names.get(name))];
  if (!givers.some((field) => field === 'licenseKey' || field === 'maskedKey')) addCode(kind, names);
  if (!givers.some((field) => field === 'productName' || field === 'productId')) addName(kind, header, names);
  return names;
}

/** The columns that name a record in Keybook, and those that it works out. */
function addOwn(kind: ImportKind, present: ReadonlySet<string>, add: Add): void {
  // No list of ours is one of software.
  if (kind === 'software') return;
  if (kind === 'keys' || kind === 'assignments') add('maskedKey', labelsOf('maskedKey', kind));
  const ids = labelsOf('id', kind);
  if (!ids.some((label) => present.has(plainName(label)))) return;
  for (const field of ['id', 'version']) add(field, labelsOf(field, kind));
  for (const field of computedFields[kind]) add(`computed.${field}`, labelsOf(field, kind));
}

/** What our own files call a column. */
function labelsOf(field: string, kind: ImportKind): string[] {
  const label = field === 'productName' ? 'product' : field;
  return everyLanguage.flatMap((spoken) => (isLabelled(label, spoken) ? labelOf(label, recordOf[kind], spoken) : []));
}

/** "Code" is a short name beside a license key, and the license key itself where there is no other column of it. */
function addCode(kind: ImportKind, names: Map<string, string>): void {
  if (kind === 'keys' || kind === 'licenses') names.set('code', 'licenseKey');
}

/** "Name" is the product where a list of software has no other column of it. */
function addName(kind: ImportKind, header: readonly string[], names: Map<string, string>): void {
  if (kind !== 'software' && kind !== 'keys' && kind !== 'licenses') return;
  for (const name of header.map(plainName)) if (isJustName(name) && !names.has(name)) names.set(name, 'productName');
}

type Called = [field: string, plain: readonly string[]][];

/** What the fields of each kind are called by us and by other people, which is the same for every file. Made of all kinds, it has each. */
const called = Object.fromEntries(
  importKinds.map((kind) => [kind, { own: calledByUs(kind), byOthers: calledByOthers(kind) }]),
) as Record<ImportKind, { own: Called; byOthers: Called }>;

function calledByUs(kind: ImportKind): Called {
  return namedFields(kind).map((field) => [field, [field, ...labelsOf(field, kind)].flatMap(plainForms)]);
}

function calledByOthers(kind: ImportKind): Called {
  const lists: [string, readonly string[]][] = [
    ...Object.entries(concepts[kind]).map(([field, list]): [string, string[]] => [field, list.flatMap(namesOf)]),
    ...Object.entries(plainFieldsOf[kind] ?? {}).map(([field, { called: names = [] }]): [string, readonly string[]] => [
      field,
      names,
    ]),
    ...namedFields(kind).map((field): [string, readonly string[]] => [field, extraNames[field] ?? []]),
  ];
  return lists.map(([field, list]) => [field, list.flatMap(plainForms)]);
}
