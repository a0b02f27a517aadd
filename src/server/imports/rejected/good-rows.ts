import type { Ctx } from '../../context.ts';
import { fileUses } from '../plan/file-uses.ts';
import type { OpenedFile } from '../plan/plan-file.ts';
import { RefusedFile, type RowError } from '../plan/row-error.ts';
import { placedFault } from '../plan/told-place.ts';
import type { TableRow } from '../read/read-table.ts';
import { type ChunkResult, listedErrors, listedRows, type Tally } from '../write/tally.ts';
import { judgeAtOnce, judgeWhole } from '../write/write-file.ts';

/** The rows of a file that are wrong, by their lines, with what is wrong with them. */
type Wrong = ReadonlyMap<number, RowError[]>;

/** A row that is left out, as it stands in the file. */
export type RejectedRow = TableRow & { errors: RowError[] };

/** What of a file can be imported, and what is left out. */
export type GoodRows = {
  /** The file without the rows that are wrong. */
  file: OpenedFile;
  wrong: Wrong;
  rejected: RejectedRow[];
  /** What came of judging all rows: it tells of those that are wrong. */
  all: Tally;
  /** What came of judging those that are left. */
  good: Tally;
};

/** A file gives back as many rows as one gives license keys, and as many characters of them. */
const mostRows = 10_000;
const mostCharacters = 8 * 1024 * 1024;
/** A row may be wrong because another one is left out; so often that is asked again. */
const mostPasses = 5;

/**
 * Judges a file again and again without the rows that are wrong, until none is. Refuses (`RefusedFile`) one of which no row
 * is good, and one with more wrong rows than are given back.
 */
export async function goodRows(ctx: Ctx, file: OpenedFile, alive: () => Promise<void>): Promise<GoodRows> {
  const wrong = new Map<number, RowError[]>();
  let all: Tally | undefined;
  for (let pass = 1; ; pass += 1) {
    const known = wrong.size;
    const rest = await without(file, wrong);
    const good = await judged(ctx, rest, alive, (chunk) => noteWrong(wrong, chunk));
    all ??= good;
    const isTooMuch = wrong.size > mostRows || wrong.size >= file.rowCount || pass > mostPasses;
    if (isTooMuch && wrong.size > 0) throw refusedAll(all, wrong);
    if (wrong.size > known) continue;
    const rejected = await rejectedRows(file, wrong);
    if (rejected === undefined) throw refusedAll(all, wrong);
    return { file: rest, wrong, rejected, all, good };
  }
}

function judged(ctx: Ctx, file: OpenedFile, alive: () => Promise<void>, see: (chunk: ChunkResult) => void) {
  if (file.weight > ctx.app.importSizes.part) return judgeWhole(ctx, file, alive, see);
  return judgeAtOnce(ctx, file, see);
}

async function without(file: OpenedFile, wrong: Wrong): Promise<OpenedFile> {
  if (wrong.size === 0) return file;
  // What is found wrong while this is read is for the next time.
  const lines = new Set(wrong.keys());
  const rows = async function* () {
    for await (const row of file.rows()) if (!lines.has(row.line)) yield row;
  };
  // Rows that are left out are no seats, and nothing that was bought.
  const uses = file.rules.uses && (await fileUses(rows(), file.rules.kind));
  return { ...file, rules: { ...file.rules, uses }, rows };
}

function noteWrong(wrong: Map<number, RowError[]>, { errors }: ChunkResult): void {
  for (const error of errors) wrong.set(error.line, [...(wrong.get(error.line) ?? []), error]);
}

function refusedAll(all: Tally, wrong: Wrong): RefusedFile {
  if (all.errorCount > 0 && wrong.size <= mostRows) return new RefusedFile(listedErrors(all), all.rows, all);
  const [line = 1] = wrong.keys();
  const detail = `More than ${mostRows} rows are wrong, or they are too long to be given back. Correct what they have in common, and import the file again.`;
  const many = { line, column: null, code: 'too_many_wrong', detail, params: { most: mostRows } };
  return new RefusedFile([many, ...listedErrors(all)], all.rows, all);
}

/** The rows as they stand in the file; undefined where they are too long. */
async function rejectedRows(file: OpenedFile, wrong: Wrong): Promise<RejectedRow[] | undefined> {
  const rejected: RejectedRow[] = [];
  if (wrong.size === 0) return rejected;
  let characters = 0;
  for await (const row of file.cells()) {
    const errors = wrong.get(row.line);
    if (!errors) continue;
    characters += row.cells.reduce((sum, cell) => sum + cell.length, 0);
    if (characters > mostCharacters) return undefined;
    rejected.push({ ...row, errors: errors.map((error) => placedFault(error, file.sheetNames)) });
  }
  return rejected;
}

/** What came of the good rows, with those that are left out beside them. */
export function withRejected(tally: Tally, { wrong, all }: GoodRows): Tally {
  if (wrong.size === 0) return tally;
  const errors = [...wrong.values()].flat();
  const shown = new Map(all.outcomes.map((row) => [row.line, row]));
  const left = [...wrong.keys()].map((line) => ({
    ...{ id: null, changes: [], ...shown.get(line) },
    line,
    outcome: 'wrong' as const,
  }));
  const outcomes = listedRows([...tally.outcomes, ...left].toSorted((a, b) => a.line - b.line));
  const { rows } = all;
  return {
    ...tally,
    rows,
    outcomes,
    unlisted: rows - outcomes.length,
    rejected: wrong.size,
    errors: listedRows(errors.toSorted((a, b) => a.line - b.line)),
    errorCount: errors.length,
  };
}
