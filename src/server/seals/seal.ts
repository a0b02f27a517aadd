import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import type { SealedValue, Vault } from '../secrets/vault.ts';
import { type RowOf, type SealedTable, sealedColumns } from './sealed-columns.ts';

/** A row whose columns are texts, numbers or null, as those of all these tables are. */
type Row = Readonly<Record<string, unknown>>;

/** The seal of a row with these values. */
export function sealOf(vault: Vault, table: SealedTable, row: Row): string {
  const values = valuesOf(table, row);
  if (!values.every(isSealedValue)) throw new Error(`a row of ${table} holds a value that no seal covers`);
  return vault.sealRow(table, values);
}

function valuesOf(table: SealedTable, row: Row): unknown[] {
  return sealedColumns[table].map((column) => row[column]);
}

/**
 * What the columns of these tables hold. Whoever writes the database can give a column another type, whose values are
 * written alike and compared otherwise: a day that is a date is never over.
 */
function isSealedValue(value: unknown): value is SealedValue {
  return value === null || typeof value === 'string' || Number.isSafeInteger(value);
}

/** Seals that were found right, with the values they are of: a request asks for three, nearly always the same. */
const right = new WeakMap<Vault, Map<string, string>>();
const mostKept = 1000;

/**
 * By which values of its sealed columns a row was asked for; none where all rows are looked at. Who writes the database can
 * have another row answered, whose seal is right: by a view in the table's place, or a planted index.
 */
export type AskedBy<Table extends SealedTable> = Partial<
  Pick<RowOf<Table>, Extract<(typeof sealedColumns)[Table][number], keyof RowOf<Table>>>
>;

/** Whether the server itself wrote the row as it is, and it is the one that was asked for. */
export function isSealed<Table extends SealedTable>(
  { vault }: Pick<App, 'vault'>,
  table: Table,
  row: Row & { seal: string },
  asked: AskedBy<Table>,
): boolean {
  if (Object.entries(asked).some(([column, value]) => row[column] !== value)) return false;
  const kept = right.get(vault) ?? new Map<string, string>();
  right.set(vault, kept);
  const held = valuesOf(table, row);
  if (!held.every(isSealedValue)) return false;
  const values = JSON.stringify([table, ...held]);
  if (kept.get(row.seal) === values) return true;
  if (!fits(vault, table, row)) return false;
  if (kept.size >= mostKept) kept.clear();
  kept.set(row.seal, values);
  return true;
}

function fits(vault: Vault, table: SealedTable, row: Row & { seal: string }): boolean {
  const [expected, given] = [Buffer.from(sealOf(vault, table, row)), Buffer.from(row.seal)];
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/**
 * What is wrong with a row: its own values, or the factors that belong to it, or that it is of another state; or of one that
 * has no seal, that the log does not tell of it what it says.
 */
export type Tampering =
  | { table: SealedTable; id: string; what: 'row' | 'factors' | 'older' }
  | { table: 'assignment' | 'key' | 'equipment' | 'license' | 'customer'; id: string; what: 'unlogged' };

/**
 * Thrown where work meets a row that somebody else wrote: nothing is built on it, and it is never sealed anew. `change`
 * records it, and answers with the refusal, which is that of what does not exist.
 */
export class BrokenSeal extends Error {
  readonly tampering: Tampering;
  readonly refusal: AppError;

  constructor(tampering: Tampering, refusal: AppError) {
    super(`${tampering.table} ${tampering.id} is not as the server wrote it`);
    this.tampering = tampering;
    this.refusal = refusal;
  }
}

/** Passes over a row that somebody else wrote: it stays as it is, for `doctor` to name. */
export async function unlessBroken<T>(open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof BrokenSeal) return undefined;
    throw error;
  }
}

/** The refusal of everything while the settings are not what the server wrote. */
export function settingsTampered(): AppError {
  return new AppError(
    'unavailable',
    'The settings of this organisation were changed outside Keybook. On the server, keybook doctor says more; put back what was there, or restore a backup.',
  );
}

/** The refusal of work that goes by the name of a customer whose row says another name than the log. */
export function customerTampered(): AppError {
  return new AppError(
    'unavailable',
    'The name of a customer was changed outside Keybook. On the server, keybook doctor says which; put back what was there, or restore a backup.',
  );
}

/** The refusal of a text by whose hash a key is found that has another text. */
export function textTampered(): AppError {
  return new AppError(
    'unavailable',
    'What a license key is found by was changed outside Keybook. On the server, keybook doctor says more; put back what was there, or restore a backup.',
  );
}

/** The refusal of a key, unit or license whose row says otherwise than the log whose it is, or by what it is found, to those who see all of them. */
export function recordTampered(): AppError {
  return new AppError(
    'unavailable',
    'Whose this record is, whether it is in use, or what it is found by, was changed outside Keybook. On the server, keybook doctor says more; put back what was there, or restore a backup.',
  );
}
