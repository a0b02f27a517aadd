import { createHash } from 'node:crypto';
import { databaseFault } from '../../../db/faults.ts';
import type { WriteDb } from '../../../db/open.ts';
import { AppError, type Fault } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import { changeIfAny } from '../../change-if-any.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { asAppError } from '../../http/problem.ts';
import { contextOf } from '../../http/request-context.ts';
import { claimTold, requireMayBeTold, TooMuchTold, tellTold } from '../../keys/told-texts.ts';
import { claimHits, claimTries } from '../../limits/tries.ts';
import { NoLongerAllowed } from '../../people/acting.ts';
import { stillAllowed } from '../../scope/still-allowed.ts';
import { beat, type End, Ended, endIfRunning, endImport, noteProgress, takeTurn } from '../plan/import-row.ts';
import { unitsOfFile } from '../plan/known-unit.ts';
import type { OpenedFile } from '../plan/plan-file.ts';
import { type JudgedRow, judgedChunks } from '../plan/plan-rows.ts';
import { type FileTells, RefusedFile, type RowError } from '../plan/row-error.ts';
import { type GoodRows, goodRows, withRejected } from '../rejected/good-rows.ts';
import { keepRejected } from '../rejected/kept-rows.ts';
import { listedErrors, newTally, type Tally, withChunk } from '../write/tally.ts';
import { asImported, judgeWhole, writeWhole } from '../write/write-file.ts';
import { writeRows } from '../write/write-rows.ts';
import { isStopping } from './running-imports.ts';

/** An import whose row is there, so that others can see how far it is. */
export type Run = {
  ctx: Ctx;
  id: string;
  header: readonly string[];
  sheetNames: readonly string[];
  survey: () => Promise<OpenedFile>;
  /** Rows that are wrong are left out, and kept to be given back. */
  isGoodOnly: boolean;
  /** Remembers the mapping, in the last transaction. */
  remember: (tx: WriteDb, ctx: Ctx) => Promise<void>;
};

/** What came of a run: its tally where it is known, or why nothing was written and the row still says running. */
export type RunResult = { tally?: Tally; refused?: RefusedFile };

const tries = 3;

/**
 * Imports a file whose row is there: a short one in one transaction, a longer one, when all its rows are judged, in
 * several. However that ends, the row says how far it came; what becomes of the row of a refused
 * file is the caller's to decide.
 */
export async function runImport(run: Run): Promise<RunResult> {
  let tally: Tally | undefined;
  const keep = (next: Tally): void => {
    tally = next;
  };
  try {
    const surveyed = await run.survey();
    await beat(run.ctx.app, run.id, surveyed.rowCount);
    const good = run.isGoodOnly ? await judgedGood(later(run), surveyed, () => goOn(run, surveyed)) : undefined;
    const file = good?.file ?? surveyed;
    const written = file.weight > run.ctx.app.importSizes.atOnce ? inParts : atOnce;
    return { tally: withLeftOut(await written({ ...run, good }, file, keep), good) };
  } catch (error) {
    return endBroken(run, error, tally);
  }
}

/** What of a file is right; what is wrong with the others is about to be told. */
export async function judgedGood(ctx: Ctx, file: OpenedFile, alive: () => Promise<void>): Promise<GoodRows> {
  const good = await goodRows(ctx, file, alive);
  await claimTells(ctx, good.all);
  return good;
}

function withLeftOut(tally: Tally, good: GoodRows | undefined): Tally {
  return good ? withRejected(tally, good) : tally;
}

/** The row's end where the work broke off. */
async function endBroken(run: Run, error: unknown, tally: Tally | undefined): Promise<RunResult> {
  const result = tally ? { tally } : {};
  if (error instanceof Ended) return result;
  if (error instanceof RefusedFile) return { refused: error };
  const known = error instanceof Broken ? error : undefined;
  try {
    await claimTells(run.ctx, known?.tells);
  } catch (refusal) {
    return endBroken(run, refusal, tally);
  }
  const isTaken = error instanceof NoLongerAllowed;
  if (!known && !isTaken) reportFault(run, error);
  const { code, message } = asAppError(error);
  const cause = known?.fault ?? {
    code: isTaken ? 'no_longer_allowed' : code,
    detail: message.replace(/ Nothing was saved\.| nothing was saved\./, ''),
  };
  const so = tally ?? emptyTally(run, 0);
  const errors = known?.errors ?? [];
  const ended = { ...so, errors, errorCount: errors.length };
  await end(run, { status: isTaken ? 'stopped' : 'failed', cause, ...(tally && { tally: ended }) });
  return { tally: ended };
}

