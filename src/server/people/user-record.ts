import { isUniqueViolation } from '../../db/faults.ts';
import type { WriteDb } from '../../db/open.ts';
import type { UserTable } from '../../db/tables.ts';
import { AppError, type FieldError, invalid } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import type { Ctx } from '../context.ts';
import { readScope, storedScope } from './acting.ts';
import { requireAllCustomers } from './all-customers.ts';

/** A person as administrators write one; `customerIds` null is all customers, an empty list is nothing. */
export type UserRecord = {
  name: string;
  role: UserTable['role'];
  customerIds: string[] | null;
  locale: string;
  disabled: boolean;
};

export function userOf(row: Pick<UserTable, 'name' | 'role' | 'scope' | 'locale' | 'disabled_at'>): UserRecord {
  const scope = readScope(row.scope);
  return {
    name: row.name,
    role: row.role,
    customerIds: scope === 'all' ? null : [...scope],
    locale: row.locale,
    disabled: row.disabled_at !== null,
  };
}

/** The columns of a record; `disabled` is a moment in the database and stays with its caller. */
export function userColumns({ name, role, customerIds, locale }: UserRecord) {
  return { name, search_f: foldText(name), role, scope: storedScope(customerIds ?? 'all'), locale };
}

/** Customer ids without repetitions, each of which must exist. */
export async function judgeCustomers(tx: WriteDb, ids: readonly string[] | null): Promise<string[] | null> {
  if (ids === null) return null;
  const rows = await tx.selectFrom('customer').select('id').execute();
  const known = new Set(rows.map((row) => row.id));
  const faults = ids.flatMap((id, i): FieldError[] =>
    known.has(id) ? [] : [{ pointer: `/customerIds/${i}`, code: 'unknown', detail: 'There is no such customer.' }],
  );
  if (faults.length > 0) throw invalid(faults.slice(0, 100));
  return [...new Set(ids)];
}

/**
 * Holds the rows of all administrators, so that changes of people go one after another, and refuses an actor who is no
 * longer an enabled administrator of all customers, and every token. The local command line, which has the database itself, always may.
 */
export async function claimAdministrators(tx: WriteDb, { actor }: Ctx): Promise<void> {
  requireAllCustomers(actor);
  if (actor.kind === 'token') throw new AppError('forbidden', 'A token makes and changes no users. Sign in for that.');
  const rows = await tx
    .updateTable('user')
    .set((eb) => ({ role: eb.ref('role') }))
    .where('kind', '=', 'person')
    .where('role', '=', 'administrator')
    .returning(['id', 'scope', 'disabled_at'])
    .execute();
  if (actor.kind === 'local') return;
  const mine = rows.find((row) => row.id === actor.id);
  if (mine?.disabled_at === null && mine.scope === 'all') return;
  throw new AppError('forbidden', 'You are no longer an administrator of all customers.');
}

/** Refuses, after a change, to be left without anybody who could undo it. */
export async function requireAdministratorLeft(tx: WriteDb): Promise<void> {
  const left = await tx
    .selectFrom('user')
    .select('id')
    .where('kind', '=', 'person')
    .where('role', '=', 'administrator')
    .where('scope', '=', 'all')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (left) return;
  throw new AppError(
    'last_administrator',
    'This is the last administrator of all customers. Make another one first, then repeat this.',
  );
}

/** Runs a change that gives a person an e-mail address; one that another has is refused. */
export async function withUniqueEmail<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, 'user_email_f_key')) throw error;
    const detail = 'Somebody with this e-mail address exists already. Use that user, or another address.';
    throw new AppError('name_taken', detail, [{ pointer: '/email', code: 'name_taken', detail }]);
  }
}
