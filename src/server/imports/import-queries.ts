import type { OutputOf } from '../../contract/endpoint.ts';
import type { getImport } from '../../contract/imports.ts';
import { importKinds } from '../../domain/import-fields.ts';
import { notFound, type ReadCtx } from '../context.ts';
import type { ListedRow } from './tally.ts';

export type ImportAnswer = OutputOf<typeof getImport>;

/** What is told when a file is read, and not kept. */
export type Live = { outcomes?: ListedRow[]; mapping: Record<string, string | null> };

/** One import. Who is limited to certain customers sees only their own: its counts tell of records they may not see (P2). */
export async function readImport(ctx: ReadCtx, id: string, live?: Live): Promise<ImportAnswer> {
  const row = await ctx.db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
  const kind = importKinds.find((known) => known === row?.kind);
  if (!row || !kind || (ctx.scope !== 'all' && row.actor_id !== ctx.actor.id)) throw notFound('import');
  // Written by storedReport; '{}' before the first part is done.
  const report = JSON.parse(row.report) as Partial<ImportAnswer>;
  return {
    id: row.id,
    kind,
    profile: row.profile || null,
    fileName: row.file_name,
    status: row.status,
    detail: row.detail || null,
    dryRun: false,
    rows: row.row_count,
    done: row.rows_done,
    created: {},
    changed: 0,
    same: 0,
    duplicates: 0,
    outcomes: [],
    unlisted: 0,
    warnings: [],
    errors: [],
    ...report,
    ...live,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
