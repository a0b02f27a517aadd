import { sql } from 'kysely';
import type { ReadCtx } from '../context.ts';
import { customerIn } from '../scope/scope-sql.ts';

/** What the log said of the key of an assignment when it was removed. */
export type Said = { product: string; maskedKey: string };

/**
 * Of past assignments what their entries said of the key, by the assignment's id: it is there for whoever sees the entries,
 * also where they see the key no more (S5). One whose entry is not the reader's, or does not say it, is not in the answer.
 */
export async function saidWhenRemoved(
  { db, scope, fragments }: ReadCtx,
  assignments: readonly { id: string; keyId: string }[],
): Promise<Map<string, Said>> {
  if (assignments.length === 0) return new Map();
  const among = (column: Parameters<typeof fragments.isInList>[0], ids: string[]) =>
    fragments.isInList(column, fragments.listOf([...new Set(ids)]));
  const assignment = fragments.jsonText('p.body', 'assignment');
  const rows = await db
    .selectFrom('audit_entry as e')
    .innerJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select([assignment.as('assignment'), fragments.jsonText('p.body', 'product').as('product')])
    .select(fragments.jsonText('p.body', 'maskedKey').as('mask'))
    .where(
      among(
        'e.key_id',
        assignments.map(({ keyId }) => keyId),
      ),
    )
    .where('e.action', '=', 'key.removed')
    .where(
      among(
        assignment,
        assignments.map(({ id }) => id),
      ),
    )
    .where(customerIn(scope, sql`e.customer_id`))
    .execute();
  return new Map(
    rows.flatMap(({ assignment: id, product, mask }) =>
      id === null ? [] : [[id, { product: product ?? '', maskedKey: mask ?? '' }]],
    ),
  );
}
