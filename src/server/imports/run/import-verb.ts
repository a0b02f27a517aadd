import type { BodyOf } from '../../../contract/endpoint.ts';
import type { startImport } from '../../../contract/imports.ts';
import type { WriteDb } from '../../../db/open.ts';
import { AppError } from '../../../domain/errors.ts';
import type { ImportKind } from '../../../domain/import-fields.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { inBackground } from '../../in-background.ts';
import { requireNotOverTold } from '../../keys/told-texts.ts';
import { stillAllowed } from '../../scope/still-allowed.ts';
import { shownFileName } from '../../shown-file-name.ts';
import { rememberMapping } from '../columns/import-mapping.ts';
import { readMapping } from '../columns/read-mapping.ts';
import { dropImport, type ImportHead, insertDone, insertRunning } from '../plan/import-row.ts';
import { type FileHead, type OpenedFile, openFile } from '../plan/plan-file.ts';
import { RefusedFile, refusal } from '../plan/row-error.ts';
import { placed, placedFault } from '../plan/told-place.ts';
import { goodRows, withRejected } from '../rejected/good-rows.ts';
import { keepRejected } from '../rejected/kept-rows.ts';
import { newTally, shownBeside, shownTally, type Tally } from '../write/tally.ts';
import { judgeAtOnce, judgeWhole } from '../write/write-file.ts';
import type { ImportAnswer, Live } from './import-queries.ts';
import { claimTells, judgedGood, type Run, runImport, runUnattended, surveyed, writeAtOnce } from './run-import.ts';
import { isStopping, runUnderWatch } from './running-imports.ts';

type Body = BodyOf<typeof startImport>;
export type Imported = { id: string; live?: Live } | { rehearsal: ImportAnswer };

/**
 * Imports a file: all of it in one transaction, or, where any row is wrong, nothing; more than a thousand rows, once all
 * are judged, in transactions of 250. A row with an id changes its record as a PATCH would; what is there
 * already stays as it is; the same file again changes nothing. Records every made and changed record and
 * `import.completed`. A rehearsal writes nothing and answers what would come of it.
 */
export async function importFile(ctx: Ctx, { body }: { body: Body }): Promise<Imported> {
  const isRehearsal = body.dryRun === 'true';
  const isGoodOnly = body.goodRowsOnly === 'true';
  if (isStopping(ctx.app)) throw new AppError('unavailable', 'The server is being stopped. Import the file later.');
  const mapping = body.mapping === undefined ? undefined : readMapping(body.mapping);
  const infoBy = (kind = body.kind ?? 'software') => infoOf(kind, body);
  let head: FileHead | undefined;
  try {
    const { buffer, byteOffset, byteLength } = await body.file.bytes();
    const opened = await openFile(ctx, Buffer.from(buffer, byteOffset, byteLength), { ...body, mapping });
    head = opened;
    const info = infoBy(opened.kind);
    if (isRehearsal)
      return {
        rehearsal: await rehearsed(
          ctx,
          info,
          await rehearse(ctx, await surveyed(ctx, opened.survey), isGoodOnly),
          head,
        ),
      };
    return await runUnderWatch(ctx.app, () => start({ ctx, info, head: opened, mapping, isGoodOnly }));
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    const sheetNames = head?.sheetNames ?? [];
    if (isRehearsal)
      return { rehearsal: await rehearsed(ctx, infoBy(head?.kind), refusedTally(error, sheetNames), head ?? error) };
    await claimTells(ctx, error.tells);
    throw refusal(error.errors.map((fault) => placedFault(fault, sheetNames)));
  }
}

type Job = {
  ctx: Ctx;
  info: ImportHead;
  head: FileHead;
  mapping: ReadonlyMap<string, string | null> | undefined;
  /** Rows that are wrong are left out, and kept to be given back. */
  isGoodOnly: boolean;
};

function infoOf(kind: ImportKind, { profile, file }: Body): ImportHead {
  return { kind, profile: profile ?? '', fileName: shownFileName(file.name, 'file.csv') };
}

/** Answered at once where the client prefers that; else when it is done. */
async function start(job: Job): Promise<Imported> {
  const { ctx, head } = job;
  const live = liveHead(head);
  if (ctx.respondAsync) {
    const run = await newRun(job, 0, () => surveyed(ctx, head.survey));
    // Nobody waits for it but a server that is being stopped.
    inBackground(ctx.app, 'import', () => runUnderWatch(ctx.app, () => runUnattended(run)));
    return { id: run.id, live };
  }
  const file = await surveyed(ctx, head.survey);
  if (file.weight <= ctx.app.importSizes.atOnce) return inRequest(job, file);
  const run = await newRun(job, file.rowCount, async () => file);
  const { tally, refused } = await runImport(run);
  if (!refused) return { id: run.id, live: { ...live, ...(tally && liveOf(tally)) } };
  await dropImport(ctx, run.id);
  throw refused;
}

