import { sql } from 'kysely';
import type { updateCustomer } from '../../contract/customers.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import type { CustomerTable } from '../../db/tables.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import { customerFields } from '../../domain/records/customer.ts';
import { blankOf, columnsOf, type WrittenOf, withGiven, writtenOf } from '../../domain/records/plain-field.ts';
import type { ReadCtx } from '../context.ts';
import { foldPlain } from '../records/plain-sql.ts';
import { customerIn } from '../scope/scope-sql.ts';

/** A customer as people write it; absent text is ''. */
export type CustomerRecord = WrittenOf<typeof customerFields> & { name: string; archived: boolean };
type CustomerBody = BodyOf<typeof updateCustomer>;

export const blankCustomer: CustomerRecord = { name: '', ...blankOf(customerFields), archived: false };

export function customerOf(row: Omit<CustomerTable, 'version'>): CustomerRecord {
  return { name: row.name, ...writtenOf(customerFields, row), archived: row.archived === 1 };
}

/** The record with a body over it. */
export function withBody(record: CustomerRecord, body: CustomerBody): CustomerRecord {
  return {
    name: body.name ?? record.name,
    ...withGiven(customerFields, record, body),
    archived: body.archived ?? record.archived,
  };
}

export function customerColumns({ archived, name, ...plain }: CustomerRecord) {
  const folded = foldPlain(customerFields, plain, { names: { name } });
  const columns = columnsOf(customerFields, plain);
  return { name, name_f: foldText(name), ...columns, ...folded, archived: archived ? (1 as const) : (0 as const) };
}

/** Runs a change that gives a customer a name; a name that another has is refused, with that one where it is visible. */
export async function withUniqueName<T>(
  ctx: ReadCtx,
  name: string | undefined,
  work: () => Promise<T>,
  pointer = '/name',
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (name === undefined || !isUniqueViolation(error, 'customer_name_f_key')) throw error;
    const other = await ctx.db
      .selectFrom('customer')
      .select('id')
      .where('name_f', '=', foldText(name))
      .where(customerIn(ctx.scope, sql`id`))
      .executeTakeFirst();
    const detail = `A customer named ${name} exists already. Use that one, or choose another name.`;
    const errors = [{ pointer, code: 'name_taken', detail }];
    throw new AppError('name_taken', detail, errors, other ? { existing: { type: 'customer', id: other.id } } : {});
  }
}
