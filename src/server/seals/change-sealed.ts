import type { Insertable, Updateable } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { Tables } from '../../db/tables.ts';
import { AppError } from '../../domain/errors.ts';
import { changesSealedRow } from '../audit/log-memory.ts';
import { type App, type AuditDraft, notFound } from '../context.ts';
import { type FactorSet, factorsOf, hasItsFactors, noFactors } from './factors.ts';
import { isDated, isHeldOlder } from './older-rows.ts';
import { BrokenSeal, isSealed, sealOf } from './seal.ts';
import { type RowOf, type SealedTable, sealedColumns } from './sealed-columns.ts';

declare const inChange: unique symbol;
declare const opened: unique symbol;

/** The handle of a change: what is made or changed through it is sealed before the commit. Only `change` has one. */
export type ChangeTx = WriteDb & { readonly [inChange]: true };

/** The tables whose rows are written inside a change only. */
type ChangedTable = Exclude<SealedTable, 'setup_token'>;

/** A row that is held until commit and whose seal was right: only such a row can be changed. */
export type Opened<Table extends ChangedTable> = RowOf<Table> & {
  readonly id: string | number;
  readonly [opened]: Table;
};

type Values = Readonly<Record<string, unknown>>;

/**
 * What this change knows of a row: the values of its sealed columns as the change has them, which were under a right seal
 * or are its own, and of a person, where they matter, the factors alike. Nothing that is read later is ever sealed.
 */
type Held = {
  readonly table: ChangedTable;
  readonly id: string | number;
  values: Values;
  isWritten: boolean;
  factors?: FactorSet;
  factorsChange: boolean;
};

/** The rows of a change, by the transaction. Changes that share one go one after another. */
const changes = new WeakMap<WriteDb, Map<string, Held>>();

type SealAll = (drafts: readonly AuditDraft[], firstIdx: number) => Promise<void>;

/**
 * Runs a change with its handle, and with what seals all rows it wrote. That comes last: the seal of a row holds the
 * index of the entry that tells of it.
 */
export async function withSeals<Result>(
  app: App,
  tx: WriteDb,
  work: (tx: ChangeTx, sealAll: SealAll) => Promise<Result>,
): Promise<Result> {
  const outer = changes.get(tx);
  const rows = new Map<string, Held>();
  changes.set(tx, rows);
  try {
    // This is the one place where such a handle begins.
    return await work(tx as ChangeTx, async (drafts, firstIdx) => {
      for (const row of rows.values()) if (row.isWritten) await sealRow(app, tx, row, drafts, firstIdx);
    });
  } finally {
    if (outer) changes.set(tx, outer);
    else changes.delete(tx);
  }
}

function rowsOf(tx: ChangeTx): Map<string, Held> {
  const rows = changes.get(tx);
  if (!rows) throw new Error('a sealed row is written inside a change');
  return rows;
}

/** A row that was opened or made before. */
function heldRow(tx: ChangeTx, table: ChangedTable, { id }: { id: string | number }): Held {
  const held = rowsOf(tx).get(`${table}:${id}`);
  if (!held) throw new Error('a sealed row is changed by the change that opened it');
  return held;
}

/** All these tables have the columns that this file touches by one name; the first stands for each. */
const alike = (table: ChangedTable): 'user' => table as 'user';

/**
 * Takes a row in order to change it: holds it until commit, checks its seal, and that the log tells of no later change.
 * Undefined where there is none. One that is not so is refused like one that does not exist, or as the caller says, and
 * recorded. One that this change has taken already was right then, is held since, and must be as the change has it.
 */
export function openSealed<Table extends ChangedTable>(
  tx: ChangeTx,
  app: App,
  table: Table,
  id: string | number,
  refusal: () => AppError = () => notFound(table),
): Promise<Opened<Table> | undefined> {
  return open(tx, app, table, id, { refusal, ofAnyAge: false });
}

/** Takes a token in order to end it together with others: one of before, that was put back, opens nothing after that either. */
export function openTokenToEnd(tx: ChangeTx, app: App, id: string): Promise<Opened<'token'> | undefined> {
  return open(tx, app, 'token', id, { refusal: () => notFound('token'), ofAnyAge: true });
}

async function open<Table extends ChangedTable>(
  tx: ChangeTx,
  app: App,
  table: Table,
  id: string | number,
  { refusal, ofAnyAge }: { refusal: () => AppError; ofAnyAge: boolean },
): Promise<Opened<Table> | undefined> {
  const row = await tx
    .updateTable(alike(table))
    .set((eb) => ({ seal: eb.ref('seal') }))
    .where('id', '=', String(id))
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  const name = `${table}:${id}`;
  const held = rowsOf(tx).get(name);
  const isRight = held ? isAs(table, row, held.values) : isSealed(app, table, row, {});
  if (!isRight || String(row.id) !== String(id))
    throw new BrokenSeal({ table, id: String(id), what: 'row' }, refusal());
  if (!held && !ofAnyAge && (await isOneOfBefore(tx, app, table, row)))
    throw new BrokenSeal({ table, id: String(id), what: 'older' }, refusal());
  if (!held) rowsOf(tx).set(name, { table, id, values: row, isWritten: false, factorsChange: false });
  // The row of this table, just read, which is right.
  return row as unknown as Opened<Table>;
}

