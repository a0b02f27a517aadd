import { reading, type WriteDb } from '../../db/open.ts';
import type { AuditAction } from '../../domain/audit/actions.ts';
import { committedBody } from '../../domain/audit/entry.ts';
import { survivingFacts } from '../../domain/audit/surviving-facts.ts';
import { AppError } from '../../domain/errors.ts';
import type { App } from '../context.ts';
import { claimHead } from './head.ts';
import { sha256 } from './sha256.ts';
import { genuineReader } from './told-by-log.ts';

/** These say that, when and by whom something was deleted: they stay readable (L7). */
const neverErased: AuditAction[] = ['entries.erased', 'key.deleted'];

/** Rows of one statement; keeps well below the parameter limits of both engines. */
const chunk = 500;

/** An entry whose content is erased, and what of it survives that. */
export type ErasedEntry = { idx: number; facts: Record<string, unknown> };

/**
 * The entries of keys whose content is to go with them, by key, each with the facts that stay, out of its content. Holds the
 * log's head, so that no further one comes in between. Refuses (`log_inconsistent`) where a content is not what its entry commits
 * to: erasing it would take the proof away, and state as fact what somebody else wrote.
 */
export async function entriesToErase(
  app: App,
  tx: WriteDb,
  keyIds: readonly string[],
): Promise<Map<string | null, ErasedEntry[]>> {
  const { fragments } = app.database;
  await claimHead({ db: tx, fragments });
  const read = await genuineReader({ db: reading(tx), app });
  const rows = await tx
    .selectFrom('audit_entry as e')
    .leftJoin('audit_payload as p', 'p.idx', 'e.idx')
    .select(['e.idx', 'e.action', 'e.key_id', 'e.equipment_id', 'e.header', 'e.tag', 'p.salt', 'p.body'])
    .where(fragments.isInList('e.key_id', fragments.listOf(keyIds)))
    .where('e.action', 'not in', neverErased)
    .orderBy('e.idx')
    .execute();
  const erased = new Map<string | null, ErasedEntry[]>();
  for (const row of rows) {
    const header = read(row);
    const body = header && committedBody(sha256, header, row);
    if (body === undefined)
      throw new AppError(
        'log_inconsistent',
        `Entry ${row.idx} of this key is not what was recorded. Nothing was deleted: on the server, keybook audit verify says more.`,
      );
    const own = erased.get(row.key_id) ?? [];
    // Written by appendEntries: an object.
    own.push({ idx: row.idx, facts: survivingFacts(JSON.parse(body)) });
    erased.set(row.key_id, own);
  }
  return erased;
}

/** Erases the content of entries, each of which the entry `by_idx`, appended just before, lists. The entries themselves stay. */
export async function eraseContent(tx: WriteDb, erased: readonly { idx: number; by_idx: number }[]): Promise<void> {
  for (let from = 0; from < erased.length; from += chunk) {
    const part = erased.slice(from, from + chunk);
    await tx.insertInto('audit_erasure').values(part).execute();
    await tx
      .deleteFrom('audit_payload')
      .where(
        'idx',
        'in',
        part.map(({ idx }) => idx),
      )
      .execute();
  }
}
