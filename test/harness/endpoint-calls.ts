import { randomUUID } from 'node:crypto';
import type { Endpoint } from '../../src/contract/endpoint.ts';
import { type Credentials, send } from './actors.ts';
import { freshLicenseKey } from './arrange.ts';
import type { CustomerWorld } from './customer-world.ts';
import type { World } from './world.ts';

/** The records a request is about. */
export type Ids = CustomerWorld & { attributeId: string; userId: string };
type Body = (ids: Ids) => Record<string, unknown> | FormData | undefined;

const none: Body = () => undefined;
const key = ({ productId, customerId, licenseId }: Ids) => ({
  licenseKey: freshLicenseKey(),
  keyType: 'permanent',
  productId,
  customerId,
  licenseId,
});

/** A body for every endpoint that takes one, over the records of one customer. */
const bodies: Record<string, Body> = {
  'POST /session/confirmation': () => ({ password: 'not this one' }),
  'POST /session/code': () => ({ code: '000000' }),
  'POST /me/password': () => ({ current: 'not this one', password: 'a rather long password' }),
  'POST /me/second-factor/confirmation': () => ({ code: '000000' }),
  'POST /users': () => ({ name: 'New', email: `${randomUUID()}@nordwind.example`, role: 'auditor' }),
  'PATCH /users/{id}': () => ({ name: 'Renamed' }),
  'POST /users/{id}/identities': () => ({ subject: randomUUID() }),
  'POST /tokens': ({ customerId }) => ({ name: 'New', role: 'auditor', customerIds: [customerId] }),
  'POST /keys': key,
  'POST /keys/batch': (ids) => ({ keys: [key(ids)] }),
  'PATCH /keys/{id}': ({ productId, customerId, licenseId }) => ({ productId, customerId, licenseId, code: 'new' }),
  'POST /keys/lookup': ({ licenseKey }) => ({ licenseKey }),
  'POST /keys/deep-search': ({ licenseKey }) => ({ contains: licenseKey.slice(0, 12), reason: 'Test' }),
  'POST /keys/export': () => ({ reason: 'Test' }),
  'POST /keys/{id}/assignments': ({ otherEquipmentId }) => ({ equipmentId: otherEquipmentId }),
  'POST /keys/{id}/renewal': () => ({ validityEnd: '2028-01-01' }),
  'POST /renewals': ({ keyId }) => ({ keyIds: [keyId], validityEnd: '2028-01-01' }),
  'POST /keys/{id}/revocation': () => ({ reason: 'Test' }),
  'POST /revocations': ({ keyId }) => ({ keyIds: [keyId], reason: 'Test' }),
  'POST /keys/{id}/reinstatement': () => ({ reason: 'Test' }),
  'POST /keys/{id}/replacement': () => ({ licenseKey: freshLicenseKey(), reason: 'Test' }),
  'PATCH /assignments/{id}': () => ({ remarks: 'new' }),
  'POST /equipment': ({ customerId }) => ({ name: 'New', customerId }),
  'PATCH /equipment/{id}': ({ customerId }) => ({ location: 'new', customerId }),
  'POST /equipment/{id}/recovery': none,
  'POST /equipment/{id}/transfer': ({ otherEquipmentId }) => ({ toEquipmentId: otherEquipmentId }),
  'POST /products': () => ({ name: randomUUID() }),
  'PATCH /products/{id}': () => ({ manufacturer: 'new' }),
  'POST /licenses': ({ productId, customerId }) => ({ productId, customerId }),
  'PATCH /licenses/{id}': ({ productId, customerId }) => ({ productId, customerId, supplier: 'new' }),
  'POST /customers': () => ({ name: randomUUID() }),
  'PATCH /customers/{id}': () => ({ contact: 'new' }),
  'POST /attributes': () => ({
    recordType: 'key',
    name: `a${randomUUID().slice(0, 8)}`,
    kind: 'text',
    labelEn: 'A',
    labelDe: 'A',
  }),
  'POST /views': () => ({ list: 'keys', name: randomUUID().slice(0, 8), query: 'status=available' }),
  'PATCH /views/{id}': () => ({ shared: true }),
  'PATCH /attributes/{id}': () => ({ labelEn: 'New' }),
  'POST /audit/export': ({ keyId, equipmentId, customerId }) => ({ keyId, equipmentId, customerId }),
  'POST /consistency-checks': none,
  'POST /imports': ({ customerId }) => {
    const form = new FormData();
    form.set('file', new File([`License Key,Key Type,Feature\n${freshLicenseKey()},Permanent,Imported\n`], 'keys.csv'));
    form.set('kind', 'keys');
    form.set('customerId', customerId);
    return form;
  },
  'PATCH /settings': () => ({ masterKeyConfirmed: true }),
};

/** What `{id}` is at an address, by what the address begins with; the rest are ids nobody knows. */
const idNames: Record<string, keyof Ids> = {
  keys: 'keyId',
  assignments: 'assignmentId',
  equipment: 'equipmentId',
  products: 'productId',
  licenses: 'licenseId',
  customers: 'customerId',
  attributes: 'attributeId',
  users: 'userId',
};

export const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;
/** Whether an address names a record of a customer. */
export const isScopedItem = ({ path }: Endpoint) =>
  /^\/(keys|assignments|equipment|products|licenses|customers)\/\{id\}|^\/audit\/\{idx\}/.test(path);

/** The body of one, where the endpoint takes any. */
export function bodyOf(endpoint: Endpoint, ids: Ids): ReturnType<Body> {
  if (!endpoint.body) return undefined;
  const body = bodies[nameOf(endpoint)];
  if (!body) throw new Error(`give a body for ${nameOf(endpoint)} here`);
  return body(ids);
}

/** The address of a request about these records. */
export function pathOf({ path }: Endpoint, ids: Ids): string {
  const named = idNames[path.split('/')[1] ?? ''];
  return path
    .replace('{idx}', String(ids.idx))
    .replace('{id}', named === undefined ? randomUUID() : String(ids[named]))
    .replaceAll(/\{\w+\}/g, () => randomUUID());
}

/** No version is that high: a write that gets as far as comparing it was allowed, and changes nothing. */
const farVersion = { 'if-match': '"999999"' };

/** Calls an endpoint on these records. */
export const call = (world: World, who: Credentials, endpoint: Endpoint, ids: Ids) =>
  send(world, who, {
    method: endpoint.method,
    path: pathOf(endpoint, ids),
    body: bodyOf(endpoint, ids),
    headers: endpoint.ifMatch === 'required' ? farVersion : {},
  });

/** The same records under ids nobody knows. */
export function unknown(ids: Ids): Ids {
  const scoped = Object.entries(ids).map(([name, id]) => [name, typeof id === 'number' ? 99_999_999 : randomUUID()]);
  // Every member again, under its name.
  return { ...(Object.fromEntries(scoped) as Ids), licenseKey: ids.licenseKey };
}
