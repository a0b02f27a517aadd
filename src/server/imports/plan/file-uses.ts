import { createHash } from 'node:crypto';
import { AppError } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import { parseLicenseKey } from '../../../domain/license-key.ts';
import { licenseFields } from '../../../domain/records/license.ts';
import { longestRemarks as longestStored } from '../../../domain/remarks.ts';
import { givesKey } from './plan-keys.ts';
import type { Fields, FileUses, KeyUse, Purchase } from './planned-row.ts';
import type { RowValues } from './row-values.ts';
import { unitsIn } from './units-in.ts';

/** `part` counts those that say the same, where what is noted is too much for one. */
type OpenPurchase = Purchase & { part: number; keyed: Set<string>; noted: Set<string> };
type OpenUses = { keys: Map<string, KeyUse>; purchases: Map<number, OpenPurchase>; latest: Map<string, OpenPurchase> };

/**
 * Reads through a file in which a license key may stand once for each of its seats, and, of software, in several rows what
 * was bought as one. What cannot be read is refused with its row, later.
 */
export async function fileUses(rows: AsyncIterable<RowValues>, kind: ImportKind): Promise<FileUses> {
  const uses: OpenUses = { keys: new Map(), purchases: new Map(), latest: new Map() };
  for await (const values of rows) {
    if (values.errors.length > 0) continue;
    try {
      const loose = onlyKey(values);
      if (loose !== undefined) noteUse(uses.keys, loose, values);
      if (kind === 'software' && saysPurchase(values)) notePurchase(uses, loose, values);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  for (const purchase of new Set(uses.purchases.values()))
    for (const loose of purchase.keyed) purchase.quantity += seatsOf(uses.keys.get(loose));
  return uses;
}

function onlyKey({ licenseKeys }: RowValues): string | undefined {
  const [only, ...more] = licenseKeys;
  return only === undefined || more.length > 0 ? undefined : parseLicenseKey(only).loose;
}

function noteUse(uses: Map<string, KeyUse>, loose: string, { persons, fields }: RowValues): void {
  const { rows, holders, seats } = uses.get(loose) ?? { rows: 0, holders: 0, seats: 0 };
  const said = typeof fields.quantity === 'number' ? fields.quantity : 0;
  uses.set(loose, {
    rows: rows + 1,
    holders: holders + Math.max(1, persons.length, unitCount(fields)),
    seats: Math.max(seats, said),
  });
}

function unitCount({ equipment, serialNumber }: Fields): number {
  return typeof equipment === 'string' && serialNumber === undefined ? unitsIn(equipment).length : 1;
}

/** The seats of a key that a file gives in one row or in several. */
export function seatsOf(use: KeyUse | undefined): number {
  const { rows, holders, seats } = use ?? { rows: 1, holders: 1, seats: 0 };
  return rows === 1 && seats > 0 ? seats : Math.max(1, seats, holders);
}

/** What only a license keeps: a row that says any of it is a purchase, and so is one without a key. */
const boughtFields = [
  ...['quantity', 'cost', 'currency', 'renewsItself', 'supplier', 'orderNumber', 'invoiceNumber', 'costCenter'],
  ...['barcode', 'noticeBy', 'termsOfUse'],
];

/** Whether a row of software says what was bought, and not just that there is a key. */
function saysPurchase(values: RowValues): boolean {
  const { fields } = values;
  // A key that does not end has no start of its own.
  const keepsStart = fields.start === undefined || fields.end !== undefined;
  return !givesKey(values) || !keepsStart || boughtFields.some((field) => fields[field] !== undefined);
}

const plainOfLicense = Object.keys(licenseFields).filter((field) => field !== 'remarks');

/** One text for the purchase of a row, the same for rows that say the same of it but for how many and what they cost. */
function markOf({ fields }: RowValues): string {
  const named = [fields.customer, fields.customerId, fields.productName, fields.productId].map((name) =>
    typeof name === 'string' ? foldText(name) : '',
  );
  const plain = plainOfLicense.map((field) => (field === 'currency' ? currencyOf(fields) : fields[field]) ?? '');
  const mark = JSON.stringify([named, plain, fields.renewsItself ?? false, costOf(fields) !== undefined]);
  return createHash('sha256').update(mark).digest('base64url');
}

/** What is noted of many rows becomes the remarks of one license, which have an end. */
const longestRemarks = 8000;

function notePurchase({ purchases, latest }: OpenUses, loose: string | undefined, values: RowValues): void {
  const { line, fields, licenseKeys, persons } = values;
  const remarks = givesKey(values) ? '' : remarksWithoutKey(values);
  const purchase = roomFor(latest, markOf(values), remarks);
  purchase.isTooLong = remarks.length > longestStored;
  purchases.set(line, purchase);
  purchase.rows += 1;
  if (loose === undefined) purchase.quantity += quantityOf(fields) ?? Math.max(1, licenseKeys.length, persons.length);
  else purchase.keyed.add(loose);
  const cost = costOf(fields);
  // In hundredths, since sums of fractions drift.
  if (cost !== undefined) purchase.cost = Math.round(((purchase.cost ?? 0) + cost) * 100) / 100;
  // Refused with its row, which says it once more: of a file that has many such, none is held.
  if (remarks === '' || purchase.isTooLong || purchase.noted.has(remarks)) return;
  purchase.noted.add(remarks);
  purchase.remarks += (purchase.remarks && '\n') + remarks;
}

/** The purchase that rows before this one say, unless this one's remarks are too much for it. */
function roomFor(latest: Map<string, OpenPurchase>, said: string, remarks: string): OpenPurchase {
  const before = latest.get(said);
  if (before && !before.isTooLong && before.remarks.length + remarks.length <= longestRemarks) return before;
  const part = before ? before.part + 1 : 0;
  const purchase = {
    mark: `${said}+${part}`,
    part,
    rows: 0,
    quantity: 0,
    cost: undefined,
    remarks: '',
    isTooLong: false,
    keyed: new Set<string>(),
    noted: new Set<string>(),
  };
  latest.set(said, purchase);
  return purchase;
}

function quantityOf({ quantity }: Fields): number | undefined {
  return typeof quantity === 'number' ? quantity : undefined;
}

function costOf({ cost }: Fields): number | undefined {
  return typeof cost === 'object' && cost !== null && 'cost' in cost && typeof cost.cost === 'number'
    ? cost.cost
    : undefined;
}

function currencyOf({ cost, currency }: Fields): unknown {
  return currency ?? (typeof cost === 'object' && cost !== null && 'currency' in cost ? cost.currency : undefined);
}

/** What only a unit, or a key, keeps; where there is none, it is noted under the names of the columns. */
export const fieldsOfUnits = ['equipment', 'equipmentManufacturer', 'equipmentModel'];
export const fieldsOfKeys = ['keyType', 'code', 'serialNumber', 'activationDate', ...fieldsOfUnits, 'userName'];

/** What is noted of a row without a license key. */
export function remarksWithoutKey({ fields, attributes, persons, columnOf }: RowValues): string {
  const others = fieldsOfKeys.flatMap((field) => {
    const value = field === 'userName' ? persons.join(', ') : fields[field];
    return value === undefined || value === '' ? [] : [`${columnOf(`/${field}`) ?? field}: ${String(value)}`];
  });
  const own = Object.entries(attributes).map(
    ([name, value]) => `${columnOf(`/attributes/${name}`) ?? name}: ${String(value)}`,
  );
  const { remarks } = fields;
  return [...(typeof remarks === 'string' ? [remarks] : []), ...others, ...own].join('\n');
}
