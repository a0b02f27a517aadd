import type { WriteDb } from '../../../db/open.ts';
import { inScope } from '../../../domain/permissions.ts';
import { type AuditDraft, type Ctx, notFound } from '../../context.ts';
import { insertCustomer } from '../../customers/create-customer.ts';
import { findByName } from '../../customers/find-by-name.ts';
import { requireCustomer } from '../../customers/require-customer.ts';

/**
 * The customer a row names, found by its folded name, else made, unless `asked` refuses that. An actor limited to certain customers makes none, and
 * is told the same of one that is not theirs as of one that is not there.
 */
export async function customerNamed(
  tx: WriteDb,
  ctx: Ctx,
  name: string,
  { made, asked }: { made: Set<string>; asked: () => Promise<void> },
): Promise<{ id: string; audit: AuditDraft[] }> {
  const known = await findByName(tx, ctx, name, made);
  if (known !== undefined && inScope(ctx.scope, known)) {
    await requireCustomer(tx, ctx, known);
    return { id: known, audit: [] };
  }
  if (ctx.scope !== 'all') throw notFound('customer');
  await asked();
  const { id, audit } = await insertCustomer(tx, ctx, { name });
  made.add(id);
  return { id, audit: [audit] };
}
