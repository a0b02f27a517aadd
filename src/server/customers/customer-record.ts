import { sql } from 'kysely';
import type { updateCustomer } from '../../contract/customers.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import { isUniqueViolation } from '../../db/faults.ts';
import type { CustomerTable } from '../../db/tables.ts';
import { AppError } from '../../domain/errors.ts';
import { foldText } from '../../domain/fold.ts';
import type { ReadCtx } from '../context.ts';
import { foldRecord } from '../records/folded.ts';
import { patched } from '../records/patched.ts';
import { customerIn } from '../scope/scope-sql.ts';

/** A customer as people write it; absent text is ''. */
export type CustomerRecord = { name: string; number: string; contact: string; archived: boolean };
type CustomerBody = BodyOf<typeof updateCustomer>;

const texts = ['name', 'number', 'contact'];

export const blankCustomer: CustomerRecord = { name: '', number: '', contact: '', archived: false };

export function customerOf(row: Pick<CustomerTable, keyof CustomerRecord>): CustomerRecord {
  return { name: row.name, number: row.number, contact: row.contact, archived: row.archived === 1 };
}

/** The record with a body over it. */
export function withBody(record: CustomerRecord, body: CustomerBody): CustomerRecord {
  return {
    name: body.name ?? record.name,
    number: patched(body.number, record.number),
    contact: patched(body.contact, record.contact),
    archived: body.archived ?? record.archived,
  };
}

export function customerColumns({ archived, ...record }: CustomerRecord) {
  const folded = foldRecord(record, texts);
  return { ...record, name_f: foldText(record.name), ...folded, archived: archived ? (1 as const) : (0 as const) };
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
