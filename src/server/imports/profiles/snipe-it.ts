import type { Profile } from '../columns.ts';

/*
 * What Snipe-IT's own import templates and lists call their columns (lower case, letters and digits only), best first
 * where several may give one field. A column that is not here goes to the remarks under its own name.
 */
const licenses: Record<string, readonly string[]> = {
  productName: ['itemname', 'licensename', 'softwarename', 'name'],
  licenseKey: ['serialnumber', 'productkey', 'serial', 'licensekey', 'licenseserial', 'key'],
  userName: ['fullname', 'checkedouttofullname', 'username', 'checkedouttousername', 'email', 'checkedouttoemail'],
  manufacturer: ['manufacturer'],
  purchaseDate: ['purchasedate'],
  cost: ['purchasecost', 'cost'],
  currency: ['currency'],
  orderNumber: ['ordernumber'],
  end: ['expirationdate', 'expiration', 'expires'],
  quantity: ['seats', 'quantity', 'qty', 'totalseats'],
  customer: ['company'],
  supplier: ['supplier'],
  remarks: ['notes', 'licensenotes'],
};

const equipment: Record<string, readonly string[]> = {
  name: ['name', 'itemname', 'assetname'],
  assetTag: ['assettag', 'tag'],
  serialNumber: ['serialnumber', 'serial'],
  customer: ['company'],
  type: ['category'],
  manufacturer: ['manufacturer'],
  model: ['model', 'modelname'],
  location: ['location'],
  inUseSign: ['checkouttype', 'checkedouttousername', 'checkedouttofullname', 'checkedout', 'checkedoutto'],
  remarks: ['assetnotes', 'notes'],
};

/** Exports and import templates of Snipe-IT. Its dates are written as in the United States unless they show otherwise. */
export const snipeIt: Profile = {
  dateOrder: 'mdy',
  // A list of keys is a list of licenses there.
  kinds: { keys: 'licenses', licenses: 'licenses', equipment: 'equipment' },
  columns: { licenses, equipment },
};
