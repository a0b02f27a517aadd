import type { WriteDb } from '../../../db/open.ts';
import { append } from '../../../domain/append.ts';
import { recordTampering } from '../../change.ts';
import type { AuditDraft, Ctx } from '../../context.ts';
import { BrokenSeal } from '../../seals/seal.ts';
import { takeTurn } from '../plan/import-row.ts';
import { unitsOfFile } from '../plan/known-unit.ts';
import type { OpenedFile } from '../plan/plan-file.ts';
import { judgedChunks } from '../plan/plan-rows.ts';
import { type ChunkResult, newTally, type Tally, withChunk } from './tally.ts';
import { writeRows } from './write-rows.ts';

/** Rows that are planned at once, and after which a long judgement is heard of. */
const chunkRows = 1000;

/** Rows of one transaction that is undone: the fewer, the less is held at a time. */
const rowsJudgedAtOnce = 200;

/** Is told what came of rows. */
type See = (chunk: ChunkResult) => void;

/** Thrown at the end of a rehearsal, so that everything was judged and nothing stays. */
class Rehearsed extends Error {
  readonly tally: Tally;

  constructor(tally: Tally) {
    super('rehearsed');
    this.tally = tally;
  }
}

/** Writes all rows of a file inside one transaction. Where any has a fault, the caller undoes them all. */
export async function writeWhole(
  tx: WriteDb,
  ctx: Ctx,
  file: OpenedFile,
  see: See = () => undefined,
): Promise<{ tally: Tally; audit: AuditDraft[] }> {
  const units = unitsOfFile();
  const made = new Set<string>();
  const audit: AuditDraft[] = [];
  let tally = newTally(file);
  for await (const rows of judgedChunks(file, chunkRows)) {
    const result = await writeRows(tx, ctx, { rules: file.rules, rows, units, made });
    see(result);
    append(audit, result.audit);
    tally = withChunk(tally, result);
  }
  return { tally, audit };
}

/** Judges a short file by what each row would have made. */
export function judgeAtOnce(ctx: Ctx, file: OpenedFile, see?: See): Promise<Tally> {
  return undone(ctx, async (tx) => {
    await takeTurn(tx);
    return (await writeWhole(tx, ctx, file, see)).tally;
  });
}

/**
 * Judges all rows of a file in transactions that are undone, so that nobody waits long for one. A row is not judged by
 * what those before it would have made, but by what the file says of the same record and text, and by the seats that they took. `alive` is called
 * now and then, and may throw.
 */
export async function judgeWhole(
  ctx: Ctx,
  file: OpenedFile,
  alive: () => Promise<void>,
  see: See = () => undefined,
): Promise<Tally> {
  const units = unitsOfFile();
  const seats = new Map<string, number>();
  let tally = newTally(file);
  let next = 0;
  for await (const rows of judgedChunks(file, rowsJudgedAtOnce)) {
    if (tally.done >= next) {
      await alive();
      next = tally.done + chunkRows;
    }
    const part = units.part();
    const judged = await undone(ctx, async (tx) => {
      const result = await writeRows(tx, ctx, { rules: file.rules, rows, units: part, judgedSeats: seats });
      see(result);
      return withChunk(tally, result);
    });
    part.settle();
    tally = judged;
  }
  return tally;
}

/** Runs work that answers a tally, and rolls back whatever it wrote. */
async function undone(ctx: Ctx, work: (tx: WriteDb) => Promise<Tally>): Promise<Tally> {
  try {
    return await ctx.app.database.transaction(async (tx): Promise<never> => {
      throw new Rehearsed(await work(tx));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.tally;
    if (!(error instanceof BrokenSeal)) throw error;
    await recordTampering(ctx.app, error.tampering);
    throw error.refusal;
  }
}

/** What every entry of an import says beyond the usual. */
export function asImported(audit: readonly AuditDraft[], batch: string): AuditDraft[] {
  return audit.map((entry) =>
    'details' in entry ? { ...entry, details: { ...entry.details, imported: true, batch } } : entry,
  );
}