/** Whether an older row was put back: sealed anew, it would be the newest. */
async function isOneOfBefore(tx: ChangeTx, app: App, table: ChangedTable, row: RowOf<'user'>): Promise<boolean> {
  return isDated(table) && isHeldOlder(tx, app, table, row);
}

/** Changes columns of a row that was taken so. */
export async function setSealed<Table extends ChangedTable>(
  tx: ChangeTx,
  table: Table,
  row: Opened<Table>,
  values: Omit<Updateable<Tables[Table]>, 'seal' | 'sealed_idx' | 'factors' | 'enrolled_at'>,
): Promise<void> {
  // Columns of this table, by the types of the caller.
  const set = values as Updateable<Tables['user']>;
  await tx.updateTable(alike(table)).set(set).where('id', '=', String(row.id)).execute();
  const held = heldRow(tx, table, row);
  held.values = { ...held.values, ...given(set) };
  held.isWritten = true;
}

/** Without what is left out. */
function given(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** What the columns that seals cover are where nothing else is given. */
const defaults: { readonly [Table in ChangedTable]: Partial<RowOf<Table>> } = {
  user: { enrolled_at: null, factors: '', sealed_idx: -1 },
  session: { stage: 'open' },
  token: { sealed_idx: -1 },
  settings: { master_key_confirmed: 0, technicians_manage_keys: 0, second_factor_required: 0, sealed_idx: -1 },
};

/** Makes a row. */
export async function insertSealed<Table extends ChangedTable>(
  tx: ChangeTx,
  table: Table,
  row: Omit<Insertable<Tables[Table]>, 'seal' | 'sealed_idx' | 'factors' | 'enrolled_at'> & { id: string | number },
): Promise<void> {
  // Columns of this table, by the types of the caller.
  const values = row as unknown as Insertable<Tables['user']>;
  await tx.insertInto(alike(table)).values(values).execute();
  rowsOf(tx).set(`${table}:${row.id}`, {
    table,
    id: row.id,
    values: { ...defaults[table], ...given(values) },
    isWritten: true,
    ...(table === 'user' && { factors: noFactors }),
    factorsChange: table === 'user',
  });
}

/** The factors of a person as this change has them; undefined where it has not looked at them. */
export function heldFactors(tx: ChangeTx, user: Opened<'user'>): FactorSet | undefined {
  return heldRow(tx, 'user', user).factors;
}

/** Keeps factors that were found to be those of the sealed row. */
export function holdFactors(tx: ChangeTx, user: Opened<'user'>, factors: FactorSet): void {
  heldRow(tx, 'user', user).factors = factors;
}

/** Has the factors of a person sealed with what this change makes of them. */
export function setFactors(tx: ChangeTx, user: Opened<'user'>, factors: Partial<FactorSet>): void {
  const held = heldRow(tx, 'user', user);
  if (!held.factors) throw new Error('factors are changed by the change that opened them');
  held.factors = { ...held.factors, ...factors };
  held.isWritten = true;
  held.factorsChange = true;
}

/** Seals a row as this change has it. Refuses where the database holds something else, as a trigger makes it. */
async function sealRow(
  app: App,
  tx: WriteDb,
  { table, id, values, factors, factorsChange }: Held,
  drafts: readonly AuditDraft[],
  firstIdx: number,
): Promise<void> {
  const subject = `${table}:${id}`;
  const position = drafts.findLastIndex(
    (draft) => 'subject' in draft && draft.subject === subject && changesSealedRow(draft.action, draft.details),
  );
  const set = {
    ...(position >= 0 && 'sealed_idx' in values && { sealed_idx: firstIdx + position }),
    ...(factorsChange && factors && factorsOf(factors)),
  };
  const sealed = { ...values, ...set };
  const seal = sealOf(app.vault, table, sealed);
  await tx
    .updateTable(alike(table))
    .set({ ...set, seal })
    .where('id', '=', String(id))
    .execute();
  const row = await tx.selectFrom(alike(table)).selectAll().where('id', '=', String(id)).executeTakeFirst();
  // Made and deleted in one change.
  if (!row) return;
  const isRight = row.seal === seal && isAs(table, row, sealed);
  const areRight = !factorsChange || (await hasItsFactors(tx, { ...row, id: String(id) }));
  if (isRight && areRight) return;
  throw new BrokenSeal({ table, id: String(id), what: isRight ? 'factors' : 'row' }, changedOnTheWay());
}

/** Whether all columns that the seal covers are so. */
function isAs(table: ChangedTable, row: Values, values: Values): boolean {
  return sealedColumns[table].every((column) => row[column] === values[column]);
}

function changedOnTheWay(): AppError {
  return new AppError(
    'unavailable',
    'The database holds something else than Keybook has just written, so nothing was done. On the server, keybook doctor says more.',
  );
}
