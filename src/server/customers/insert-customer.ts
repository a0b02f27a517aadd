import type { createCustomer } from '../../contract/customers.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { WriteDb } from '../../db/open.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { blankCustomer, customerColumns, withBody } from './customer-record.ts';

/** Inserts a customer inside a change. Its name must not be taken: the database refuses it. */
export async function insertCustomer(
  tx: WriteDb,
  ctx: Ctx,
  body: BodyOf<typeof createCustomer>,
): Promise<{ id: string; audit: AuditDraft }> {
  const id = ctx.newId();
  const customer = withBody(blankCustomer, body);
  await tx
    .insertInto('customer')
    .values({ id, ...customerColumns(customer), created_at: ctx.now() })
    .execute();
  const details = givenFields(customer);
  return { id, audit: { action: 'customer.created', subject: `customer:${id}`, customerId: id, details } };
}
