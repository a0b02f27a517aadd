import type { ReadDb, WriteDb } from '../../../db/open.ts';
import type { App, Ctx } from '../../context.ts';
import { unlessUnreadable } from '../../secrets/unless-unreadable.ts';
import type { Vault } from '../../secrets/vault.ts';
import { isWithin, spanBefore } from '../../upkeep/own-clock.ts';
import { isOwner, type Owned } from '../plan/import-owner.ts';
import type { RejectedRow } from './good-rows.ts';

/** What is kept of the rows that an import left out. */
export type KeptRows = { header: readonly string[]; rows: RejectedRow[] };
/** With when that was, which whoever writes the database could say otherwise in its row. */
type Stored = KeptRows & { at: string };

const keptDays = 30;
const keptMs = keptDays * 86_400_000;

/** It opens for no other import. */
const purposeOf = (importId: string): string => `rejected|${importId}`;

/** Keeps rows as they stand in a file, encrypted as license keys are: some of their cells may be one. */
export async function keepRejected(tx: WriteDb, ctx: Ctx, importId: string, kept: KeptRows): Promise<void> {
  if (kept.rows.length === 0) return;
  const stored: Stored = { ...kept, at: ctx.now() };
  const cipher = ctx.app.vault.sealBytes(Buffer.from(JSON.stringify(stored)), purposeOf(importId));
  await tx.insertInto('import_rejected').values({ import_id: importId, cipher, created_at: stored.at }).execute();
}

/** The rows that an import left out; undefined where none are kept, or not any more. */
export async function keptRows(db: ReadDb, app: App, importId: string): Promise<Stored | undefined> {
  const row = await db
    .selectFrom('import_rejected')
    .select('cipher')
    .where('import_id', '=', importId)
    .executeTakeFirst();
  if (!row) return undefined;
  // Written by keepRejected, and sealed for this import.
  const stored = JSON.parse(app.vault.openBytes(row.cipher, purposeOf(importId)).toString()) as Stored;
  return isWithin(stored.at, app.clock(), keptMs) ? stored : undefined;
}

/** Until when its rows are given back to the actor; null where none are kept, and to anybody but who ran the import. */
export async function rejectedUntil(
  ctx: Pick<Ctx, 'app' | 'actor' | 'scope' | 'db'>,
  run: Owned & { owner_seal: string },
): Promise<string | null> {
  if (!isOwner(ctx, run)) return null;
  const row = await ctx.db
    .selectFrom('import_rejected')
    .select('created_at')
    .where('import_id', '=', run.id)
    .executeTakeFirst();
  return row ? new Date(Date.parse(row.created_at) + keptMs).toISOString() : null;
}

export async function deleteRejected(tx: WriteDb, importId: string): Promise<void> {
  await tx.deleteFrom('import_rejected').where('import_id', '=', importId).execute();
}

/** Deletes what has been kept for its time, and what bears a moment ahead of the clock. */
export async function deleteOldRejected(tx: WriteDb, now: Date): Promise<void> {
  const kept = spanBefore(now, keptMs);
  await tx.deleteFrom('import_rejected').where('created_at', '<', kept.since).execute();
  await tx.deleteFrom('import_rejected').where('created_at', '>', kept.until).execute();
}

/** Encrypts what is kept with a new data key. What does not open stays as it is. */
export async function recodeRejected(tx: WriteDb, app: App, vault: Vault): Promise<void> {
  for (const { import_id: id } of await tx.selectFrom('import_rejected').select('import_id').execute()) {
    const row = await tx.selectFrom('import_rejected').select('cipher').where('import_id', '=', id).executeTakeFirst();
    const bytes = row && unlessUnreadable(() => app.vault.openBytes(row.cipher, purposeOf(id)));
    if (!bytes) continue;
    await tx
      .updateTable('import_rejected')
      .set({ cipher: vault.sealBytes(bytes, purposeOf(id)) })
      .where('import_id', '=', id)
      .execute();
  }
}
