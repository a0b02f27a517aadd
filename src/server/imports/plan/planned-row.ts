import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { createCustomer } from '../../../contract/customers.ts';
import type { BodyOf } from '../../../contract/endpoint.ts';
import type { createEquipmentBody } from '../../../contract/equipment.ts';
import type { createKeyBody } from '../../../contract/keys.ts';
import type { createLicenseBody } from '../../../contract/licenses.ts';
import type { createProduct } from '../../../contract/products.ts';
import { type AttributeDefinition, judgeAttributes, type RecordType } from '../../../domain/attributes.ts';
import type { Day } from '../../../domain/day.ts';
import { type FieldError, invalid } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import type { KeyContent, KeySecret } from '../../keys/key-content.ts';
import type { DifferentRows } from './on-different.ts';
import type { NewAssignment } from './plan-assignment.ts';
import type { ColumnOf, RowError } from './row-error.ts';
import type { RowValues } from './row-values.ts';
import type { MayMake } from './what-is-made.ts';

export type NewKey = z.output<typeof createKeyBody>;
export type NewLicense = z.output<typeof createLicenseBody>;
type NewUnit = z.output<typeof createEquipmentBody>;

/** A unit that a row names by its name, asset tag or serial number, and what the row says of it, should it have to be made. */
export type NamedUnit = { name: string; serialNumber: string; manufacturer: string; model: string };

/** Who or what has a seat of a row's key, and since when. */
export type Holder = {
  userName: string;
  unit?: NamedUnit | undefined;
  appliedOn: Day;
  remarks?: string;
};

/** What a key is of which a file gives the text or the lines. */
export type GivenContent = KeyContent & { secret: KeySecret };

/** What a row says of a record that may be there, and what rows say together, of which the record may have more. */
export type Said = { fields: Fields; attributes?: Fields; together?: Record<string, number> };

export const nothingSaid: Said = { fields: {} };

/** What is to be made of one row, judged as far as that is possible without the database. */
export type PlannedRow = {
  line: number;
  columnOf: ColumnOf;
  warnings: RowError[];
  /** The customer by name (found, else made) or by id; neither is the import's own customer. */
  owner: { customer?: string | undefined; customerId?: string | undefined };
  keys: { body: NewKey; content: GivenContent; holders: Holder[] }[];
  /** `purchase` is the same for the rows of a file that are one license. */
  license?: { body: NewLicense; manufacturer: string; fingerprint: string; purchase?: string };
  /** Who makes the product, where the row makes no license. */
  manufacturer?: string;
  unit?: NewUnit;
  /** What the row says of its key and of its license, for where they are there. */
  said?: { key: Said; license: Said };
  /** A license key that an earlier row of the file gives: this row is one more of its seats. */
  seatOf?: { secret: KeySecret; holders: Holder[] };
  /** The record the row names by its id, and what the row says of it. */
  edit?: { id: string; version: number | undefined; values: RowValues };
  customer?: BodyOf<typeof createCustomer>;
  product?: BodyOf<typeof createProduct>;
  assignment?: NewAssignment;
  /** The name of somebody keys may be assigned to. */
  person?: string;
  /** An earlier line that says the same, where that is no fault. */
  repeats?: number;
};

/** How many a file says have a license key, in however many rows, and the most seats that a row of it says. */
export type KeyUse = { rows: number; holders: number; seats: number };

/**
 * What rows that say the same of a purchase say together: how many, what it cost, and what is noted of rows without key, unless
 * the only one notes more than can be stored.
 */
export type Purchase = {
  mark: string;
  rows: number;
  quantity: number;
  cost: number | undefined;
  remarks: string;
  isTooLong: boolean;
};

/** What a file says in several rows of one thing: of license keys by their loose form, of purchases by each of their lines. */
export type FileUses = { keys: ReadonlyMap<string, KeyUse>; purchases: ReadonlyMap<number, Purchase> };

export type PlanRules = {
  kind: ImportKind;
  today: Day;
  /** The product of rows that name none. */
  productName: string | undefined;
  /** Where no column names the product, those that nobody has said anything of. */
  mayNameProduct: readonly string[] | undefined;
  customerId: string | undefined;
  /** Whose the records of rows are that name no customer. */
  customerName: string | undefined;
  definitions: Record<RecordType, readonly AttributeDefinition[]>;
  /** In files where a license key may stand once for each of its seats; undefined where that is a fault. */
  uses: FileUses | undefined;
  /** What may be made beside what the rows are about. */
  create: MayMake;
  /** What becomes of a row that says otherwise than the record that is there. */
  onDifferent: DifferentRows;
  /** Nothing is written, and no entry made. */
  isRehearsed?: boolean;
};

/** The rules with what the rows so far have said: marks by the line that said them first, and how often. */
export type Planning = PlanRules & { lines: Map<string, number>; counts: Map<string, number> };

export type Fields = Record<string, unknown>;

/** The fields but for those. */
export function without(fields: Fields, ...names: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

/** One text for whom a row's records belong to, the same for the same words. */
export function ownerKey({ owner }: PlannedRow, planning: Planning): string {
  if (owner.customer !== undefined) return `n:${foldText(owner.customer)}`;
  return owner.customerId ?? planning.customerId ?? '';
}

/** How often the rows so far have said `what`, this one included. */
export function countOf(what: string, counts: Map<string, number>): number {
  const count = (counts.get(what) ?? 0) + 1;
  counts.set(what, count);
  return count;
}

/** A longer mark is held by its digest: a letter of a cell can become eighteen when it is folded. */
const longestMark = 200;

/** The line that has said `mark` before, if one has; else this line is the first. */
export function firstLine(planning: Planning, mark: string, line: number): number | undefined {
  const held = mark.length <= longestMark ? mark : createHash('sha256').update(mark).digest('base64url');
  const first = planning.lines.get(held);
  if (first === undefined) planning.lines.set(held, line);
  return first;
}

/** The product of a row that names none itself. */
export function productOf(fields: Fields, { productName, mayNameProduct }: Planning): Fields {
  if (fields.productId !== undefined || fields.productName !== undefined) return {};
  if (productName !== undefined) return { productName };
  const pointer = '/productName';
  if (!mayNameProduct) throw invalid({ pointer, code: 'required', detail: 'Name the product.' });
  const columns = mayNameProduct.length === 0 ? '–' : mayNameProduct.map((name) => `"${name}"`).join(', ');
  const detail = `No column names the product. In the mapping, give the one that does productName. Columns without a field of their own: ${columns}.`;
  throw invalid({ pointer, code: 'no_product', detail, params: { columns } });
}

/** Refuses attributes that are not as defined, with what else was found wrong. */
export function requireDefined(
  planning: Planning,
  recordType: RecordType,
  attributes: Fields,
  faults: FieldError[] = [],
): void {
  const all = [...faults, ...judgeAttributes(planning.definitions[recordType], attributes).errors];
  if (all.length > 0) throw invalid(all);
}