/** Imports a file that nobody waits for: a refusal stands in its row. */
export async function runUnattended(run: Run): Promise<void> {
  const { refused } = await runImport(run);
  if (!refused) return;
  const { errors, rows } = refused;
  try {
    await claimTells(run.ctx, refused.tells);
  } catch (error) {
    await endBroken(run, error, undefined);
    return;
  }
  const tally = { ...emptyTally(run, rows), errors, errorCount: errors.length };
  await end(run, { status: 'refused', tally });
}

/** Counts and records what a report is about to tell of records. Refuses where that is more than may be told. */
export async function claimTells(ctx: Ctx, tells: FileTells | undefined): Promise<void> {
  if (!tells) return;
  await claimHits(ctx, 'importedKeys', tells.hiddenHits);
  await tellTold(ctx, 'importedKeys', tells.told);
}

/** Files of these may say that a license key is recorded. */
const kindsWithTexts: readonly ImportKind[] = ['keys', 'licenses', 'assignments'];

/** Reads a file, and counts what somebody limited to some customers tries by it, once whatever becomes of it. */
export async function surveyed(ctx: Ctx, survey: () => Promise<OpenedFile>): Promise<OpenedFile> {
  const file = await survey();
  if (kindsWithTexts.includes(file.rules.kind)) await requireMayBeTold(ctx);
  if (ctx.scope === 'all') return file;
  let given = 0;
  // Counted as where they are given one by one, each once, in however many rows it stands.
  const names = new Set(file.rules.productName === undefined ? [] : [markOf(file.rules.productName)]);
  for await (const { licenseKeys, fields } of file.rows()) {
    given += licenseKeys.length + (fields.serialNumber ? 1 : 0);
    for (const name of namesTried(file.rules.kind, fields)) names.add(markOf(name));
  }
  await claimTries(ctx, 'importedKeys', given);
  await claimTries(ctx, 'newKeys', names.size);
  return file;
}

/** Longer than a record's name; folded, a letter can become eighteen. */
const longestName = 500;

/** What names alike have in common; of the very many of a file, and of long ones, hardly anything is held. */
function markOf(name: string): string {
  return createHash('sha256')
    .update(foldText(name.slice(0, longestName)))
    .digest('base64url');
}

/** Names of which an answer says whether a record out of sight has them; of customers of others it says nothing. */
function namesTried(kind: ImportKind, { productName, name }: Record<string, unknown>): string[] {
  const own = kind === 'customers' || kind === 'products' ? name : undefined;
  return [productName, own].filter((given) => typeof given === 'string');
}

function emptyTally({ header, sheetNames }: Run, rows: number): Tally {
  // Only a list of users is counted differently, and that is never refused half way.
  return newTally({ header, sheetNames, rowCount: rows, rules: { kind: 'keys' } });
}

function reportFault({ ctx, id }: Run, error: unknown): void {
  if (error instanceof AppError || (databaseFault(error)?.kind ?? 'unique') !== 'unique') return;
  const { code } = asAppError(error);
  ctx.app.reportBug(error, { requestId: ctx.requestId, method: 'import', path: id, code });
}

/** The end of the row is not to fail for what the work failed for. */
async function end(run: Run, how: End): Promise<void> {
  try {
    // Whatever has become of whoever began it.
    await endIfRunning(contextOf(run.ctx.app, { ...later(run), asked: undefined }), run.id, how);
  } catch (error) {
    reportFault(run, error);
  }
}

/** The actor's context at this moment: an import takes longer than a request should. */
function later({ ctx }: Run): Ctx {
  const { app, actor, settings, requestId, address, asked } = ctx;
  const none = { idempotency: undefined, ifMatch: undefined };
  return contextOf(app, { actor, settings, requestId, address, asked, ...none });
}

type AtOnce = {
  id: string;
  /** The context of a try. */
  begin: () => Promise<Ctx>;
  /** Makes the end of the import's own row, and drafts its entry. */
  complete: (tx: WriteDb, ctx: Ctx, tally: Tally) => Promise<AuditDraft>;
  /** What its texts tell is counted and recorded already. */
  isTold: boolean;
};

/** Writes a file in one transaction: all its rows, the import's own, and their entries; or, where any is wrong, nothing. */
export async function writeAtOnce({ id, begin, complete, isTold }: AtOnce, file: OpenedFile): Promise<Tally> {
  const work = async (): Promise<Tally> => {
    const ctx = await begin();
    let written: Tally | undefined;
    await ctx.change(async (tx) => {
      await takeTurn(tx);
      const { tally, audit } = await writeWhole(tx, ctx, file);
      if (tally.errorCount > 0) throw new RefusedFile(listedErrors(tally), tally.rows, tally);
      const told = isTold ? [] : await claimTold(tx, ctx, 'importedKeys', tally.told);
      written = tally;
      return { result: { id }, audit: [...asImported(audit, id), ...told, await complete(tx, ctx, tally)] };
    });
    return written ?? newTally(file);
  };
  try {
    return await again(work);
  } catch (error) {
    if (!(error instanceof TooMuchTold)) throw error;
    await tellTold(await begin(), 'importedKeys', error.told);
    throw error.refusal;
  }
}

