import type { Insertable, Updateable } from 'kysely';
import type { WriteDb } from '../../db/open.ts';
import type { Tables } from '../../db/tables.ts';
import type { AppError } from '../../domain/errors.ts';
import { type App, type AuditDraft, notFound } from '../context.ts';
import { readFactors } from './factors.ts';
import { BrokenSeal, isSealed, sealOf } from './seal.ts';
import type { RowOf, SealedTable } from './sealed-columns.ts';

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

type Pending = { table: ChangedTable; id: string | number; factors: boolean };

/** The rows to be sealed, by the transaction. Changes that share one go one after another. */
const pendings = new WeakMap<WriteDb, Map<string, Pending>>();

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
  const outer = pendings.get(tx);
  const pending = new Map<string, Pending>();
  pendings.set(tx, pending);
  try {
    // This is the one place where such a handle begins.
    return await work(tx as ChangeTx, async (drafts, firstIdx) => {
      for (const row of pending.values()) await sealRow(app, tx, row, drafts, firstIdx);
    });
  } finally {
    if (outer) pendings.set(tx, outer);
    else pendings.delete(tx);
  }
}

function note(tx: ChangeTx, row: Pending): void {
  const pending = pendings.get(tx);
  if (!pending) throw new Error('a sealed row is written inside a change');
  const name = `${row.table}:${row.id}`;
  pending.set(name, { ...row, factors: row.factors || pending.get(name)?.factors === true });
}

/** What this change has written of a row already. */
export function pendingOf(tx: ChangeTx, table: SealedTable, id: string | number): { factors: boolean } | undefined {
  return pendings.get(tx)?.get(`${table}:${id}`);
}

/** All these tables have the columns that this file touches by one name; the first stands for each. */
const alike = (table: ChangedTable): 'user' => table as 'user';

/**
 * Takes a row in order to change it: holds it until commit and checks its seal. Undefined where there is none. One whose
 * seal is wrong is refused like one that does not exist, or as the caller says, and recorded. One that this change has
 * written already was right then, and is held since.
 */
export async function openSealed<Table extends ChangedTable>(
  tx: ChangeTx,
  app: App,
  table: Table,
  id: string | number,
  refusal: () => AppError = () => notFound(table),
): Promise<Opened<Table> | undefined> {
  const row = await tx
    .updateTable(alike(table))
    .set((eb) => ({ seal: eb.ref('seal') }))
    .where('id', '=', String(id))
    .returningAll()
    .executeTakeFirst();
  if (!row) return undefined;
  const isOurs = pendingOf(tx, table, id) !== undefined;
  if (!isOurs && !isSealed(app, table, row)) throw new BrokenSeal({ table, id: String(id), what: 'row' }, refusal());
  // The row of this table, just read, whose seal is right.
  return row as unknown as Opened<Table>;
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
  note(tx, { table, id: row.id, factors: false });
}

/** Makes a row. */
export async function insertSealed<Table extends ChangedTable>(
  tx: ChangeTx,
  table: Table,
  row: Omit<Insertable<Tables[Table]>, 'seal' | 'sealed_idx' | 'factors' | 'enrolled_at'> & { id: string | number },
): Promise<void> {
  // Columns of this table, by the types of the caller.
  const values = row as unknown as Insertable<Tables['user']>;
  await tx.insertInto(alike(table)).values(values).execute();
  note(tx, { table, id: row.id, factors: table === 'user' });
}

/** Has the factors of a person sealed as they will be at the end of the change. */
export function factorsChange(tx: ChangeTx, { id }: Opened<'user'>): void {
  note(tx, { table: 'user', id, factors: true });
}

async function sealRow(
  app: App,
  tx: WriteDb,
  { table, id, factors }: Pending,
  drafts: readonly AuditDraft[],
  firstIdx: number,
): Promise<void> {
  const row = await tx.selectFrom(alike(table)).selectAll().where('id', '=', String(id)).executeTakeFirst();
  // Made and deleted in one change.
  if (!row) return;
  const subject = `${table}:${id}`;
  const position = drafts.findLastIndex((draft) => 'subject' in draft && draft.subject === subject);
  const values = {
    ...(position >= 0 && 'sealed_idx' in row && { sealed_idx: firstIdx + position }),
    ...(factors && (await readFactors(tx, String(id)))),
  };
  const seal = sealOf(app.vault, table, { ...row, ...values });
  await tx
    .updateTable(alike(table))
    .set({ ...values, seal })
    .where('id', '=', String(id))
    .execute();
}
