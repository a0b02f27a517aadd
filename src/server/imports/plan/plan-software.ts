import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createKeyBody } from '../../../contract/keys.ts';
import { createLicenseBody } from '../../../contract/licenses.ts';
import { text } from '../../../contract/values.ts';
import { invalid } from '../../../domain/errors.ts';
import { parseLicenseKey } from '../../../domain/license-key.ts';
import { check } from '../../http/request.ts';
import { fieldsOfKeys, fieldsOfUnits, remarksWithoutKey, seatsOf } from './file-uses.ts';
import { fingerprintOf } from './fingerprint.ts';
import { holdersOf } from './holders.ts';
import { tellService } from './not-software.ts';
import { givesKey, keysOf } from './plan-keys.ts';
import { costOf, seatOf } from './plan-license.ts';
import {
  type Fields,
  firstLine,
  type Holder,
  type NewKey,
  nothingSaid,
  ownerKey,
  type PlannedRow,
  type Planning,
  type Purchase,
  productOf,
  type Said,
  without,
} from './planned-row.ts';
import type { RowValues } from './row-values.ts';
import { unitsIn } from './units-in.ts';

const extraFields = z.looseObject({
  manufacturer: text().optional(),
  equipment: text().optional(),
  equipmentManufacturer: text().optional(),
  equipmentModel: text().optional(),
  serialNumber: text().optional(),
});

/**
 * A row of a list of software: what was bought, where it says any of that or has no key; its key; and who and what has
 * it. A license key that stands once for each of its seats is one record, and so is a purchase that several rows tell of.
 */
export function planSoftware(row: PlannedRow, values: RowValues, given: Fields, planning: Planning): PlannedRow {
  refuseHeading(values);
  tellHouse(row, planning);
  const { manufacturer = '', ...ofUnit } = check(extraFields, given, '');
  const units = unitsOf(ofUnit);
  const fields = givesKey(values) && units.length === 0 ? withUnitNoted(row, given) : given;
  const said = { key: saidOfKey(values, fields, planning), license: saidOfLicense(values, fields, planning) };
  const planned = {
    ...row,
    manufacturer,
    said: { key: owned(row, said.key), license: owned(row, said.license) },
    ...licenseOf(row, values, fields, planning),
  };
  if (!givesKey(values)) {
    tellNoted(row, values);
    tellService(row, values);
    return planned;
  }
  if (units.length > 1) row.warnings.push({ line: row.line, column: row.columnOf('/equipment'), ...severalUnits });
  const body = keyOf(values, fields, planning);
  const holders = holdersOf(values.persons, units, body.purchaseDate, planning);
  const secret = seatOf(row, values, planning);
  if (!secret || holders.length === 0) {
    const keys = keysOf(row, values, { body, holders }, planning);
    for (const { content } of keys) firstLine(planning, factsOf(content.secret.loose, values), row.line);
    return { ...planned, keys };
  }
  requireSameFacts(secret.loose, values, planning);
  return { ...planned, seatOf: { secret, holders: withRemarks(holders, fields.remarks) } };
}

const severalUnits = { code: 'several_units', detail: 'This cell names several units. Each of them is one.' };

/** One with a serial number of its own is one. */
function unitsOf({ equipment = '', serialNumber = '', equipmentManufacturer = '', equipmentModel = '' }: OfUnit) {
  if (equipment === '') return [];
  const names = serialNumber === '' ? unitsIn(equipment) : [equipment];
  return names.map((name) => ({ name, serialNumber, manufacturer: equipmentManufacturer, model: equipmentModel }));
}

type OfUnit = z.output<typeof extraFields>;

/** What is said of a unit that is not named is noted under the names of its columns. */
function withUnitNoted({ columnOf }: PlannedRow, fields: Fields): Fields {
  const said = ['equipmentManufacturer', 'equipmentModel'].flatMap((field) =>
    typeof fields[field] === 'string' ? [`${columnOf(`/${field}`) ?? field}: ${fields[field]}`] : [],
  );
  return said.length === 0 ? fields : { ...fields, remarks: [fields.remarks, ...said].filter(Boolean).join('\n') };
}

/** Who or what has a license of which there is no key cannot be assigned anything. */
function tellNoted({ line, columnOf, warnings }: PlannedRow, { fields, persons }: RowValues): void {
  const field = fields.equipment === undefined ? (persons.length > 0 ? 'userName' : undefined) : 'equipment';
  if (field === undefined) return;
  const detail =
    'This row has no license key that could be assigned: who or what has it is noted in the remarks of the license.';
  warnings.push({ line, column: columnOf(`/${field}`), code: 'holder_noted', detail });
}

/** Beside customers a blank cell is told: the row may be of the customer above it. */
function tellHouse({ line, columnOf, owner, warnings }: PlannedRow, { customerId }: Planning): void {
  const column = columnOf('/customer');
  if (column === null || owner.customer !== undefined || owner.customerId !== undefined || customerId !== undefined)
    return;
  const detail =
    'No customer stands here, so this belongs to the organisation itself. If it is of the one above, repeat it.';
  warnings.push({ line, column, code: 'no_customer', detail });
}

const heading = /^[\p{L} ]{2,30}: +\S/u;

/** "Customer: …" alone on a line says whose the lines below are, which no column does. */
function refuseHeading({ fields, licenseKeys }: RowValues): void {
  const { productName } = fields;
  if (typeof productName !== 'string' || !heading.test(productName)) return;
  if (licenseKeys.length > 0 || Object.keys(fields).length > 1) return;
  const detail =
    'This line stands alone, as a heading of those below it. Take it out, and give what it says a column of its own.';
  throw invalid({ pointer: '/productName', code: 'heading', detail });
}

