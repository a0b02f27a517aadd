import { sql } from 'kysely';
import type { updateCustomer as updateCustomerEndpoint } from '../../contract/customers.ts';
import type { BodyOf } from '../../contract/endpoint.ts';
import { invalid } from '../../domain/errors.ts';
import { changeIfAny } from '../change-if-any.ts';
import { type Ctx, notFound, requireVersion } from '../context.ts';
import { changesBetween } from '../records/changes-between.ts';
import { customerIn } from '../scope/scope-sql.ts';
import { customerColumns, customerOf, withBody, withUniqueName } from './customer-record.ts';
import { requireNameAsTold } from './find-by-name.ts';

type Input = { params: { id: string }; body: BodyOf<typeof updateCustomerEndpoint> };

/** Changes, archives or brings back a customer. Refused: another's name, archiving house, a stale version. */
export async function updateCustomer(ctx: Ctx, { params, body }: Input): Promise<{ id: string }> {
  return withUniqueName(ctx, body.name, () =>
    changeIfAny(ctx, async (tx) => {
      const row = await tx
        .updateTable('customer')
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', params.id)
        .where(customerIn(ctx.scope, sql`id`))
        .returningAll()
        .executeTakeFirst();
      if (!row) throw notFound('customer');
      requireVersion(ctx.ifMatch, row.version - 1);
      if (row.id === ctx.settings.houseId && body.archived)
        throw invalid({
          pointer: '/archived',
          code: 'house',
          detail: 'This is the organisation itself: it cannot be archived.',
        });
      await requireNameAsTold(tx, ctx.app, row);
      const before = customerOf(row);
      const after = withBody(before, body);
      const changes = changesBetween(before, after);
      const { id } = row;
      if (Object.keys(changes).length === 0) return { result: { id }, audit: [] };
      await tx.updateTable('customer').set(customerColumns(after)).where('id', '=', id).execute();
      const details = { name: after.name, changes };
      return {
        result: { id },
        audit: [{ action: 'customer.updated', subject: `customer:${id}`, customerId: id, details }],
      };
    }),
  );
}
