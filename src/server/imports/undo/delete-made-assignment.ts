import type { ToldEntry } from './imported-entries.ts';
import type { Undoing } from './undo-record.ts';
import { noteDeleted, noteLeft } from './undo-report.ts';

/**
 * Deletes an assignment that an import made of a key which was there before, and frees its seat: nobody ever had it, and
 * the corrected file is to find nothing of it. One that was changed or removed since is left.
 */
export async function deleteMadeAssignment(
  { tx, report, audit }: Undoing,
  { details = {}, keyId, equipmentId, customerId }: ToldEntry,
): Promise<void> {
  const { assignment: id, imported: _, batch: _batch, actor: _actor, moment: _moment, ...said } = details;
  if (typeof id !== 'string' || keyId === null || customerId === null) return;
  const gone = await tx
    .deleteFrom('assignment')
    .where('id', '=', id)
    .where('key_id', '=', keyId)
    .where('removed_at', 'is', null)
    .where('version', '=', 1)
    .returning(['customer_id', 'equipment_id'])
    .executeTakeFirst();
  if (!gone) {
    const there = await tx.selectFrom('assignment').select('id').where('id', '=', id).executeTakeFirst();
    if (there) noteLeft(report, { record: 'assignment', id, code: 'applied_since' });
    return;
  }
  await tx
    .updateTable('key')
    .set((eb) => ({ seats_taken: eb('seats_taken', '-', 1) }))
    .where('id', '=', keyId)
    .execute();
  noteDeleted(report, 'assignment');
  audit.push({
    action: 'assignment.deleted',
    subject: `assignment:${id}`,
    keyId,
    equipmentId,
    customerId: gone.customer_id,
    details: said,
  });
}
