import type { FieldError } from '../../../domain/errors.ts';
import { cleanText, foldText } from '../../../domain/fold.ts';
import type { Cell } from '../../exports/columns.ts';
import { damageDetails } from '../read/destroyed-numbers.ts';
import type { Change } from '../write/tally.ts';
import type { Present, Value } from './editors.ts';
import type { Fields } from './planned-row.ts';
import type { RowValues } from './row-values.ts';

/** What a row says otherwise than the record it names: as a PATCH, field by field, and what it cannot say. */
type Differences = { patch: Fields; changes: Change[]; faults: FieldError[] };

/** What of a row is compared. */
export type Compared = Pick<RowValues, 'fields' | 'attributes' | 'blank' | 'damaged' | 'computed' | 'maskedKey'>;

/** Found by their folded names, so that another spelling is no difference. */
const named = ['productName', 'customer'];

/** Compares a row with its record. A blank cell clears its field, a column that is not there leaves it. */
export function differencesOf(present: Present, values: Compared, needed: readonly string[]): Differences {
  const found: Differences = { patch: {}, changes: [], faults: [] };
  for (const [field, given] of givenCells(values)) {
    const attribute = /^attributes\.(.+)$/.exec(field)?.[1];
    if (attribute !== undefined) compareAttribute(found, present, attribute, given);
    else if (Object.hasOwn(present.editable, field)) compareField(found, present, field, given, needed);
    else if (Object.hasOwn(present.fixed, field)) compareFixed(found, present, field, given);
    else if (given !== null && field !== 'inUseSign') found.faults.push(notHere(field));
  }
  for (const { field } of found.changes) {
    const damage = values.damaged.get(field);
    if (damage) found.faults.push({ pointer: `/${field}`, code: 'destroyed_number', detail: damageDetails[damage] });
  }
  for (const { field, text } of values.computed) compareComputed(found, present.computed(field), field, text);
  if (values.maskedKey && present.maskedKey !== undefined && values.maskedKey !== present.maskedKey)
    found.faults.push({
      pointer: '/maskedKey',
      code: 'not_changeable',
      detail: 'This is not the mask of the record. A license key cannot be changed; put the mask back.',
    });
  return found;
}

/** Every cell of the row by its field; null where it is blank. */
function* givenCells({ fields, attributes, blank }: Compared): Generator<[field: string, given: Value]> {
  for (const [field, given] of Object.entries(fields)) {
    if (field !== 'cost') yield [field, cellValue(given)];
    else yield* costCells(given);
  }
  for (const [name, given] of Object.entries(attributes)) yield [`attributes.${name}`, cellValue(given)];
  for (const field of blank) yield [field, null];
}

/** An amount may come with its currency. */
function* costCells(given: unknown): Generator<[field: string, given: Value]> {
  if (typeof given !== 'object' || given === null) return;
  if ('cost' in given) yield ['cost', cellValue(given.cost)];
  if ('currency' in given) yield ['currency', cellValue(given.currency)];
}

function cellValue(given: unknown): Value {
  return typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean' ? given : null;
}

function compareField(
  found: Differences,
  present: Present,
  field: string,
  given: Value,
  needed: readonly string[],
): void {
  const old = present.editable[field] ?? null;
  if (isSame(field, old, given) || field in found.patch) return;
  if (given === null && needed.includes(field)) {
    found.faults.push({
      pointer: `/${field}`,
      code: 'required',
      detail: 'This cannot be empty. Put the old value back.',
    });
    return;
  }
  found.patch[field] = given;
  found.changes.push({ field, old, new: given });
}

function compareAttribute(found: Differences, present: Present, name: string, given: Value): void {
  const old = Object.hasOwn(present.attributes, name) ? (present.attributes[name] ?? null) : null;
  if (isSame(name, old, given)) return;
  const { attributes } = found.patch;
  found.patch.attributes = { ...(typeof attributes === 'object' ? attributes : {}), [name]: given };
  found.changes.push({ field: `attributes.${name}`, old, new: given });
}

function compareFixed(found: Differences, present: Present, field: string, given: Value): void {
  if (isSame(field, present.fixed[field] ?? null, given)) return;
  const detail =
    'An import does not change this in a record that is there. Put the old value back, or leave the column out.';
  found.faults.push({ pointer: `/${field}`, code: 'not_changeable', detail });
}

function notHere(field: string): FieldError {
  const detail = 'Such a record has no field of this kind. Leave the column out.';
  return { pointer: `/${field}`, code: 'not_changeable', detail };
}

function isSame(field: string, old: Value, given: Value): boolean {
  if (typeof old !== 'string' || typeof given !== 'string') return old === given;
  if (named.includes(field)) return foldText(old) === foldText(given);
  return old === cleanText(given, { multiline: true });
}

function compareComputed(found: Differences, cells: Cell[], field: string, text: string): void {
  if (text === '' ? cells.includes(null) || cells.includes('') : cells.some((cell) => isCell(cell, text))) return;
  const detail =
    'Keybook works this out itself, and it is not what the file says. Put the old value back, leave the column out, or export the list again.';
  found.faults.push({ pointer: `/${field}`, code: 'computed', detail });
}

function isCell(cell: Cell, text: string): boolean {
  if (typeof cell === 'number') return Number(text.replace(',', '.')) === cell;
  return cell !== null && cleanText(String(cell), { multiline: true }) === cleanText(text, { multiline: true });
}