type Running = Run & { good: GoodRows | undefined };

function atOnce(run: Running, file: OpenedFile): Promise<Tally> {
  const begin = async (): Promise<Ctx> => {
    await stillAllowed(run.ctx, 'imports.run');
    return later(run);
  };
  const isTold = run.good !== undefined;
  return writeAtOnce({ id: run.id, begin, complete: (tx, _, tally) => complete(tx, run, tally), isTold }, file);
}

/** A record that somebody else made meanwhile is found at the next try. */
async function again<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (databaseFault(error)?.kind !== 'unique' || attempt === tries) throw error;
    }
  }
}

async function complete(tx: WriteDb, run: Running, tally: Tally): Promise<AuditDraft> {
  const ctx = later(run);
  const { id, header, good } = run;
  const audit = await endImport(tx, ctx, id, { status: 'done', tally: withLeftOut(tally, good) });
  if (!audit) throw new Ended();
  if (good) await keepRejected(tx, ctx, id, { header, rows: good.rejected });
  await run.remember(tx, ctx);
  return audit;
}

/** Thrown where a part was judged sound and cannot be written all the same. */
class Broken extends Error {
  readonly fault: Fault;
  readonly errors: RowError[];
  readonly tells: FileTells | undefined;

  constructor(fault: Fault, errors: RowError[] = [], tells?: FileTells) {
    super(fault.detail);
    this.fault = fault;
    this.errors = errors;
    this.tells = tells;
  }
}

async function requireRunning({ ctx }: Run): Promise<void> {
  if (isStopping(ctx.app)) throw new Broken({ code: 'server_stopped', detail: 'The server was stopped.' });
  await stillAllowed(ctx, 'imports.run');
}

/** Asked between the parts of a judgement. */
async function goOn(run: Run, { rowCount }: OpenedFile): Promise<void> {
  await requireRunning(run);
  await beat(run.ctx.app, run.id, rowCount);
}

async function judgeAll(run: Run, file: OpenedFile): Promise<void> {
  const judged = await judgeWhole(later(run), file, () => goOn(run, file));
  if (judged.errorCount > 0) throw new RefusedFile(listedErrors(judged), judged.rows, judged);
  await tellTold(later(run), 'importedKeys', judged.told);
}

async function inParts(run: Running, file: OpenedFile, keep: (tally: Tally) => void): Promise<Tally> {
  const { app } = run.ctx;
  if (!run.good) await judgeAll(run, file);
  const units = unitsOfFile();
  let tally = newTally(file);
  keep(tally);
  for await (const rows of judgedChunks(file, app.importSizes.part)) {
    await requireRunning(run);
    tally = await writePart(run, file, { rows, units, tally });
    keep(tally);
  }
  await later(run).change(async (tx) => ({ result: {}, audit: await complete(tx, run, tally) }));
  return tally;
}

type Part = { rows: JudgedRow[]; units: ReturnType<typeof unitsOfFile>; tally: Tally };

type Written = { next: Tally; isWritten: boolean; part: ReturnType<Part['units']['part']> };

/** One transaction: the rows, their entries, and how far the import is. A part that changes nothing only notes the last. */
async function writePart(run: Run, file: OpenedFile, { rows, units, tally }: Part): Promise<Tally> {
  const { app } = run.ctx;
  const { next, isWritten, part } = await again(async () => {
    const ctx = later(run);
    let result: Written = { next: tally, isWritten: false, part: units.part() };
    await changeIfAny(ctx, async (tx) => {
      await takeTurn(tx);
      // Of this try: where the database ends the transaction for another one's sake, the change runs it again.
      const fresh = units.part();
      const written = await writeRows(tx, ctx, { rules: file.rules, rows, units: fresh });
      if (written.errors.length > 0)
        throw new Broken(
          { code: 'record_changed', detail: 'Meanwhile a record changed that rows depend on.' },
          written.errors,
          withChunk(newTally(file), written),
        );
      result = { next: withChunk(tally, written), isWritten: written.audit.length > 0, part: fresh };
      await noteProgress(tx, app, run.id, result.next);
      return { result: {}, audit: asImported(written.audit, run.id) };
    });
    return result;
  });
  if (!isWritten) await app.database.transaction((tx) => noteProgress(tx, app, run.id, next));
  part.settle();
  return next;
}
