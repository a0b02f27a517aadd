import type { ListField } from '../../src/contract/list.ts';
import { auditActions } from '../../src/domain/audit/actions.ts';
import { bytes, type Cell, fold, isFound, onceAText } from './plain-list.ts';
import type { Populated } from './populated.ts';
import type { Answer, World } from './world.ts';

type Item = Answer['body'];

/** What a plain loop must know of a list beyond its items. */
export type PlainList = {
  /** Parameters with which the list shows everything. */
  everything?: Record<string, string>;
  /** Fields whose value does not stand in the item under their own name. */
  cells: Record<string, (item: Item) => Cell>;
  /** Whether a search finds an item. */
  isFound: (item: Item, q: string) => boolean;
  idOf?: (item: Item) => string | number;
  /** How many rows there are; a list whose rows are not all seeded says what it is given. */
  size: (found: number) => number;
};

/** The visible last characters of a mask. */
const tailOf = onceAText((mask) => [...mask.matchAll(/[\p{L}\p{N}]/gu)].join(''));

/** Whole, or without the first of four or more. */
function isTail(mask: string, q: string): boolean {
  const tail = fold(tailOf(mask));
  return tail === fold(q) || (tail.length >= 4 && tail.slice(1) === fold(q));
}

const textsOf = (attributes: Record<string, unknown>): string[] =>
  Object.values(attributes).filter((value): value is string => typeof value === 'string');

