import { addKey, applyTo, freshLicenseKey } from './arrange.ts';
import type { Answer, World } from './world.ts';

/** One customer with a record of every kind: the ids, by what names them in paths and bodies. */
export type CustomerWorld = {
  customerId: string;
  productId: string;
  licenseId: string;
  /** On a unit of the customer's. */
  keyId: string;
  licenseKey: string;
  /** On nothing. */
  freeKeyId: string;
  assignmentId: string;
  equipmentId: string;
  otherEquipmentId: string;
  /** An entry of the log about the key. */
  idx: number;
};

/** Makes them for a new customer or a given one, each text of each record beginning with the same word. */
export async function addCustomerWorld(world: World, word: string, given?: string): Promise<CustomerWorld> {
  const text = (field: string) => `${word} ${field} ${freshLicenseKey().slice(0, 5)}`;
  const make = async (path: string, body: object): Promise<string> => made(await world.admin('POST', path, body)).id;
  const customer = { name: text('customer'), number: text('number'), contact: text('to') };
  const customerId = given ?? (await make('/customers', customer));
  const product = { name: text('product'), code: text('code'), manufacturer: text('maker') };
  const productId = await make('/products', product);
  const licenseId = await make('/licenses', { productId, customerId, ...licenseTexts(text) });
  const equipmentId = await make('/equipment', { customerId, ...unitTexts(text) });
  const otherEquipmentId = await make('/equipment', { customerId, ...unitTexts(text) });
  const licenseKey = freshLicenseKey();
  const common = { productId, customerId, licenseId, seats: 3, ...keyTexts(text) };
  const key = await addKey(world, { ...common, licenseKey });
  const free = await addKey(world, { ...common, seats: 1 });
  const to = { equipmentId, userName: text('user'), remarks: text('remarks') };
  const { id: assignmentId } = await applyTo(world, key.id, to);
  const log = made(await world.admin('GET', `/audit?keyId=${key.id}`));
  const ids = { customerId, productId, licenseId, keyId: key.id, freeKeyId: free.id };
  return { ...ids, licenseKey, assignmentId, equipmentId, otherEquipmentId, idx: log.items[0].idx };
}

function made({ status, body }: Answer): Answer['body'] {
  if (status >= 300) throw new Error(`not arranged: ${JSON.stringify(body)}`);
  return body;
}

function licenseTexts(text: (field: string) => string) {
  return {
    supplier: text('supplier'),
    orderNumber: text('order'),
    invoiceNumber: text('invoice'),
    costCenter: text('center'),
    barcode: text('barcode'),
    termsOfUse: text('terms'),
    remarks: text('remarks'),
  };
}

function unitTexts(text: (field: string) => string) {
  return {
    name: text('unit'),
    serialNumber: text('serial'),
    assetTag: text('tag'),
    code: text('code'),
    type: text('type'),
    manufacturer: text('maker'),
    model: text('model'),
    location: text('location'),
    remarks: text('remarks'),
  };
}

function keyTexts(text: (field: string) => string) {
  return { code: text('code'), serialNumber: text('serial'), termsOfUse: text('terms'), remarks: text('remarks') };
}
