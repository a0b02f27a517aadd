import type { WriteDb } from '../../db/open.ts';
import type { AuditDraft } from '../context.ts';

/**
 * Leaves what somebody has shared to them alone, inside the change that takes customers from them: what it names they saw
 * with those they had, and it would now go to whoever sees the fewer that are left (P2). An entry a view.
 */
export async function unshareViews(tx: WriteDb, ownerId: string): Promise<AuditDraft[]> {
  const rows = await tx
    .updateTable('saved_view')
    .set((eb) => ({ shared: 0, version: eb('version', '+', 1) }))
    .where('owner_id', '=', ownerId)
    .where('shared', '=', 1)
    .returning(['id', 'name', 'list'])
    .execute();
  return rows.map(({ id, name, list }) => ({
    action: 'view.updated',
    subject: `view:${id}`,
    details: { name, list, changes: { shared: { old: true, new: false } } },
  }));
}