/** What the row says of its purchase, together with the rows that say the same. */
function licenseOf(
  row: PlannedRow,
  values: RowValues,
  fields: Fields,
  planning: Planning,
): Pick<PlannedRow, 'license'> {
  const { line } = values;
  const purchase = planning.uses?.purchases.get(line);
  if (!purchase) return {};
  const bought = without(fields, ...fieldsOfKeys, 'manufacturer');
  const body = check(
    createLicenseBody,
    { ...bought, ...together(purchase, fields), ...tooLong(purchase, values), ...productOf(fields, planning) },
    '',
  );
  // How many there are may change with the next file; it is the same purchase.
  const known = { ...body, quantity: 0 };
  const isFirst = firstLine(planning, `p:${purchase.mark}`, line) === undefined;
  const fingerprint = isFirst ? fingerprintOf(ownerKey(row, planning), known, planning.counts) : '';
  const { mark } = purchase;
  return { license: { body, manufacturer: String(fields.manufacturer ?? ''), fingerprint, purchase: mark } };
}

/** What is noted and cannot be stored is refused as it stands. */
function tooLong({ isTooLong }: Purchase, values: RowValues): Fields {
  return isTooLong ? { remarks: remarksWithoutKey(values) } : {};
}

function together({ quantity, cost, remarks }: Purchase, fields: Fields): Fields {
  return {
    quantity,
    ...costOf(fields.cost, fields.currency),
    ...(cost !== undefined && { cost }),
    remarks,
  };
}

/** The key as the row says it; where it says no type, it is permanent without an end, and a subscription with one. */
function keyOf(values: RowValues, fields: Fields, planning: Planning): NewKey {
  const { keyType, start, end, quantity, code, activationDate, purchaseDate, remarks } = fields;
  const [only, ...more] = values.licenseKeys;
  const use =
    only !== undefined && more.length === 0 ? planning.uses?.keys.get(parseLicenseKey(only).loose) : undefined;
  return check(
    createKeyBody,
    {
      ...productOf(fields, planning),
      ...pick(fields, 'productName', 'productId'),
      keyType: keyType ?? (end === undefined ? 'permanent' : 'subscription'),
      ...(end !== undefined && { validityStart: start, validityEnd: end }),
      ...{ code, activationDate, purchaseDate, remarks },
      // Beside a unit it is the unit's.
      ...(fields.equipment === undefined && { serialNumber: fields.serialNumber }),
      seats: use && use.rows > 1 ? seatsOf(use) : quantity,
      attributes: values.attributes,
      licenseKey: '',
    },
    '',
  );
}

function saidOfKey({ licenseKeys, attributes }: RowValues, fields: Fields, { uses }: Planning): Said {
  const { start, end, quantity } = fields;
  const use = licenseKeys.length === 1 ? uses?.keys.get(parseLicenseKey(licenseKeys[0] ?? '').loose) : undefined;
  const isTogether = use !== undefined && use.rows > 1;
  return {
    fields: {
      ...pick(fields, 'productName', 'productId'),
      ...pick(fields, 'keyType', 'code', 'activationDate', 'purchaseDate', 'remarks'),
      ...(fields.equipment === undefined && pick(fields, 'serialNumber')),
      ...(end !== undefined && { validityEnd: end, ...(start !== undefined && { validityStart: start }) }),
      ...(!isTogether && licenseKeys.length === 1 && quantity !== undefined && { seats: quantity }),
    },
    attributes,
    ...(isTogether && { together: { seats: seatsOf(use) } }),
  };
}

function saidOfLicense(values: RowValues, fields: Fields, { uses }: Planning): Said {
  const purchase = uses?.purchases.get(values.line);
  if (!purchase) return nothingSaid;
  const own = without(fields, ...fieldsOfKeys, 'manufacturer', 'quantity', 'cost', 'remarks');
  const { quantity, cost } = purchase;
  const remarks = givesKey(values) ? {} : pick(fields, 'remarks');
  if (purchase.rows > 1) {
    const currency = costOf(fields.cost, fields.currency).currency;
    const together = { quantity, ...(cost !== undefined && { cost }) };
    return { fields: { ...own, ...remarks, ...(currency !== undefined && { currency }) }, together };
  }
  return { fields: { ...own, ...remarks, ...pick(fields, 'quantity', 'cost') } };
}

function owned({ owner }: PlannedRow, { fields, ...others }: Said): Said {
  return { ...others, fields: Object.keys(fields).length === 0 ? fields : { ...fields, ...owner } };
}

function pick(fields: Fields, ...names: string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

/** What the rows of one license key must have in common: all that its one record says, but for who has it and what is noted of that. */
function factsOf(loose: string, { fields, attributes }: RowValues): string {
  const ofSeats = ['cost', 'quantity', 'remarks', 'userName', ...fieldsOfUnits];
  const facts = without(fields, ...ofSeats, ...(fields.equipment === undefined ? [] : ['serialNumber']));
  const mark = JSON.stringify([loose, Object.entries(facts).toSorted(), Object.entries(attributes).toSorted()]);
  return `f:${createHash('sha256').update(mark).digest('base64url')}`;
}

function requireSameFacts(loose: string, values: RowValues, planning: Planning): void {
  if (planning.lines.has(factsOf(loose, values))) return;
  const first = planning.lines.get(`k:${loose}`);
  throw invalid({
    pointer: '/licenseKey',
    code: 'said_otherwise',
    detail: `Line ${first} gives this license key too, and says something else of it. Make the rows say the same.`,
    params: { first: first ?? 0 },
  });
}

/** What is noted of one more seat belongs to that seat. */
function withRemarks([first, ...others]: Holder[], remarks: unknown): Holder[] {
  if (first === undefined) return [];
  return [{ ...first, ...(typeof remarks === 'string' && { remarks }) }, ...others];
}
