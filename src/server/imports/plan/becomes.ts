import { maskLicenseKey } from '../../../domain/license-key.ts';
import { fieldsOfKeys, remarksWithoutKey } from './file-uses.ts';
import { givesKey } from './plan-keys.ts';
import { type Planning, without } from './planned-row.ts';
import type { RowValues } from './row-values.ts';
import { shownText } from './shown-text.ts';

type Value = string | number | boolean;

/** What a row becomes, by the names of the fields of its kind. */
export type Becomes = Record<string, Value>;

const longestShown = 200;
/** A license key that begins in what is shown is judged whole. */
const longestKey = 600;

/** What is shown of a row before anything is written: what its cells say, and what holds where they say nothing. */
export function becomesOf(given: RowValues, planning: Planning): Becomes {
  const values = planning.kind === 'software' && !givesKey(given) ? asLicense(given) : given;
  const { fields, attributes, licenseKeys, persons } = values;
  const shown: Becomes = {};
  for (const [field, value] of saidBy(fields)) shown[field] = shownValue(value);
  for (const [name, value] of Object.entries(attributes))
    if (isValue(value)) shown[`attributes.${name}`] = shownValue(value);
  if (licenseKeys.length > 0) shown.licenseKey = licenseKeys.map((text) => maskLicenseKey(text).mask).join(', ');
  if (persons.length > 0) shown.userName = shownValue(persons.join(', '));
  return { ...defaultsOf(values, planning), ...shown };
}

/** A row of software without a license key is a license, which notes the rest. */
function asLicense(values: RowValues): RowValues {
  const remarks = remarksWithoutKey(values);
  const fields = { ...without(values.fields, ...fieldsOfKeys, 'remarks'), ...(remarks !== '' && { remarks }) };
  return { ...values, fields, attributes: {}, persons: [] };
}

function* saidBy(fields: Record<string, unknown>): Generator<[field: string, value: Value]> {
  for (const [field, value] of Object.entries(fields)) {
    if (isValue(value)) yield [field, value];
    else if (field === 'cost' && typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) if (isValue(part)) yield [name, part];
  }
}

function isValue(value: unknown): value is Value {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function shownValue(value: Value): Value {
  if (typeof value !== 'string') return value;
  const text = shownText(value.slice(0, longestShown + longestKey));
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** Whether the cell that gives a field cannot be read: then nothing holds in its place. */
function isFaulty({ errors, columnOf }: RowValues, pointer: string): boolean {
  const own = columnOf(pointer);
  return own !== null && errors.some(({ column }) => column === own);
}

function defaultsOf(values: RowValues, { kind, customerName, productName }: Planning): Becomes {
  const { fields } = values;
  const isOwned = kind !== 'customers' && kind !== 'products' && kind !== 'users' && kind !== 'assignments';
  const customer = isOwned && customerName !== undefined ? { customer: customerName } : {};
  const product = kind !== 'equipment' && productName !== undefined ? { productName } : {};
  if ((kind !== 'software' && kind !== 'keys') || !givesKey(values)) return { ...customer, ...product };
  if (isFaulty(values, '/validityEnd') || isFaulty(values, '/keyType')) return { ...customer, ...product };
  const hasEnd = (kind === 'keys' ? fields.validityEnd : fields.end) !== undefined;
  return { ...customer, ...product, keyType: hasEnd ? 'subscription' : 'permanent' };
}
