import { reading } from '../../../db/open.ts';
import type { Fault } from '../../../domain/errors.ts';
import { firstTaggedOf } from '../../audit/told-by-log.ts';
import { changeIfAny } from '../../change-if-any.ts';
import type { Ctx } from '../../context.ts';
import { asAppError } from '../../http/problem.ts';
import { contextOf } from '../../http/request-context.ts';
import { inBackground } from '../../in-background.ts';
import { NoLongerAllowed } from '../../people/acting.ts';
import { stillAllowed } from '../../scope/still-allowed.ts';
import { Ended, takeTurn } from '../plan/import-row.ts';
import { deleteRejected } from '../rejected/kept-rows.ts';
import { isStopping, runUnderWatch } from '../run/running-imports.ts';
import { endOfImport } from './imported-entries.ts';
import { undoPart } from './undo-part.ts';
import { placeOfUndo, type UndoPlace } from './undo-place.ts';
import { claimUndo, endUndo, firstPlace, heldUndo, noteUnchanged, noteUndo, undoneEntry } from './undo-row.ts';

/**
 * Undoes an import (X7): deletes what it made, keys with the content of their entries, and puts back what it changed, in parts
 * that each commit; what was touched since is left, and named. Refused (`import_not_undoable`): one of version 0.1.0, one that
 * ended 30 days ago, and a second time. Every record has its entry; `import.undone` has the counts.
 */
export async function undoImport(ctx: Ctx, { params: { id } }: { params: { id: string } }): Promise<{ id: string }> {
  await claimUndo(ctx, id);
  const work = () => runUnderWatch(ctx.app, () => undoAll(ctx, id));
  if (ctx.respondAsync) inBackground(ctx.app, 'undo', work);
  else await work();
  return { id };
}

async function undoAll(ctx: Ctx, id: string): Promise<void> {
  try {
    for (let isDone = false; !isDone; ) {
      if (isStopping(ctx.app)) return await endUndo(later(ctx), id, stopped);
      await stillAllowed(ctx, 'imports.undo');
      isDone = await undoNext(ctx, id);
    }
  } catch (error) {
    if (!(error instanceof Ended)) await breakOff(ctx, id, error);
  }
}

const stopped: Fault = { code: 'server_stopped', detail: 'The server was stopped.' };

/** One transaction: what is undone of some entries, their own entries, and how far it is. Answers whether it was the last. */
async function undoNext(ctx: Ctx, id: string): Promise<boolean> {
  const now = later(ctx);
  const { app } = ctx;
  const { isWritten, place, isDone } = await changeIfAny(now, async (tx) => {
    await takeTurn(tx);
    const row = await heldUndo(tx, id);
    const log = { db: reading(tx), app };
    const end = await endOfImport(log, id);
    // Entries of before tags are nobody's word, and no import that can be undone made any.
    const from = Math.max(row.log_from ?? 0, await firstTaggedOf(log));
    const { pass, next: before, report } = placeOfUndo(app, id, row) ?? firstPlace(end?.idx ?? from);
    const part = await undoPart(tx, now, id, { pass, from, next: before }, report);
    const isPassed = part.next <= from;
    const isDone = isPassed && pass === 2;
    const next = isPassed && pass === 1 ? (end?.idx ?? from) : part.next;
    const place: UndoPlace = { pass: isPassed ? 2 : pass, next, report };
    await noteUndo(tx, app, id, place, isDone);
    if (isDone) await deleteRejected(tx, id);
    const audit = [...part.audit, ...(isDone ? [undoneEntry(end, id, report)] : [])];
    return { result: { isWritten: audit.length > 0, place, isDone }, audit };
  });
  if (!isWritten) await noteUnchanged(app, id, place, isDone);
  return isDone;
}

/** The row says why it goes on no more; what is undone so far is. It is not to fail for what the work failed for. */
async function breakOff(ctx: Ctx, id: string, error: unknown): Promise<void> {
  const { code, message } = asAppError(error);
  const isTaken = error instanceof NoLongerAllowed;
  if (!isTaken) report(ctx, id, error);
  try {
    // Whatever has become of whoever began it.
    const cause = { code: isTaken ? 'no_longer_allowed' : code, detail: message };
    await endUndo(later({ ...ctx, asked: undefined }), id, cause);
  } catch (failure) {
    report(ctx, id, failure);
  }
}

function report({ app, requestId }: Ctx, id: string, error: unknown): void {
  app.reportBug(error, { requestId, method: 'undo', path: id, code: asAppError(error).code });
}

/** The actor's context at this moment: an undo takes longer than a request should. */
function later({ app, actor, settings, requestId, address, asked }: Ctx): Ctx {
  return contextOf(app, {
    ...{ actor, settings, requestId, address, asked },
    idempotency: undefined,
    ifMatch: undefined,
  });
}