/** The lists by path; a list that is not here cannot be tested, and its test says so. */
export function plainLists(world: World, rows: Populated): Record<string, PlainList> {
  const names = namesBehind(world, rows);
  const byName = (id: string | null, name?: string): Cell => {
    const label = name ?? names.get(id ?? '') ?? '';
    return { value: id, order: fold(label), label };
  };
  const keys = new Map(rows.keys.map((row) => [row.id, row]));
  const units = new Map(rows.units.map((row) => [row.id, row]));
  const products = new Map(rows.products.map((row) => [row.id, row]));
  const active = Map.groupBy(
    rows.assignments.filter((row) => row.removed_at === null),
    (row) => row.key_id,
  );
  const productLines = onceAText((id) => {
    const { name = '', code = '', manufacturer = '' } = products.get(id) ?? {};
    return [name, code, manufacturer];
  });
  const usersOf = (id: string): string[] => (active.get(id) ?? []).map((row) => row.user_name).filter(Boolean);
  const keyLines = onceAText((id) => {
    const row = keys.get(id);
    if (!row) return [];
    return [row.code, row.serial_number, row.remarks, ...textsOf(JSON.parse(row.attributes))];
  });
  const unitLines = onceAText((id) => {
    const row = units.get(id);
    if (!row) return [];
    const { name, serial_number, asset_tag, code, type, manufacturer, model, location, remarks, attributes } = row;
    const own = [name, serial_number, asset_tag, code, type, manufacturer, model, location, remarks];
    return [...own, ...textsOf(JSON.parse(attributes ?? '{}'))];
  });
  const first = (texts: string[]): string | null => texts.toSorted((a, b) => (bytes(a) < bytes(b) ? -1 : 1))[0] ?? null;
  return {
    '/keys': {
      size: () => rows.keys.length,
      cells: {
        maskedKey: (item) => ({ value: tailOf(item.maskedKey) }),
        product: (item) => ({ value: item.product.name }),
        productId: (item) => byName(item.product.id, item.product.name),
        validityEnd: (item) => ({ value: item.validityEnd, order: item.validityEnd ?? '9999-12-31' }),
        validityEndMonth: (item) => ({
          value: item.validityEnd?.slice(0, 7) ?? null,
          order: (item.validityEnd ?? '9999-12').slice(0, 7),
        }),
        userName: (item) => {
          const users = usersOf(item.id);
          const order = first(users.map(fold)) ?? '';
          return { value: first(users.filter((user) => fold(user) === order)), among: users };
        },
        equipmentId: (item) => {
          const on = (active.get(item.id) ?? []).flatMap((row) => row.equipment_id ?? []);
          const folded = on.map((id) => fold(units.get(id)?.name ?? ''));
          const value = first(on);
          return { value, among: on, order: first(folded) ?? '', labels: names };
        },
        licenseId: (item) => byName(item.licenseId),
        customerId: (item) => byName(item.customer.id, item.customer.name),
        customer: (item) => ({ value: item.customer.name }),
      },
      isFound: (item, q) =>
        isTail(item.maskedKey, q) ||
        isFound([...keyLines(item.id), ...usersOf(item.id), ...productLines(item.product.id)], q),
    },
    '/assignments': {
      size: () => rows.assignments.length,
      everything: { state: 'all' },
      cells: {
        keyId: (item) => ({ ...byName(item.key.id, item.key.maskedKey), order: fold(tailOf(item.key.maskedKey)) }),
        maskedKey: (item) => ({ value: tailOf(item.key.maskedKey) }),
        productId: (item) => byName(item.key.product.id, item.key.product.name),
        product: (item) => ({ value: item.key.product.name }),
        equipmentId: (item) => byName(item.equipment?.id ?? null, item.equipment?.name ?? ''),
        equipment: (item) => ({ value: item.equipment?.name ?? null }),
        customerId: (item) => byName(item.customer.id, item.customer.name),
        customer: (item) => ({ value: item.customer.name }),
        appliedOnMonth: (item) => ({ value: item.appliedOn.slice(0, 7) }),
        appliedBy: (item) => byName(item.appliedBy.id, item.appliedBy.name),
        removedBy: (item) => byName(item.removedBy?.id ?? null, item.removedBy?.name ?? ''),
      },
      isFound: (item, q) =>
        isTail(item.key.maskedKey, q) ||
        isFound(
          [
            ...[item.userName, item.remarks],
            ...[...keyLines(item.key.id), ...productLines(item.key.product.id), ...unitLines(item.equipment?.id ?? '')],
          ],
          q,
        ),
    },
    '/equipment': {
      size: () => rows.units.length,
      cells: {
        customerId: (item) => byName(item.customer.id, item.customer.name),
        customer: (item) => ({ value: item.customer.name }),
      },
      isFound: (item, q) => isFound([...unitLines(item.id), item.customer.name], q),
    },
    '/products': {
      size: () => rows.products.length,
      cells: {},
      isFound: (item, q) => isFound(productLines(item.id), q),
    },
    '/licenses': {
      size: () => rows.licenses.length,
      cells: {
        product: (item) => ({ value: item.product.name }),
        productId: (item) => byName(item.product.id, item.product.name),
        customerId: (item) => byName(item.customer.id, item.customer.name),
        customer: (item) => ({ value: item.customer.name }),
      },
      isFound: (item, q) =>
        isFound(
          [
            ...[item.supplier, item.orderNumber, item.invoiceNumber, item.costCenter, item.barcode, item.remarks],
            ...[item.currency, item.customer.name, ...textsOf(item.attributes), ...productLines(item.product.id)],
          ],
          q,
        ),
    },
    '/customers': {
      size: () => rows.customers.length + 1,
      cells: {},
      isFound: (item, q) => isFound([item.name, item.number, item.contact], q),
    },
    '/users': {
      size: () => rows.users.length + 1,
      cells: {},
      isFound: (item, q) => isFound([item.name, item.email], q),
    },
    '/audit': {
      size: (found) => found,
      idOf: (item) => item.idx,
      cells: {
        actorId: (item) => byName(item.actor.id, item.actor.name),
        action: (item) => ({ value: item.action, isExact: true }),
        subject: (item) => ({ value: item.subject, isExact: true }),
        keyId: (item) => ({ ...byName(item.keyId), order: fold(tailOf(names.get(item.keyId) ?? '')) }),
        equipmentId: (item) => byName(item.equipmentId),
        customerId: (item) => byName(item.customerId),
      },
      isFound: (item, q) => isFound([item.actor.name, ...auditActions.filter((code) => code === item.action)], q),
    },
  };
}

/** The names ids are sorted and labelled by; a license has its product's, a key its mask. */
function namesBehind(world: World, rows: Populated): Map<string, string> {
  const products = new Map(rows.products.map((row) => [row.id, row.name]));
  return new Map([
    ...products,
    ...rows.customers.map((row): [string, string] => [row.id, row.name]),
    [world.houseId, 'Nordwind IT'],
    ...rows.users.map((row): [string, string] => [row.id, row.name]),
    [world.adminId, 'Ada Admin'],
    ...rows.units.map((row): [string, string] => [row.id, row.name]),
    ...rows.keys.map((row): [string, string] => [row.id, row.mask]),
    ...rows.licenses.map((row): [string, string] => [row.id, products.get(row.product_id) ?? '']),
  ]);
}

/** A field of an item: as the list says, an attribute, or what stands under the field's own name. */
export function cellOf(list: PlainList, name: string, field: ListField, item: Item): Cell {
  const said = list.cells[name]?.(item);
  if (said) return said;
  if (name.startsWith('attributes.')) return { value: item.attributes[name.slice('attributes.'.length)] ?? null };
  const value = item[name];
  const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
  if (!isPlain) throw new Error(`the test must learn where ${name} (${field.kind}) stands in an item`);
  return { value };
}
