import { reading } from '../../../db/open.ts';
import { untoldAssignments } from '../../audit/assignments-told.ts';
import type { ToldEntry } from './imported-entries.ts';
import { type Undoing, wasChangedSince } from './undo-record.ts';
import { noteDeleted, noteLeft } from './undo-report.ts';

/**
 * Deletes an assignment that an import made of a key which was there before, and frees its seat: nobody ever had it, and
 * the corrected file is to find nothing of it. One that was changed or removed since is left, and one that is not as the log
 * tells.
 */
export async function deleteMadeAssignment(undoing: Undoing, entry: ToldEntry): Promise<void> {
  const { tx, report, audit } = undoing;
  const { details = {}, keyId, equipmentId, customerId } = entry;
  const { assignment: id, imported: _, batch: _batch, actor: _actor, moment: _moment, ...said } = details;
  if (typeof id !== 'string' || keyId === null || customerId === null) return;
  const code = await whyLeft(undoing, { ...entry, keyId }, id);
  if (code !== undefined) {
    if (code !== 'gone') noteLeft(report, { record: 'assignment', id, code });
    return;
  }
  const gone = await tx
    .deleteFrom('assignment')
    .where('id', '=', id)
    .returning(['customer_id'])
    .executeTakeFirstOrThrow();
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

/** Why the assignment stays, which is held until commit; undefined where it goes. */
async function whyLeft(
  undoing: Undoing,
  entry: ToldEntry & { keyId: string },
  id: string,
): Promise<'gone' | 'applied_since' | 'not_as_logged' | undefined> {
  const { tx, ctx } = undoing;
  const row = await tx
    .updateTable('assignment')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', id)
    .returning(['id', 'key_id', 'equipment_id', 'customer_id', 'removed_at', 'version'])
    .executeTakeFirst();
  if (!row) return 'gone';
  const isAsMade = row.key_id === entry.keyId && row.removed_at === null && row.version === 1;
  // No seal covers the version of its row.
  if (!isAsMade || (await wasChangedSince(undoing, { record: 'assignment', id }, entry))) return 'applied_since';
  const untold = await untoldAssignments({ db: reading(tx), app: ctx.app }, [row]);
  return untold.size > 0 ? 'not_as_logged' : undefined;
}
