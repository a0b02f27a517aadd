import { type LabelledField, type LabelledRecord, valueLabel } from '../../domain/labels.ts';
import { customerFields } from '../../domain/records/customer.ts';
import { equipmentFields } from '../../domain/records/equipment.ts';
import { keyFields } from '../../domain/records/key.ts';
import { licenseFields } from '../../domain/records/license.ts';
import { eachField, inSection, type PlainFields, type ShownOf } from '../../domain/records/plain-field.ts';
import { productFields } from '../../domain/records/product.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import type { ItemOf, ListName } from '../list/sources.ts';

/** What stands in a cell before it is written: words in the reader's language, numbers and yes or no as they are. */
export type Cell = string | number | boolean | null;
type Columns<Item> = { readonly [Field in LabelledField]?: (item: Item, words: Vocabulary) => Cell };

/** The columns of a list's file, in their order. */
export type ListColumns<Item> = {
  record: LabelledRecord;
  /** What names the record in Keybook and its state: always there, always first. */
  identity: Columns<Item>;
  shown: Columns<Item>;
  /** Ids that stand beside a name, and the like: only when asked for. */
  onRequest: Columns<Item>;
};

type Versioned = { id: string; version: number };
const identity: Columns<Versioned> = { id: ({ id }) => id, version: ({ version }) => version };

/** Cells of fields that are written as they stand in the item. */
export function own<const Names extends LabelledField[]>(...names: Names): { [Name in Names[number]]: OwnCell<Name> } {
  const cells = names.map((name: Names[number]) => [name, (item: { readonly [N in typeof name]: Cell }) => item[name]]);
  // One cell a name, as the type says.
  return Object.fromEntries(cells) as { [Name in Names[number]]: OwnCell<Name> };
}

type OwnCell<Name extends string> = (item: { readonly [N in Name]: Cell }) => Cell;

type Named = { name: string } | null;
const nameOf = (named: Named): Cell => named?.name ?? null;

/** A column for each plain field of a record. */
function plainCells<Fields extends PlainFields>(fields: Fields): { [Name in keyof Fields]: PlainCell<Fields> } {
  return eachField(
    fields,
    (name): PlainCell<Fields> =>
      (item) =>
        item[name],
  );
}

type PlainCell<Fields extends PlainFields> = (item: ShownOf<Fields>) => Cell;

/** The columns of every list. An attribute of the list's records follows as `attributes.NAME`. */
export const exportColumns: { [Name in ListName]: ListColumns<ItemOf[Name]> } = {
  keys: {
    record: 'key',
    identity,
    shown: {
      maskedKey: (key) => key.maskedKey,
      delivery: (key, words) => valueLabel('delivery', key.delivery, words),
      product: (key) => key.product.name,
      keyType: (key, words) => valueLabel('keyType', key.keyType, words),
      status: (key, words) => valueLabel('keyStatus', key.status, words),
      ...own('validityStart', 'validityEnd', 'seats', 'seatsTaken', 'inUse', 'notYetValid'),
      ...plainCells(inSection(keyFields, 'identification')),
      userName: (key) => key.userName,
      equipment: unitsOf,
      license: (key) => nameOf(key.license),
      customer: (key) => nameOf(key.customer),
      ...plainCells(inSection(keyFields, 'information')),
      createdAt: (key) => key.createdAt,
    },
    onRequest: {
      productId: (key) => key.product.id,
      ...own('licenseId', 'customerId'),
    },
  },
  assignments: {
    record: 'assignment',
    identity,
    shown: {
      maskedKey: ({ key }) => key.maskedKey,
      product: ({ key }) => key.product.name,
      equipment: (assignment) => nameOf(assignment.equipment),
      serialNumber: (assignment) => assignment.equipment?.serialNumber ?? null,
      customer: (assignment) => nameOf(assignment.customer),
      ...own('userName', 'appliedOn'),
      appliedBy: (assignment) => assignment.appliedBy.name,
      ...own('remarks', 'seat', 'removedOn'),
      removedBy: (assignment) => nameOf(assignment.removedBy),
      appliedAt: (assignment) => assignment.appliedAt,
    },
    onRequest: {
      keyId: ({ key }) => key.id,
      productId: ({ key }) => key.product.id,
      equipmentId: (assignment) => assignment.equipment?.id ?? null,
      customerId: (assignment) => assignment.customer?.id ?? null,
    },
  },
  equipment: {
    record: 'equipment',
    identity,
    shown: {
      name: (unit) => unit.name,
      ...plainCells(inSection(equipmentFields, 'identification')),
      customer: (unit) => unit.customer.name,
      status: (unit, words) => valueLabel('equipmentStatus', unit.status, words),
      ...plainCells(inSection(equipmentFields, 'information')),
      ...own('keyCount', 'createdAt'),
    },
    onRequest: { customerId: (unit) => unit.customerId },
  },
  products: {
    record: 'product',
    identity,
    shown: {
      name: (product) => product.name,
      ...plainCells(productFields),
      ...own('archived', 'keyCount', 'freeKeyCount', 'licenseCount', 'createdAt'),
    },
    onRequest: {},
  },
  licenses: {
    record: 'license',
    identity,
    shown: {
      product: (license) => license.product.name,
      customer: (license) => license.customer.name,
      quantity: (license) => license.quantity,
      ...plainCells(inSection(licenseFields, 'identification')),
      ...own('renewsItself'),
      cost: (license) => license.cost,
      ...plainCells(inSection(licenseFields, 'purchase')),
      ...plainCells(inSection(licenseFields, 'information')),
      ...own('archived', 'keyed', 'taken', 'free', 'unusedSince', 'createdAt'),
    },
    onRequest: { productId: (license) => license.product.id, customerId: (license) => license.customerId },
  },
  customers: {
    record: 'customer',
    identity,
    shown: {
      name: (customer) => customer.name,
      ...plainCells(customerFields),
      ...own('archived', 'isHouse', 'createdAt'),
    },
    onRequest: {},
  },
  users: {
    record: 'user',
    identity,
    shown: {
      ...own('name', 'email'),
      role: (user, words) => valueLabel('role', user.role, words),
      ...own('locale', 'disabled', 'createdAt'),
    },
    // No list at all means all customers; an empty one means none, and so does an empty cell beside it.
    onRequest: { customerIds: (user, words) => user.customerIds?.join(', ') ?? valueLabel('all', 'all', words) },
  },
  audit: {
    record: 'auditEntry',
    identity: { id: (entry) => entry.idx },
    shown: {
      at: (entry) => entry.at,
      group: (entry, words) => valueLabel('auditGroup', entry.group, words),
      ...own('action', 'sentence'),
      actor: (entry) => entry.actor.name,
      ...own('subject', 'keyId', 'equipmentId', 'customerId'),
      details: (entry) => entry.details && JSON.stringify(entry.details),
      erased: (entry) => entry.erased?.by ?? null,
    },
    onRequest: { idx: (entry) => entry.idx, actorId: (entry) => entry.actor.id },
  },
};

/** The units a key is on, as far as the list names them. */
function unitsOf({ assignments, seatsTaken }: ItemOf['keys']): Cell {
  const names = assignments.flatMap(({ equipment }) => equipment?.name ?? []);
  return [...names, ...(seatsTaken > assignments.length ? ['…'] : [])].join(', ');
}
