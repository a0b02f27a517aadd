import { randomBytes } from 'node:crypto';
import { newId } from '../../src/server/ids.ts';
import { insertRows, seedCustomers, unitRow } from './seed.ts';
import type { Answer, World } from './world.ts';

/** A license key nobody else has: five groups of five, so that its last five characters are visible. */
export function freshLicenseKey(): string {
  const text = randomBytes(13).toString('hex').slice(0, 25).toUpperCase();
  return text.replace(/(.{5})(?!$)/g, '$1-');
}

/** Adds a key through the interface, a permanent one unless said, and answers it. */
export async function addKey(world: World, fields: Record<string, unknown> = {}): Promise<Answer['body']> {
  const product = fields.productId === undefined ? { productName: 'Office 2026' } : {};
  const body = { licenseKey: freshLicenseKey(), keyType: 'permanent', ...product, ...fields };
  const { status, body: key } = await world.admin('POST', '/keys', body);
  if (status !== 201) throw new Error(`no key: ${JSON.stringify(key)}`);
  return key;
}

/** A subscription that ends on a day. */
export function subscription(validityEnd: string) {
  return { keyType: 'subscription', validityEnd };
}

/** A customer, its id. Its name is nobody else's. */
export async function addCustomer(world: World, name: string): Promise<string> {
  const [id] = await seedCustomers(world, [name]);
  return id ?? '';
}

/** A unit in service, its id; house's unless said. */
export async function addUnit(
  world: World,
  name: string,
  { customerId = world.houseId, serialNumber = '' } = {},
): Promise<string> {
  const row = unitRow(world, { name, customerId, serialNumber });
  await insertRows(world, 'equipment', [row]);
  return row.id;
}

/** A license with a purchase date and terms of use, its id. */
export async function addLicense(world: World, { customerId = world.houseId } = {}): Promise<string> {
  const texts = { purchaseDate: '2026-01-15', orderNumber: 'PO-77', termsOfUse: 'Per device' };
  const body = { productName: `Licensed ${newId(world.app)}`, customerId, quantity: 10, ...texts };
  const { status, body: license } = await world.admin('POST', '/licenses', body);
  if (status !== 201) throw new Error(`no license: ${JSON.stringify(license)}`);
  return license.id;
}

/** Applies a key to a unit or a user through the interface, and answers the assignment. */
export async function applyTo(
  world: World,
  keyId: string,
  to: { equipmentId?: string; userName?: string; customerId?: string; remarks?: string; appliedOn?: string },
): Promise<Answer['body']> {
  const { status, body } = await world.admin('POST', `/keys/${keyId}/assignments`, to);
  if (status !== 201) throw new Error(`not applied: ${JSON.stringify(body)}`);
  return body;
}

export type TrailEntry = {
  idx: number;
  action: string;
  equipmentId: string | null;
  customerId: string | null;
  actorId: string;
  /** What people read; undefined where it was erased. */
  details: Record<string, unknown> | undefined;
};

/** The entries of a key, in the order they were made. */
export async function trailOf({ database }: Pick<World, 'database'>, keyId: string): Promise<TrailEntry[]> {
  const rows = await database.read
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.equipment_id', 'e.customer_id', 'e.actor_id', 'p.body'])
    .where('e.key_id', '=', keyId)
    .orderBy('e.idx')
    .execute();
  return rows.map((row) => ({
    idx: row.idx,
    action: row.action,
    equipmentId: row.equipment_id,
    customerId: row.customer_id,
    actorId: row.actor_id,
    details: row.body === null ? undefined : JSON.parse(row.body),
  }));
}

/** The actions of a key's entries, in order. */
export async function actionsOf(world: World, keyId: string): Promise<string[]> {
  return (await trailOf(world, keyId)).map((entry) => entry.action);
}

/** How many entries the log has. */
export async function logSize({ database }: World): Promise<number> {
  const head = await database.read.selectFrom('audit_head').select('size').executeTakeFirstOrThrow();
  return head.size;
}
