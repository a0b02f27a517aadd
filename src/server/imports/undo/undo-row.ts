import { reading, type WriteDb } from '../../../db/open.ts';
import { AppError, type Fault } from '../../../domain/errors.ts';
import { type App, type AuditDraft, type Ctx, notFound } from '../../context.ts';
import { isWithin } from '../../upkeep/own-clock.ts';
import { Ended, noteRequest, silentMs, systemContext, takeTurn } from '../plan/import-row.ts';
import { endOfImport, type ToldEntry } from './imported-entries.ts';
import { placeOfUndo, storedPlace, type UndoPlace } from './undo-place.ts';
import { newReport, type UndoReport } from './undo-report.ts';

/** So long after its end an import can be undone. */
const undoableDays = 30;
const undoableMs = undoableDays * 86_400_000;

type ImportRow = {
  status: string;
  log_from: number | null;
  undo_status: string;
  finished_at: string | null;
  alive_at: string;
};

/** Until when an import can be undone; null where it cannot. An undo that was stopped can always go on. */
export function undoableUntil(row: ImportRow, now: Date): string | null {
  if (whyNot(row, row.finished_at ?? '', now) !== undefined) return null;
  return new Date(Date.parse(row.finished_at ?? '') + undoableMs).toISOString();
}

/** Why an import cannot be undone, of one that ended at that moment. */
function whyNot(row: ImportRow, endedAt: string, now: Date): Fault | undefined {
  const isSilent = !isWithin(row.alive_at, now, silentMs);
  if (row.undo_status === 'done') return { code: 'undone_already', detail: 'This import is undone already.' };
  if (row.undo_status === 'running' && !isSilent)
    return { code: 'undo_running', detail: 'This import is being undone. Wait until that is done.' };
  if (row.status === 'running')
    return { code: 'undo_too_early', detail: 'This import is still running. Stop it first, or wait until it is done.' };
  if (row.status === 'refused') return { code: 'undo_of_nothing', detail: 'Nothing was imported.' };
  if (row.log_from === null)
    return {
      code: 'undo_of_old_version',
      detail: 'This import was made by version 0.1.0, which does not say enough of it. Delete its records by hand.',
    };
  if (row.undo_status === '' && now.getTime() - Date.parse(endedAt) > undoableMs)
    return {
      code: 'undo_too_late',
      detail: `An import can be undone for ${undoableDays} days. Delete its records by hand.`,
      params: { days: undoableDays },
    };
  return undefined;
}

/**
 * Notes that an import is being undone from now on, for all to see, with the request that asks for it. Refuses
 * (`import_not_undoable`) and says why; goes on with one that was stopped, or whose server was ended.
 */
export async function claimUndo(ctx: Ctx, id: string): Promise<void> {
  const now = new Date(ctx.now());
  await ctx.app.database.transaction(async (tx) => {
    await takeTurn(tx);
    await noteRequest(tx, ctx, id);
    const row = await tx.selectFrom('import').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound('import');
    const end = await endOfImport({ db: reading(tx), app: ctx.app }, id);
    const before = placeOfUndo(ctx.app, id, row);
    const isBegun = before !== undefined || row.undo_status === 'running';
    const why = whyNot(isBegun ? row : { ...row, undo_status: '' }, end?.at ?? row.finished_at ?? '', now);
    if (why) throw new AppError('import_not_undoable', why.detail, [{ pointer: '/id', ...why }]);
    if (!end) throw new AppError('log_inconsistent', 'The audit log does not tell of this import. Nothing was undone.');
    if (!isAsTold(row, end)) throw notAsTold();
    const place = before ?? firstPlace(end.idx);
    const begun = { undo_status: 'running', undo_by: ctx.actor.id, undo_at: ctx.now(), alive_at: ctx.now() } as const;
    const stored = storedPlace(ctx.app, id, { ...place, report: { ...place.report, cause: undefined } });
    await tx
      .updateTable('import')
      .set({ ...begun, ...stored })
      .where('id', '=', id)
      .execute();
  });
}

/**
 * Whether what is shown of an import is what its entry says: whoever writes the database could have another import look like
 * one that is to be undone. Of one whose server ended the entry says nothing of it.
 */
function isAsTold(
  { kind, file_name, row_count, report }: { kind: string; file_name: string; row_count: number; report: string },
  { details = {} }: ToldEntry,
): boolean {
  if (details.fileName === undefined) return true;
  // Written by storedReport.
  const { created = {} } = JSON.parse(report) as { created?: unknown };
  const shown = [kind, file_name, row_count, JSON.stringify(created)];
  const told = [details.kind, details.fileName, details.rows, JSON.stringify(details.created ?? {})];
  return shown.every((value, i) => value === told[i]);
}

