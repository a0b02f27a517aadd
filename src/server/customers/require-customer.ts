import type { WriteDb } from '../../db/open.ts';
import { type On, statement } from '../../db/statement.ts';
import { invalid } from '../../domain/errors.ts';
import { inScope } from '../../domain/permissions.ts';
import { type Ctx, notFound } from '../context.ts';

/** The customer a new record belongs to: the one named, else house (E5). Refuses an actor who would add to another's house. */
export function ownerOf(ctx: Ctx, customerId: string | undefined): string {
  if (customerId !== undefined) return customerId;
  if (inScope(ctx.scope, ctx.settings.houseId)) return ctx.settings.houseId;
  throw invalid({
    pointer: '/customerId',
    code: 'required',
    detail: 'Name one of your customers: what names none belongs to the organisation itself.',
  });
}

const customerRow = statement(({ db }: On<WriteDb>, { id }: { id: string }) =>
  db.selectFrom('customer').select('archived').where('id', '=', id),
);

/** Refuses a customer that is missing, archived or outside the actor's customers. */
export async function requireCustomer(tx: WriteDb, ctx: Ctx, id: string): Promise<void> {
  const [row] = inScope(ctx.scope, id) ? await customerRow({ db: tx }, { id }) : [];
  if (!row) throw notFound('customer');
  if (row.archived)
    throw invalid({
      pointer: '/customerId',
      code: 'archived',
      detail: 'That customer is archived. Choose another one.',
    });
}
