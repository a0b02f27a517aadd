import { sql } from 'kysely';
import type { z } from 'zod';
import { customerList, type customer as customerSchema } from '../../contract/customers.ts';
import { customerFields as plainFields } from '../../domain/records/customer.ts';
import { shownOf } from '../../domain/records/plain-field.ts';
import type { ReadCtx } from '../context.ts';
import type { FieldSql, ListSource } from '../list/run-list.ts';
import { lineMatches } from '../list/search.ts';
import { oneOf } from '../records/one-of.ts';
import { plainSql } from '../records/plain-sql.ts';
import { customerIn } from '../scope/scope-sql.ts';

export type Customer = z.output<typeof customerSchema>;

/** The reader's customers; house is one of them (E5). */
export async function customerSource(ctx: ReadCtx): Promise<ListSource<Customer>> {
  return {
    spec: customerList,
    db: ctx.db,
    rows: () => ctx.db.selectFrom('customer as c'),
    id: sql`c.id`,
    visible: customerIn(ctx.scope, sql`c.id`),
    fields: customerFields(ctx),
    attributes: new Map(),
    search: (q) => lineMatches(ctx.fragments, sql`c.search_f`, q),
    read: (ids) => readCustomers(ctx, ids),
    idOf: (customer) => customer.id,
  };
}

/** One customer. Refuses with not_found what is missing or not the actor's. */
export const readCustomer = oneOf('customer', readCustomers);

function customerFields({ fragments, settings }: ReadCtx): Record<string, FieldSql> {
  return {
    name: { value: sql`c.name_f`, display: sql`c.name`, isIndexed: true },
    ...plainSql(fragments, 'c', plainFields),
    archived: { value: sql`c.archived` },
    isHouse: { value: sql`(case when c.id = ${settings.houseId} then 1 else 0 end)` },
    createdAt: { value: sql`c.created_at`, idOrdersAlike: true },
  };
}

async function readCustomers(ctx: ReadCtx, ids: string[]): Promise<Customer[]> {
  const rows = await ctx.db
    .selectFrom('customer as c')
    .selectAll('c')
    .where(ctx.fragments.isInList('c.id', ctx.fragments.listOf(ids)))
    .where(customerIn(ctx.scope, sql`c.id`))
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...shownOf(plainFields, row),
    archived: row.archived === 1,
    isHouse: row.id === ctx.settings.houseId,
    createdAt: row.created_at,
    version: row.version,
  }));
}
