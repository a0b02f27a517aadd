import type { WriteDb } from '../../db/open.ts';
import type { On } from '../../db/statement.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { claimHead } from './head.ts';

/** These say that, when and by whom something was deleted: they stay readable (L7). */
const neverErased: AuditAction[] = ['entries.erased', 'key.deleted'];

/** Rows of one statement; keeps well below the parameter limits of both engines. */
const chunk = 500;

/** The entries of a key whose content is to go with it. Holds the log's head, so that no further one comes in between. */
export async function entriesToErase(on: On<WriteDb>, keyId: string): Promise<number[]> {
  await claimHead(on);
  const rows = await on.db
    .selectFrom('audit_entry')
    .select('idx')
    .where('key_id', '=', keyId)
    .where('action', 'not in', neverErased)
    .orderBy('idx')
    .execute();
  return rows.map((row) => row.idx);
}

/** Erases the content of the entries that the entry `by`, appended just before, lists. The entries themselves stay. */
export async function eraseContent(tx: WriteDb, by: number, erased: number[]): Promise<void> {
  for (let from = 0; from < erased.length; from += chunk) {
    const part = erased.slice(from, from + chunk);
    await tx
      .insertInto('audit_erasure')
      .values(part.map((idx) => ({ idx, by_idx: by })))
      .execute();
    await tx.deleteFrom('audit_payload').where('idx', 'in', part).execute();
  }
}
