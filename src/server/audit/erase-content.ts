import type { WriteDb } from '../../db/open.ts';
import type { On } from '../../db/statement.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { survivingFacts } from '../../domain/audit/surviving-facts.ts';
import { claimHead } from './head.ts';

/** These say that, when and by whom something was deleted: they stay readable (L7). */
const neverErased: AuditAction[] = ['entries.erased', 'key.deleted'];

/** Rows of one statement; keeps well below the parameter limits of both engines. */
const chunk = 500;

/** An entry whose content is erased, and what of it survives that. */
export type ErasedEntry = { idx: number; facts: Record<string, unknown> };

/**
 * The entries of a key whose content is to go with it, each with the facts that stay, out of the content as it is now.
 * Holds the log's head, so that no further one comes in between.
 */
export async function entriesToErase(on: On<WriteDb>, keyId: string): Promise<ErasedEntry[]> {
  await claimHead(on);
  const rows = await on.db
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'p.body'])
    .where('e.key_id', '=', keyId)
    .where('e.action', 'not in', neverErased)
    .orderBy('e.idx')
    .execute();
  // Written by appendEntries: an object.
  return rows.map(({ idx, body }) => ({ idx, facts: survivingFacts(JSON.parse(body ?? '{}')) }));
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