function notAsTold(): AppError {
  return new AppError(
    'log_inconsistent',
    'What is shown of this import is not what the audit log tells of it, so nothing was undone. Read its entry in the log.',
  );
}

/** Where an undo begins whose import ended with that entry. */
export function firstPlace(end: number): UndoPlace {
  return { pass: 1, next: end, report: newReport(end) };
}

/** Where an undo is, held until commit. Throws `Ended` where somebody stopped it. */
export async function heldUndo(tx: WriteDb, id: string) {
  const row = await tx
    .updateTable('import')
    .set((eb) => ({ undo_status: eb.ref('undo_status') }))
    .where('id', '=', id)
    .where('undo_status', '=', 'running')
    .returning(['log_from', 'undo_pass', 'undo_next', 'undo_report'])
    .executeTakeFirst();
  if (!row) throw new Ended();
  return row;
}

/** Notes how far an undo is, in the transaction that brings it there. */
export async function noteUndo(tx: WriteDb, app: App, id: string, place: UndoPlace, isDone: boolean): Promise<void> {
  const now = app.clock().toISOString();
  const row = await tx
    .updateTable('import')
    .set({
      ...storedPlace(app, id, place),
      alive_at: now,
      ...(isDone && { undo_status: 'done' as const, undo_at: now }),
    })
    .where('id', '=', id)
    .where('undo_status', '=', 'running')
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new Ended();
}

/** The same of a part that changed nothing, in a transaction of its own. */
export async function noteUnchanged(app: App, id: string, place: UndoPlace, isDone: boolean): Promise<void> {
  await app.database.transaction((tx) => noteUndo(tx, app, id, place, isDone));
}

/** What the log says of an undo: counts alone, as the records have entries of their own. */
export function undoneEntry(end: ToldEntry | undefined, id: string, report: UndoReport, stopped?: Fault): AuditDraft {
  const { kind, fileName } = end?.details ?? {};
  const { deleted, putBack, leftCount } = report;
  const given = Object.entries(deleted).filter(([, count]) => count > 0);
  const counts = { deleted: given.reduce((sum, [, count]) => sum + count, 0), putBack, left: leftCount };
  const details = { kind, fileName, ...counts, ...(stopped && { status: 'stopped', why: stopped.detail }) };
  return { action: 'import.undone', subject: `import:${id}`, details };
}

/** Stops an undo between two of its parts: what is undone so far is. Answers whether it was running. */
export async function stopUndo(tx: WriteDb, app: App, id: string, cause: Fault): Promise<AuditDraft | undefined> {
  const row = await tx
    .updateTable('import')
    .set({ undo_status: 'stopped' })
    .where('id', '=', id)
    .where('undo_status', '=', 'running')
    .returning(['undo_pass', 'undo_next', 'undo_report'])
    .executeTakeFirst();
  if (!row) return undefined;
  const end = await endOfImport({ db: reading(tx), app }, id);
  const place = placeOfUndo(app, id, row) ?? firstPlace(end?.idx ?? 0);
  const report = { ...place.report, cause };
  await tx
    .updateTable('import')
    .set(storedPlace(app, id, { ...place, report }))
    .where('id', '=', id)
    .execute();
  return undoneEntry(end, id, report, cause);
}

/** The same in a change of its own; where it is not running any more, nothing is done. */
export async function endUndo(ctx: Ctx, id: string, cause: Fault): Promise<void> {
  try {
    await ctx.change(async (tx) => {
      const audit = await stopUndo(tx, ctx.app, id, cause);
      if (!audit) throw new Ended();
      return { result: { id }, audit };
    });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
  }
}

/** Stops the undos of servers that run no more, at the start of one: whoever wants can go on with them. */
export async function endSilentUndos(app: App, { atStart = false } = {}): Promise<void> {
  // Only one server at a time has the embedded file.
  const isAlone = atStart && app.config.databaseUrl === undefined;
  const running = await app.database.read
    .selectFrom('import')
    .select(['id', 'alive_at'])
    .where('undo_status', '=', 'running')
    .execute();
  for (const { id, alive_at } of running) {
    if (!isAlone && isWithin(alive_at, app.clock(), silentMs)) continue;
    await endUndo(await systemContext(app), id, {
      code: 'server_ended',
      detail: 'The server was ended in the middle.',
    });
  }
}
