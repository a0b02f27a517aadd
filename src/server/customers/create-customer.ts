import type { createCustomer as createCustomerEndpoint } from '../../contract/customers.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { WriteDb } from '../../db/open.ts';
import type { AuditDraft, Ctx } from '../context.ts';
import { givenFields } from '../records/changes-between.ts';
import { blankCustomer, customerColumns, withBody, withUniqueName } from './customer-record.ts';

type NewCustomer = BodyOf<typeof createCustomerEndpoint>;

/** Adds a customer (E5). Refused for an actor limited to certain customers, who would not see it. */
export async function createCustomer(ctx: Ctx, { body }: { body: NewCustomer }): Promise<{ id: string }> {
  return withUniqueName(ctx, body.name, () =>
    ctx.change(async (tx) => {
      const { id, audit } = await insertCustomer(tx, ctx, body);
      return { result: { id }, audit };
    }),
  );
}

/** Inserts a customer inside a change. Its name must not be taken: the database refuses it. */
export async function insertCustomer(
  tx: WriteDb,
  ctx: Ctx,
  body: NewCustomer,
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
