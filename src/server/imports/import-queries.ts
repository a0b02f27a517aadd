import type { OutputOf } from '../../contract/endpoint.ts';
import { type getImport, importKinds } from '../../contract/imports.ts';
import { notFound, type ReadCtx } from '../context.ts';
import type { Written } from './write-import.ts';

export type ImportAnswer = OutputOf<typeof getImport>;

/** One import. Who is limited to certain customers sees only their own: its counts tell of records they may not see (P2). */
export async function readImport(ctx: ReadCtx, id: string): Promise<ImportAnswer> {
  const row = await ctx.db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
  const kind = importKinds.find((known) => known === row?.kind);
  if (!row || !kind || (ctx.scope !== 'all' && row.actor_id !== ctx.actor.id)) throw notFound('import');
  // Written by importFile when the import was done; rows that are not done are never committed.
  const report = JSON.parse(row.report) as Written;
  return {
    id: row.id,
    kind,
    profile: row.profile || null,
    fileName: row.file_name,
    status: row.status,
    dryRun: false,
    ...report,
    errors: [],
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}
