import type { WriteDb } from '../../db/open.ts';
import { decodeFrontier, type Frontier } from '../../domain/audit/tree.ts';

/** Locks the head row of the log until commit, with one spelling on both engines. Nobody else appends until then. */
export async function claimHead(tx: WriteDb): Promise<Frontier> {
  const row = await tx
    .updateTable('audit_head')
    .set((eb) => ({ size: eb.ref('size') }))
    .where('id', '=', 1)
    .returning(['size', 'frontier'])
    .executeTakeFirst();
  const frontier = row && decodeFrontier(row.frontier);
  if (!row || !frontier || frontier.size !== row.size)
    throw new Error('the head of the audit log is missing or damaged: nothing can be recorded, so nothing is changed');
  return frontier;
}