/** A file that is written while its request waits: its row is made with all the others. */
async function inRequest(job: Job, surveyed: OpenedFile): Promise<Imported> {
  const { ctx, info, head } = job;
  const id = ctx.newId();
  const good = job.isGoodOnly ? await judgedGood(ctx, surveyed, () => stillAllowed(ctx, 'imports.run')) : undefined;
  const whole = (tally: Tally): Tally => (good ? withRejected(tally, good) : tally);
  const complete = async (tx: WriteDb, _: Ctx, tally: Tally): Promise<AuditDraft> => {
    await remember(tx, ctx, job);
    const audit = await insertDone(tx, ctx, id, info, whole(tally));
    if (good) await keepRejected(tx, ctx, id, { header: head.header, rows: good.rejected });
    return audit;
  };
  const isTold = good !== undefined;
  const tally = await writeAtOnce({ id, begin: async () => ctx, complete, isTold }, good?.file ?? surveyed);
  return { id, live: { ...liveHead(head), ...liveOf(whole(tally)) } };
}

function liveHead({ mapping, found: { headerRow, sheets } }: FileHead): Pick<Live, 'mapping' | 'headerRow' | 'sheets'> {
  return { mapping, headerRow, sheets };
}

function liveOf(tally: Tally): Pick<Live, 'outcomes' | 'warnings' | 'errors'> {
  const { outcomes, warnings, errors } = shownTally(tally);
  return { outcomes, warnings, errors };
}

async function newRun(job: Job, rows: number, survey: Run['survey']): Promise<Run> {
  const id = await insertRunning(job.ctx, job.info, rows);
  const { ctx, head, isGoodOnly } = job;
  const { header, sheetNames } = head;
  return { ctx, id, header, sheetNames, survey, isGoodOnly, remember: (tx, now) => remember(tx, now, job) };
}

/**
 * A mapping that was given is used again for the next file of these columns, whoever brings it: so nobody of some
 * customers makes it for the others.
 */
async function remember(tx: WriteDb, ctx: Ctx, { info, head, mapping }: Job): Promise<void> {
  if (mapping && ctx.scope === 'all') await rememberMapping(tx, ctx, head.header, info, mapping);
}

/** What would come of a file; all but a short one is judged in parts, and others write in between. */
async function rehearse(ctx: Ctx, opened: OpenedFile, isGoodOnly: boolean): Promise<Tally> {
  const file = { ...opened, rules: { ...opened.rules, isRehearsed: true } };
  const alive = () => stillAllowed(ctx, 'imports.run');
  if (!isGoodOnly)
    return file.weight > ctx.app.importSizes.part ? judgeWhole(ctx, file, alive) : judgeAtOnce(ctx, file);
  try {
    const good = await goodRows(ctx, file, alive);
    const { told, hiddenHits } = good.all;
    return { ...withRejected(good.good, good), told, hiddenHits };
  } catch (error) {
    // No row is right, or too many are wrong: each is shown with what is wrong with it.
    if (error instanceof RefusedFile && error.tells) return rehearse(ctx, opened, false);
    throw error;
  }
}

function refusedTally({ errors, rows }: RefusedFile, sheetNames: readonly string[]): Tally {
  const tally = newTally({ header: [], sheetNames, rowCount: rows, rules: { kind: 'keys' } });
  return { ...tally, errors, errorCount: errors.length };
}

/** What is told of the head of a file, as far as it could be read. */
type Headed = { mapping?: FileHead['mapping']; found?: FileHead['found'] | undefined };

/** What is told of lines that are no rows. */
const noRows = ['above_header', 'total', 'note'];

function leftOutOf({ warnings, sheetNames }: Tally, { mapping = {} }: Headed): NonNullable<ImportAnswer['leftOut']> {
  const columns = Object.entries(mapping).flatMap(([column, field]) =>
    field === null ? [{ line: null, column }] : [],
  );
  const lines = warnings.flatMap(({ line, code }) =>
    noRows.includes(code) ? [placed({ line, column: null }, sheetNames)] : [],
  );
  return [...columns, ...lines];
}

async function rehearsed(ctx: Ctx, info: ImportHead, tally: Tally, head: Headed): Promise<ImportAnswer> {
  const isLeftOut = tally.rejected > 0 && tally.done + tally.rejected === tally.rows;
  const isRefused = tally.errorCount > 0 && !isLeftOut;
  await claimTells(ctx, tally);
  await requireNotOverTold(ctx, 'importedKeys');
  return {
    id: null,
    kind: info.kind,
    profile: info.profile || null,
    fileName: info.fileName,
    status: isRefused ? 'refused' : 'done',
    detail: null,
    cause: null,
    dryRun: true,
    ...shownTally(tally),
    alsoCreates: shownBeside(tally),
    leftOut: leftOutOf(tally, head),
    ...(head.mapping && { mapping: head.mapping }),
    ...head.found,
    rejectedUntil: null,
    undoableUntil: null,
    undone: null,
    createdAt: ctx.now(),
    finishedAt: ctx.now(),
  };
}
