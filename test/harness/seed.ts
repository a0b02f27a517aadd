import type { Insertable } from 'kysely';
import type { WriteDb } from '../../src/db/open.ts';
import type { CustomerTable, EquipmentTable, KeyTable, ProductTable, Tables } from '../../src/db/tables.ts';
import { foldText } from '../../src/domain/fold.ts';
import { parseLicenseKey } from '../../src/domain/license-key.ts';
import { keyFields } from '../../src/domain/records/key.ts';
import { type ColumnsOf, columnsOf, eachField } from '../../src/domain/records/plain-field.ts';
import { factsOfRow } from '../../src/server/audit/facts-of-row.ts';
import { change } from '../../src/server/change.ts';
import type { AuditDraft } from '../../src/server/context.ts';
import { blankCustomer, customerColumns } from '../../src/server/customers/customer-record.ts';
import {
  blankEquipment,
  equipmentColumns,
  type NewEquipment,
  withBody,
} from '../../src/server/equipment/equipment-record.ts';
import { newId } from '../../src/server/ids.ts';
import { foldedKey } from '../../src/server/keys/folded-key.ts';
import { bySystem } from '../../src/server/people/system-actor.ts';
import { foldedProduct } from '../../src/server/products/resolve-product.ts';
import { givenFields } from '../../src/server/records/changes-between.ts';
import type { World } from './world.ts';

/**
 * Inserts rows straight into a table, past every verb: for tests that need many. Keys, units and customers have the entry
 * that says so, as whatever the log does not know is nobody's.
 */
export async function insertRows<Name extends keyof Tables>(
  { app, database }: Pick<World, 'app' | 'database'>,
  table: Name,
  rows: Insertable<Tables[Name]>[],
): Promise<void> {
  const now = app.clock().toISOString();
  const by = bySystem(app, 'system', now);
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500);
    const insert = async (tx: WriteDb): Promise<void> => {
      // One table and its own rows; Kysely cannot tell over a union of tables.
      await tx
        .insertInto(table)
        .values(some as never)
        .execute();
    };
    const [first, ...others] = some.flatMap((row) => madeEntry(app, table, row));
    if (!first) await database.transaction(insert);
    else await change(by, async (tx) => ({ result: await insert(tx), audit: [first, ...others] }));
  }
}

/** As the verb that makes one would record it. */
function madeEntry({ vault }: World['app'], table: keyof Tables, row: object): AuditDraft[] {
  if (table !== 'key' && table !== 'equipment' && table !== 'customer') return [];
  const { id, ...facts } = factsOfRow(vault, table, row as Record<string, unknown>);
  const made = { details: givenFields(facts), customerId: String(table === 'customer' ? id : facts.customerId) };
  if (table === 'key') return [{ action: 'key.created', keyId: String(id), ...made }];
  const about = { subject: `${table}:${id}`, ...made };
  if (table === 'customer') return [{ action: 'customer.created', ...about }];
  return [{ action: 'equipment.created', equipmentId: String(id), ...about }];
}

export function productRow(world: World, row: Partial<Insertable<ProductTable>> & { name: string }) {
  const texts = {
    name: row.name,
    code: row.code ?? '',
    manufacturer: row.manufacturer ?? '',
    website: row.website ?? '',
  };
  const created_at = world.clock.now().toISOString();
  return { id: newId(world.app), archived: 0 as const, created_at, ...row, ...texts, ...foldedProduct(texts) };
}

type KeySeed = Partial<Insertable<KeyTable>> & { licenseKey: string; product_id: string };

/** The row of a key as the verb that creates keys would insert it; a permanent one with one seat unless said. */
export function keyRow(world: World, { licenseKey, ...row }: KeySeed): Insertable<KeyTable> {
  const { vault } = world.app;
  const text = parseLicenseKey(licenseKey);
  const id = row.id ?? newId(world.app);
  // A seed may leave out any of them.
  const given = row as Partial<ColumnsOf<typeof keyFields>>;
  const plain = eachField(keyFields, (_, { column }) => given[column as keyof typeof given] ?? '');
  const texts = { ...columnsOf(keyFields, plain), attributes: row.attributes ?? '{}' };
  return {
    id,
    customer_id: world.houseId,
    license_id: null,
    key_type: 'permanent',
    validity_start: '',
    validity_end: '9999-12-31',
    seats: 1,
    revoked_at: null,
    replaces_id: null,
    replaced_by_id: null,
    tail: text.tail,
    tail_f: foldText(text.tail),
    mask: text.mask,
    cipher: vault.seal(text.text, id),
    hx: vault.hash('strict', text.strict),
    hl: vault.hash('loose', text.loose),
    loose_disc: '',
    created_at: world.clock.now().toISOString(),
    ...row,
    ...texts,
    ...foldedKey({ ...texts, file_name: '' }),
  };
}

/** Inserts so many keys of one new product, each with what `each` says of it; answers their ids. */
export async function seedKeys(
  world: World,
  count: number,
  each: (i: number) => Partial<Insertable<KeyTable>> = () => ({}),
): Promise<string[]> {
  const product = productRow(world, { name: `Seeded ${newId(world.app)}` });
  await insertRows(world, 'product', [product]);
  const rows = Array.from({ length: count }, (_, i) =>
    keyRow(world, { licenseKey: newId(world.app), product_id: product.id, ...each(i) }),
  );
  await insertRows(world, 'key', rows);
  return rows.map((row) => row.id);
}

type UnitSeed = Partial<NewEquipment> & { name: string; id?: string; created_at?: string };

/** The row of a unit as the verb that creates equipment would insert it. */
export function unitRow(world: World, { id, created_at, ...body }: UnitSeed): Insertable<EquipmentTable> {
  const { attributes, ...fields } = body;
  const unit = withBody(blankEquipment(world.houseId), fields);
  return {
    id: id ?? newId(world.app),
    created_at: created_at ?? world.clock.now().toISOString(),
    // Whoever seeds attributes gives values that fit their definitions.
    ...equipmentColumns({ ...unit, attributes: (attributes ?? {}) as typeof unit.attributes }),
  };
}

/** Inserts units of these names; answers their ids. */
export async function seedUnits(world: World, names: string[]): Promise<string[]> {
  const rows = names.map((name) => unitRow(world, { name }));
  await insertRows(world, 'equipment', rows);
  return rows.map((row) => row.id);
}

type CustomerSeed = {
  name: string;
  number?: string;
  contact?: string;
  archived?: boolean;
  id?: string;
  created_at?: string;
};

/** The row of a customer as the verb that creates customers would insert it. */
export function customerRow(world: World, { id, created_at, ...body }: CustomerSeed): Insertable<CustomerTable> {
  return {
    id: id ?? newId(world.app),
    created_at: created_at ?? world.clock.now().toISOString(),
    ...customerColumns({ ...blankCustomer, ...body }),
  };
}

/** Inserts customers of these names; answers their ids. */
export async function seedCustomers(world: World, names: string[]): Promise<string[]> {
  const rows = names.map((name) => customerRow(world, { name }));
  await insertRows(world, 'customer', rows);
  return rows.map((row) => row.id);
}
