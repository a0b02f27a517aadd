import type { z } from 'zod';
import type { Client } from '../../contract/client.ts';
import { listCustomers } from '../../contract/customers.ts';
import { type equipment, getEquipment, listEquipment } from '../../contract/equipment.ts';
import { getKey, type key, listKeys } from '../../contract/keys.ts';
import { Refusal, UsageError } from '../exit.ts';
import { shown } from '../shown.ts';

type Key = z.output<typeof key>;
type Unit = z.output<typeof equipment>;

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** From here on it could be a whole license key: masks show at most eight letters and digits. */
const longestName = 11;

/** The key of an id, of its visible last characters ("12345", "…-12345"), or of a code; refuses what is not one key. */
export async function findKey(client: Client, name: string): Promise<Key> {
  if (idPattern.test(name)) return client.call(getKey, { params: { id: name } });
  const isMasked = /^[•…X]/.test(name);
  if (!isMasked && name.replaceAll(/[^\p{L}\p{N}]/gu, '').length > longestName)
    throw new UsageError(
      'Name a key by its id, its last characters or its code: a command line is no place for a license key.',
    );
  const tail = /[\p{L}\p{N}]*$/u.exec(name)?.[0] ?? '';
  const byTail = tail === '' ? [] : await keysWhere(client, { maskedKey: [tail] });
  const found = byTail.length > 0 || isMasked ? byTail : await keysWhere(client, { code: [name] });
  return only(found, `key ${name}`, (entry) => `${entry.id} ${entry.maskedKey} ${entry.product.name}`);
}

/** What a sentence calls a key. */
export function nameOfKey(maskedKey: string): string {
  return maskedKey === '' ? 'The key by account' : maskedKey;
}

async function keysWhere(client: Client, query: Record<string, string[]>): Promise<Key[]> {
  return (await client.call(listKeys, { query: { ...query, limit: 5 } })).items ?? [];
}

/** The keys of several names, in their order. */
export async function findKeys(client: Client, names: string[]): Promise<Key[]> {
  const keys: Key[] = [];
  for (const name of names) keys.push(await findKey(client, name));
  return keys;
}

/** The unit of an id, a serial number, an asset tag or a name; refuses what is not one unit. */
export async function findUnit(client: Client, name: string): Promise<Unit> {
  if (idPattern.test(name)) return client.call(getEquipment, { params: { id: name } });
  for (const field of ['serialNumber', 'assetTag', 'name']) {
    const { items = [] } = await client.call(listEquipment, { query: { [field]: [name], limit: 5 } });
    if (items.length > 0)
      return only(items, `unit ${name}`, (unit) => `${unit.id} ${unit.name} (${unit.customer.name})`);
  }
  return only<Unit>([], `unit ${name}`, String);
}

/** The id of a customer named by id or name. */
export async function findCustomerId(client: Client, name: string | undefined): Promise<string | undefined> {
  if (name === undefined || idPattern.test(name)) return name;
  const { items = [] } = await client.call(listCustomers, { query: { name: [name], limit: 5 } });
  return only(items, `customer ${name}`, (customer) => `${customer.id} ${customer.name}`).id;
}

function only<Item>(items: Item[], what: string, describe: (item: Item) => string): Item {
  const [first, ...others] = items;
  if (first === undefined) throw new Refusal(`There is no ${what}, or it is outside your customers.`);
  if (others.length === 0) return first;
  const choices = items.map((item) => `  ${shown(describe(item))}`).join('\n');
  throw new Refusal(`More than one fits "${what}". Use an id:\n${choices}`);
}
