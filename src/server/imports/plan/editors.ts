import type { z } from 'zod';
import { updateAssignment as assignmentPatch } from '../../../contract/assignments.ts';
import { updateCustomer as customerPatch } from '../../../contract/customers.ts';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { updateEquipment as equipmentPatch } from '../../../contract/equipment.ts';
import { updateKey as keyPatch } from '../../../contract/keys.ts';
import { updateLicense as licensePatch } from '../../../contract/licenses.ts';
import { updateProduct as productPatch } from '../../../contract/products.ts';
import { everyLanguage } from '../../../domain/every-language.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import { valueLabel } from '../../../domain/labels.ts';
import { customerFields } from '../../../domain/records/customer.ts';
import { equipmentFields } from '../../../domain/records/equipment.ts';
import { keyFields } from '../../../domain/records/key.ts';
import { licenseFields } from '../../../domain/records/license.ts';
import { eachField, type PlainFields, type ShownOf } from '../../../domain/records/plain-field.ts';
import { productFields } from '../../../domain/records/product.ts';
import type { Vocabulary } from '../../../domain/vocabulary.ts';
import { updateAssignment } from '../../assignments/update-assignment.ts';
import type { Ctx, ReadCtx } from '../../context.ts';
import { updateCustomer } from '../../customers/update-customer.ts';
import { updateEquipment } from '../../equipment/update-equipment.ts';
import { type Cell, exportColumns, own } from '../../exports/columns.ts';
import { check } from '../../http/request.ts';
import { updateKey } from '../../keys/update-key.ts';
import { updateLicense } from '../../licenses/update-license.ts';
import { type ItemOf, sources } from '../../list/sources.ts';
import { updateProduct } from '../../products/update-product.ts';
import type { Fields } from './planned-row.ts';

export type Value = string | number | boolean | null;
type Shows<Item> = Record<string, (item: Item) => Value>;

/** A record as its list shows it: what an export has in its row. */
export type Present = {
  version: number;
  /** Fields that an import may change, by their names in it. */
  editable: Record<string, Value>;
  /** Fields that an import of new records takes, but never changes. */
  fixed: Record<string, Value>;
  attributes: Record<string, Value>;
  maskedKey: string | undefined;
  /** What an export writes into a column that Keybook works out: the same in every language, or one text each. */
  computed: (field: string) => Cell[];
};

/** How a record of one kind is read, compared and changed. */
export type Editor = {
  /** What such a record is called in a refusal. */
  record: string;
  find: (ctx: ReadCtx, ids: string[]) => Promise<Map<string, Present>>;
  /** Fields that cannot be empty. */
  needed: readonly string[];
  /** Changes the record as its PATCH does; the context says which version. */
  update: (ctx: Ctx, id: string, patch: Fields) => Promise<unknown>;
};

type Listed = 'keys' | 'equipment' | 'licenses' | 'customers' | 'products' | 'assignments';

const customer = { customer: (item: { customer: { name: string } | null }) => item.customer?.name ?? null };
const product = {
  productName: (item: { product: { name: string } }) => item.product.name,
  productId: (item: { product: { id: string } }) => item.product.id,
};

function plainShows<Fields extends PlainFields>(fields: Fields): Shows<ShownOf<Fields>> {
  return eachField(fields, (name) => (item: ShownOf<Fields>) => item[name]);
}

const shownOfKey: Shows<ItemOf['keys']> = {
  ...product,
  ...own('keyType', 'validityStart', 'validityEnd', 'seats'),
  ...plainShows(keyFields),
  licenseId: (key) => key.licenseId,
  ...customer,
  customerId: (key) => key.customerId,
};

const shownOfUnit: Shows<ItemOf['equipment']> = {
  name: (unit) => unit.name,
  ...plainShows(equipmentFields),
  ...customer,
  ...own('customerId', 'status'),
};

const shownOfLicense: Shows<ItemOf['licenses']> = {
  ...product,
  ...customer,
  ...own('customerId', 'quantity', 'cost'),
  ...plainShows(licenseFields),
  ...own('renewsItself', 'archived'),
};

const shownOfCustomer: Shows<ItemOf['customers']> = {
  name: (item) => item.name,
  ...plainShows(customerFields),
  archived: (item) => item.archived,
};

const shownOfProduct: Shows<ItemOf['products']> = {
  name: (item) => item.name,
  ...plainShows(productFields),
  archived: (item) => item.archived,
};

