import { type LabelledField, type LabelledRecord, type Language, valueLabel } from '../../domain/labels.ts';
import type { ItemOf, ListName } from '../list/sources.ts';

/** What stands in a cell before it is written: words in the reader's language, numbers and yes or no as they are. */
export type Cell = string | number | boolean | null;
type Columns<Item> = { readonly [Field in LabelledField]?: (item: Item, language: Language) => Cell };

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

type Named = { name: string } | null;
const nameOf = (named: Named): Cell => named?.name ?? null;

/** The columns of every list. An attribute of the list's records follows as `attributes.NAME`. */
export const exportColumns: { [Name in ListName]: ListColumns<ItemOf[Name]> } = {
  keys: {
    record: 'key',
    identity,
    shown: {
      maskedKey: (key) => key.maskedKey,
      product: (key) => key.product.name,
      keyType: (key, language) => valueLabel('keyType', key.keyType, language),
      status: (key, language) => valueLabel('keyStatus', key.status, language),
      validityStart: (key) => key.validityStart,
      validityEnd: (key) => key.validityEnd,
      seats: (key) => key.seats,
      seatsTaken: (key) => key.seatsTaken,
      inUse: (key) => key.inUse,
      notYetValid: (key) => key.notYetValid,
      code: (key) => key.code,
      serialNumber: (key) => key.serialNumber,
      activationDate: (key) => key.activationDate,
      userName: (key) => key.userName,
      equipment: unitsOf,
      license: (key) => nameOf(key.license),
      customer: (key) => nameOf(key.customer),
      purchaseDate: (key) => key.purchaseDate,
      termsOfUse: (key) => key.termsOfUse,
      remarks: (key) => key.remarks,
      createdAt: (key) => key.createdAt,
    },
    onRequest: {
      productId: (key) => key.product.id,
      licenseId: (key) => key.licenseId,
      customerId: (key) => key.customerId,
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
      userName: (assignment) => assignment.userName,
      appliedOn: (assignment) => assignment.appliedOn,
      appliedBy: (assignment) => assignment.appliedBy.name,
      remarks: (assignment) => assignment.remarks,
      seat: (assignment) => assignment.seat,
      removedOn: (assignment) => assignment.removedOn,
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
      serialNumber: (unit) => unit.serialNumber,
      assetTag: (unit) => unit.assetTag,
      code: (unit) => unit.code,
      customer: (unit) => unit.customer.name,
      type: (unit) => unit.type,
      manufacturer: (unit) => unit.manufacturer,
      model: (unit) => unit.model,
      location: (unit) => unit.location,
      status: (unit, language) => valueLabel('equipmentStatus', unit.status, language),
      remarks: (unit) => unit.remarks,
      keyCount: (unit) => unit.keyCount,
      createdAt: (unit) => unit.createdAt,
    },
    onRequest: { customerId: (unit) => unit.customerId },
  },
  products: {
    record: 'product',
    identity,
    shown: {
      name: (product) => product.name,
      code: (product) => product.code,
      manufacturer: (product) => product.manufacturer,
      website: (product) => product.website,
      archived: (product) => product.archived,
      keyCount: (product) => product.keyCount,
      freeKeyCount: (product) => product.freeKeyCount,
      licenseCount: (product) => product.licenseCount,
      createdAt: (product) => product.createdAt,
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
      start: (license) => license.start,
      end: (license) => license.end,
      purchaseDate: (license) => license.purchaseDate,
      cost: (license) => license.cost,
      currency: (license) => license.currency,
      supplier: (license) => license.supplier,
      orderNumber: (license) => license.orderNumber,
      invoiceNumber: (license) => license.invoiceNumber,
      costCenter: (license) => license.costCenter,
      barcode: (license) => license.barcode,
      termsOfUse: (license) => license.termsOfUse,
      remarks: (license) => license.remarks,
      archived: (license) => license.archived,
      keyed: (license) => license.keyed,
      taken: (license) => license.taken,
      free: (license) => license.free,
      unusedSince: (license) => license.unusedSince,
      createdAt: (license) => license.createdAt,
    },
    onRequest: { productId: (license) => license.product.id, customerId: (license) => license.customerId },
  },
  customers: {
    record: 'customer',
    identity,
    shown: {
      name: (customer) => customer.name,
      number: (customer) => customer.number,
      contact: (customer) => customer.contact,
      archived: (customer) => customer.archived,
      isHouse: (customer) => customer.isHouse,
      createdAt: (customer) => customer.createdAt,
    },
    onRequest: {},
  },
  users: {
    record: 'user',
    identity,
    shown: {
      name: (user) => user.name,
      email: (user) => user.email,
      role: (user, language) => valueLabel('role', user.role, language),
      locale: (user) => user.locale,
      disabled: (user) => user.disabled,
      createdAt: (user) => user.createdAt,
    },
    // No list at all means all customers; an empty one means none, and so does an empty cell beside it.
    onRequest: { customerIds: (user, language) => user.customerIds?.join(', ') ?? valueLabel('all', 'all', language) },
  },
  audit: {
    record: 'auditEntry',
    identity: { id: (entry) => entry.idx },
    shown: {
      at: (entry) => entry.at,
      group: (entry, language) => valueLabel('auditGroup', entry.group, language),
      action: (entry) => entry.action,
      sentence: (entry) => entry.sentence,
      actor: (entry) => entry.actor.name,
      subject: (entry) => entry.subject,
      keyId: (entry) => entry.keyId,
      equipmentId: (entry) => entry.equipmentId,
      customerId: (entry) => entry.customerId,
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
