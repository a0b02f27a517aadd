import { type SqlBool, sql } from 'kysely';
import type { OutputOf } from '../../contract/endpoint.ts';
import type { listRenewals } from '../../contract/keys.ts';
import type { ReadCtx } from '../context.ts';
import { everything } from '../scope/scope-sql.ts';
import { readKey } from './key-queries.ts';

/**
 * The renewals of a visible key, newest first; of a key that is not the reader's own, none, and of one that was another
 * customer's only those since: they tell of its orders.
 */
export async function readRenewals(ctx: ReadCtx, keyId: string): Promise<OutputOf<typeof listRenewals>> {
  const { elsewhere } = await readKey(ctx, keyId);
  if (elsewhere) return { items: [] };
  const rows = await ctx.db
    .selectFrom('renewal as r')
    .innerJoin('user as u', 'u.id', 'r.renewed_by')
    .innerJoin('key as k', 'k.id', 'r.key_id')
    .select(['r.id', 'r.old_end', 'r.new_end', 'r.reference', 'r.renewed_at', 'u.id as by_id', 'u.name as by_name'])
    .where('r.key_id', '=', keyId)
    .where(ctx.scope === 'all' ? everything : sql<SqlBool>`r.renewed_at > k.owned_since`)
    .orderBy('r.renewed_at', 'desc')
    .orderBy('r.new_end', 'desc')
    .orderBy('r.id', 'desc')
    .execute();
  const items = rows.map((row) => ({
    id: row.id,
    oldEnd: row.old_end,
    newEnd: row.new_end,
    reference: row.reference || null,
    renewedAt: row.renewed_at,
    renewedBy: { id: row.by_id, name: row.by_name },
  }));
  return { items };
}
