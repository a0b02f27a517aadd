import { reading, type WriteDb } from '../../../db/open.ts';
import type { AuditAction } from '../../../domain/audit/actions.ts';
import { entriesToErase } from '../../audit/erase-content.ts';
import { type OwnedKey, untoldRecords } from '../../audit/records-told.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { entriesWithContent, isOfImport, toldBy } from './imported-entries.ts';
import { sinceCodes } from './left-because.ts';
import { noteDeleted, noteLeft, type UndoReport } from './undo-report.ts';

/**
 * Deletes keys that an import made, with the assignments that it made of them and the readable content of their entries
 * (L7). A key to which anything happened since is left, with its assignments.
 */
export async function deleteMadeKeys(
  tx: WriteDb,
  ctx: Ctx,
  importId: string,
  made: readonly string[],
  report: UndoReport,
): Promise<AuditDraft[]> {
  const { fragments } = ctx.app.database;
  const held = await heldKeys(tx, ctx, made);
  const why = await leftKeys(tx, ctx, importId, held);
  const keys = held.filter(({ id }) => !why.has(id));
  for (const [id, code] of why) noteLeft(report, { record: 'key', id, code });
  if (keys.length === 0) return [];
  const ids = fragments.listOf(keys.map(({ id }) => id));
  await tx.deleteFrom('renewal').where(fragments.isInList('key_id', ids)).execute();
  const assignments = await tx.deleteFrom('assignment').where(fragments.isInList('key_id', ids)).executeTakeFirst();
  await tx.updateTable('key').set({ replaces_id: null }).where(fragments.isInList('replaces_id', ids)).execute();
  await tx.updateTable('key').set({ replaced_by_id: null }).where(fragments.isInList('replaced_by_id', ids)).execute();
  await tx.deleteFrom('key').where(fragments.isInList('id', ids)).execute();
  noteDeleted(report, 'key', keys.length);
  noteDeleted(report, 'assignment', Number(assignments.numDeletedRows));
  const erases = await entriesToErase(
    ctx.app,
    tx,
    keys.map(({ id }) => id),
  );
  return keys.flatMap(({ id, customer_id: customerId }): AuditDraft[] => {
    const own = erases.get(id) ?? [];
    return [
      { action: 'key.deleted', keyId: id, customerId, details: { erasedEntries: own.length } },
      { action: 'entries.erased', keyId: id, customerId, erases: own },
    ];
  });
}

/** The rows that are still there, held until commit in the order of their ids: nothing comes in between. */
async function heldKeys(tx: WriteDb, ctx: Ctx, made: readonly string[]): Promise<OwnedKey[]> {
  const { fragments } = ctx.app.database;
  const rows: OwnedKey[] = [];
  const sorted = made.toSorted();
  for (let from = 0; from < sorted.length; from += heldAtOnce)
    rows.push(
      ...(await tx
        .updateTable('key')
        .set((eb) => ({ version: eb.ref('version') }))
        .where(fragments.isInList('id', fragments.listOf(sorted.slice(from, from + heldAtOnce))))
        .returning(['id', 'customer_id', 'revoked_at'])
        .execute()),
    );
  return rows;
}

const heldAtOnce = 200;

/** The keys that stay, by id, with the code of why. */
async function leftKeys(
  tx: WriteDb,
  ctx: Ctx,
  importId: string,
  keys: readonly OwnedKey[],
): Promise<Map<string, string>> {
  const { app } = ctx;
  const { fragments } = app.database;
  const log = { db: reading(tx), app };
  const why = new Map<string, string>();
  for (const subject of await untoldRecords(log, { key: keys })) why.set(subject.slice('key:'.length), 'not_as_logged');
  const rows = await entriesWithContent(log.db)
    .where(fragments.isInList('e.key_id', fragments.listOf(keys.map(({ id }) => id))))
    .where('e.action', 'in', Object.keys(sinceCodes))
    .orderBy('e.idx')
    .execute();
  for (const entry of await toldBy(log, rows)) {
    if (entry.keyId === null || isOfImport(entry, importId)) continue;
    // Read by what is asked for: an action of the table.
    why.set(entry.keyId, sinceCodes[entry.action as AuditAction] ?? 'changed_since');
  }
  return why;
}