const assignmentFixed: Shows<ItemOf['assignments']> = {
  keyId: ({ key }) => key.id,
  equipment: ({ equipment }) => equipment?.name ?? null,
  equipmentId: ({ equipment }) => equipment?.id ?? null,
  serialNumber: ({ equipment }) => equipment?.serialNumber ?? null,
  userName: ({ userName }) => userName,
  customer: (assignment) => assignment.customer?.name ?? null,
  customerId: (assignment) => assignment.customer?.id ?? null,
};

const editors: Record<Listed, Editor> = {
  keys: {
    record: 'key',
    needed: ['productName', 'productId', 'keyType', 'seats', 'customer', 'customerId'],
    find: finder('keys', shownOfKey, own('userName')),
    update: (ctx, id, patch) => updateKey(ctx, { params: { id }, body: bodyOf(keyPatch, patch) }),
  },
  equipment: {
    record: 'unit',
    needed: ['name', 'status', 'customer', 'customerId'],
    find: finder('equipment', shownOfUnit, {}),
    update: (ctx, id, patch) => updateEquipment(ctx, { params: { id }, body: bodyOf(equipmentPatch, patch) }),
  },
  licenses: {
    record: 'license',
    needed: ['productName', 'productId', 'quantity', 'customer', 'customerId'],
    find: finder('licenses', shownOfLicense, {}),
    update: (ctx, id, patch) => updateLicense(ctx, { params: { id }, body: bodyOf(licensePatch, patch) }),
  },
  customers: {
    record: 'customer',
    needed: ['name', 'archived'],
    find: finder('customers', shownOfCustomer, {}),
    update: (ctx, id, patch) => updateCustomer(ctx, { params: { id }, body: bodyOf(customerPatch, patch) }),
  },
  products: {
    record: 'product',
    needed: ['name', 'archived'],
    find: finder('products', shownOfProduct, {}),
    update: (ctx, id, patch) => updateProduct(ctx, { params: { id }, body: bodyOf(productPatch, patch) }),
  },
  assignments: {
    record: 'assignment',
    needed: ['appliedOn'],
    find: finder('assignments', own('appliedOn', 'remarks'), assignmentFixed),
    update: (ctx, id, patch) => updateAssignment(ctx, { params: { id }, body: bodyOf(assignmentPatch, patch) }),
  },
};

/** The editor of a kind of file; there is none for users, and rows of software name no record. */
export function editorOf(kind: ImportKind): Editor | undefined {
  return kind === 'users' || kind === 'software' ? undefined : editors[kind];
}

/** A patch as the endpoint's own schema reads it. */
function bodyOf<Body extends z.ZodType>(
  endpoint: Endpoint<z.ZodType, z.ZodType, Body, z.ZodType>,
  patch: Fields,
): z.output<Body> {
  if (!endpoint.body) throw new Error(`${endpoint.path} takes no body`);
  return check(endpoint.body, patch, '');
}

function finder<Name extends Listed>(
  name: Name,
  editable: Shows<ItemOf[Name]>,
  fixed: Shows<ItemOf[Name]>,
): Editor['find'] {
  return async (ctx, ids) => {
    const source = await sources[name](ctx);
    const items = await source.read(ids);
    return new Map(items.map((item) => [source.idOf(item), presentOf(name, item, editable, fixed)]));
  };
}

function presentOf<Name extends Listed>(
  name: Name,
  item: ItemOf[Name],
  editable: Shows<ItemOf[Name]>,
  fixed: Shows<ItemOf[Name]>,
): Present {
  const { shown, onRequest } = exportColumns[name];
  const columns: Record<string, ((item: ItemOf[Name], words: Vocabulary) => Cell) | undefined> = {
    ...shown,
    ...onRequest,
  };
  return {
    version: item.version,
    editable: valuesOf(item, editable),
    fixed: valuesOf(item, fixed),
    attributes: 'attributes' in item ? item.attributes : {},
    maskedKey: 'maskedKey' in item ? item.maskedKey : 'key' in item ? item.key.maskedKey : undefined,
    computed: (field) =>
      everyLanguage.map((words) => {
        const cell = columns[field]?.(item, words) ?? null;
        return typeof cell === 'boolean' ? valueLabel('yesNo', cell ? 'true' : 'false', words) : cell;
      }),
  };
}

function valuesOf<Item>(item: Item, shows: Shows<Item>): Record<string, Value> {
  return Object.fromEntries(Object.entries(shows).map(([field, show]) => [field, show(item)]));
}
