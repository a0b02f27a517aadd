import type { createCustomer as createCustomerEndpoint } from '../../contract/customers.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import type { Ctx } from '../context.ts';
import { withUniqueName } from './customer-record.ts';
import { insertCustomer } from './insert-customer.ts';

type Input = { body: BodyOf<typeof createCustomerEndpoint> };

/** Adds a customer (E5). Refused for an actor limited to certain customers, who would not see it. */
export async function createCustomer(ctx: Ctx, { body }: Input): Promise<{ id: string }> {
  return withUniqueName(ctx, body.name, () =>
    ctx.change(async (tx) => {
      const { id, audit } = await insertCustomer(tx, ctx, body);
      return { result: { id }, audit };
    }),
  );
}
