import type { OutputOf } from '../../../contract/endpoint.ts';
import type { getImport } from '../../../contract/imports.ts';
import type { Fault } from '../../../domain/errors.ts';
import { importKinds } from '../../../domain/import-fields.ts';
import { type Ctx, notFound, type ReadCtx } from '../../context.ts';
import { isOwner } from '../plan/import-owner.ts';
import type { FoundTable } from '../plan/row-error.ts';
import { rejectedUntil } from '../rejected/kept-rows.ts';
import { undoneOf } from '../undo/read-undo.ts';
import { undoableUntil } from '../undo/undo-row.ts';
import { faultOfStored, type StoredFault } from '../write/stored-fault.ts';
import type { ListedRow } from '../write/tally.ts';

export type ImportAnswer = OutputOf<typeof getImport>;

/** What is told when a file is read, and not kept. */
export type Live = {
  outcomes?: ListedRow[];
  warnings?: ImportAnswer['warnings'];
  errors?: ImportAnswer['errors'];
  mapping: Record<string, string | null>;
} & Omit<FoundTable, 'head'>;
type Report = Partial<Omit<ImportAnswer, 'warnings' | 'errors'> & Record<'warnings' | 'errors', StoredFault[]>>;

/**
 * One import. Who is limited to certain customers sees only their own, and with a token of fewer not those that reached more:
 * its counts and rows tell of records they may not see (P2).
 */
export async function readImport(
  ctx: ReadCtx & Pick<Ctx, 'app' | 'now'>,
  id: string,
  live?: Live,
): Promise<ImportAnswer> {
  const row = await ctx.db.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
  const kind = importKinds.find((known) => known === row?.kind);
  if (!row || !kind || !(ctx.scope === 'all' || isOwner(ctx, row))) throw notFound('import');
  // Written by storedReport; '{}' before the first part is done.
  const { warnings = [], errors = [], ...report } = JSON.parse(row.report) as Report;
  // Written by endImport.
  const cause = row.detail === '' ? null : (JSON.parse(row.detail) as Fault);
  return {
    id: row.id,
    kind,
    profile: row.profile || null,
    fileName: row.file_name,
    status: undoStatuses[row.undo_status] ?? row.status,
    detail: howItEnded({ ...row, cause }),
    cause,
    dryRun: false,
    rows: row.row_count,
    done: row.rows_done,
    created: {},
    changed: 0,
    same: 0,
    left: 0,
    duplicates: 0,
    rejected: 0,
    outcomes: [],
    unlisted: 0,
    warnings: warnings.map(faultOfStored),
    errors: errors.map(faultOfStored),
    ...report,
    ...live,
    rejectedUntil: await rejectedUntil(ctx, row),
    undoableUntil: undoableUntil(row, new Date(ctx.now())),
    undone: await undoneOf(ctx, row),
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

const undoStatuses = { '': undefined, running: 'undoing', stopped: 'undoStopped', done: 'undone' } as const;

type Ending = { status: ImportAnswer['status']; cause: Fault | null; rows_done: number; row_count: number };

/** Why an import did not finish, how far it came, and what to do. */
function howItEnded({ status, cause, rows_done: done, row_count: rows }: Ending): string | null {
  if (status === 'running' || status === 'done') return null;
  const came =
    status === 'refused' || done === 0
      ? 'Nothing was imported.'
      : `${done} of ${rows} rows are imported, and stay. Import the same file again to do the rest: what is there already stays as it is.`;
  return cause ? `${cause.detail} ${came}` : came;
}
