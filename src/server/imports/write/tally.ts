import type { z } from 'zod';
import type { getImport, rowOutcomes } from '../../../contract/imports.ts';
import type { AppError } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import type { AuditDraft } from '../../context.ts';
import { nothingTold, type Told, toldTogether } from '../../keys/told-texts.ts';
import type { Becomes } from '../plan/becomes.ts';
import type { OpenedFile } from '../plan/plan-file.ts';
import type { RowError } from '../plan/row-error.ts';
import { shownText } from '../plan/shown-text.ts';
import { placed, placedFault, sheetNumbers, withSheetNumber } from '../plan/told-place.ts';
import type { MadeBeside } from '../plan/what-is-made.ts';
import { storedFault } from './stored-fault.ts';

type Shown = NonNullable<(typeof getImport)['output']> extends z.ZodType<infer Output> ? Output : never;
export type ListedRow = Shown['outcomes'][number];
export type Change = ListedRow['changes'][number];
export type RowOutcome = {
  line: number;
  outcome: (typeof rowOutcomes)[number];
  id: string | null;
  changes: Change[];
  becomes?: Becomes;
};

/** What came of rows that were written or judged together. */
export type ChunkResult = {
  outcomes: RowOutcome[];
  errors: RowError[];
  warnings: RowError[];
  audit: AuditDraft[];
  /** Persons that assignments or accounts know, of those the rows name. */
  personsKnown: number;
  /** Keys whose texts the rows give. */
  told: Told;
  /** Refusals of them that tell of records out of the actor's sight. */
  tellOfOthers: Set<AppError>;
  /** What they would have made beside their own records, by marks of it. */
  beside: ReadonlyMap<string, MadeBeside>;
};

/** What came of a file so far, in a size that does not grow with the file. */
export type Tally = Omit<
  Shown,
  | 'id'
  | 'kind'
  | 'profile'
  | 'fileName'
  | 'status'
  | 'detail'
  | 'cause'
  | 'dryRun'
  | 'mapping'
  | 'alsoCreates'
  | 'headerRow'
  | 'sheets'
  | 'head'
  | 'undoableUntil'
  | 'rejectedUntil'
  | 'undone'
  | 'createdAt'
  | 'finishedAt'
> & {
  /** The names of the file's columns, which are not kept. */
  header: readonly string[];
  /** The names of its sheets, where its rows are of several. */
  sheetNames: readonly string[];
  errorCount: number;
  warningCount: number;
  /** Products and customers made so far: a rehearsal in parts makes them again in every part. */
  made: Set<string>;
  /** The first thousand records that rows would have made beside their own. */
  beside: ReadonlyMap<string, MadeBeside>;
  /** What the rows are about. */
  about: string;
  /** What its answer tells of texts and numbers that are recorded: keys, and units out of the actor's sight. */
  told: Told;
  hiddenHits: number;
};

const listed = 1000;

type TalliedFile = Pick<OpenedFile, 'header' | 'rowCount'> &
  Partial<Pick<OpenedFile, 'sheetNames' | 'told' | 'toldCount' | 'blanks'>> & { rules: { kind: string } };

/** Nothing has become of any row yet. */
export function newTally({
  header,
  sheetNames = [],
  rowCount,
  rules,
  told = [],
  toldCount = 0,
  blanks,
}: TalliedFile): Tally {
  return {
    header,
    sheetNames,
    rows: rowCount,
    done: 0,
    created: { customer: 0, product: 0, license: 0, key: 0, equipment: 0, assignment: 0 },
    changed: 0,
    same: 0,
    left: 0,
    duplicates: 0,
    rejected: 0,
    outcomes: [],
    unlisted: 0,
    warnings: told,
    errors: [],
    errorCount: 0,
    warningCount: toldCount,
    made: new Set(),
    beside: new Map(),
    about: rules.kind,
    told: nothingTold,
    hiddenHits: 0,
    ...(blanks && { blanks }),
    ...(rules.kind === 'users' && { persons: { named: 0, known: 0 } }),
  };
}

/** What came of a file with one more chunk; of rows, faults and warnings the first thousand are kept. */
export function withChunk(tally: Tally, chunk: ChunkResult): Tally {
  const { outcomes, errors, warnings, audit, personsKnown, told, tellOfOthers } = chunk;
  const count = (outcome: RowOutcome['outcome']): number => outcomes.filter((row) => row.outcome === outcome).length;
  const done = tally.done + outcomes.length;
  const shown = firstOf(tally.outcomes, outcomes);
  return {
    ...tally,
    done,
    changed: tally.changed + count('changed'),
    same: tally.same + count('same') + count('left'),
    left: tally.left + count('left'),
    duplicates: tally.duplicates + count('duplicate'),
    outcomes: shown,
    unlisted: done - shown.length,
    rejected: tally.rejected + new Set(errors.map(({ line }) => line)).size,
    errors: firstOf(tally.errors, errors),
    errorCount: tally.errorCount + errors.length,
    warnings: firstOf(tally.warnings, warnings),
    warningCount: tally.warningCount + warnings.length,
    ...countMade(tally, audit),
    told: toldTogether(tally.told, told),
    hiddenHits: tally.hiddenHits + tellOfOthers.size,
    beside: besideTogether(tally.beside, chunk.beside),
    ...(tally.persons && {
      persons: {
        named: tally.persons.named + outcomes.length - count('duplicate') - count('wrong'),
        known: tally.persons.known + personsKnown,
      },
    }),
  };
}

function besideTogether(before: Tally['beside'], more: Tally['beside']): Tally['beside'] {
  if (more.size === 0 || before.size >= listed) return before;
  return new Map([...before, ...[...more].filter(([mark]) => !before.has(mark)).slice(0, listed - before.size)]);
}

/** The rows of a list that are listed. */
export function listedRows<Item>(rows: readonly Item[]): Item[] {
  return firstOf([], rows);
}

function firstOf<Item>(listedSoFar: Item[], more: readonly Item[]): Item[] {
  const room = listed - listedSoFar.length;
  return room > 0 && more.length > 0 ? [...listedSoFar, ...more.slice(0, room)] : listedSoFar;
}

const besideRows = ['product', 'customer'];

function countMade(tally: Tally, audit: readonly AuditDraft[]): Pick<Tally, 'created' | 'made'> {
  const created = { ...tally.created };
  const made = new Set(tally.made);
  for (const draft of audit) {
    const [record = '', verb] = draft.action.split('.');
    if (verb !== 'created' && verb !== 'applied') continue;
    // Beside the rows' own records, one of a name is made once.
    const isBeside = besideRows.includes(record) || (record === 'equipment' && tally.about !== 'equipment');
    if (isBeside && 'details' in draft) {
      const whose = record === 'equipment' ? (draft.customerId ?? '') : '';
      const mark = `${record} ${whose} ${foldText(String(draft.details.name ?? ''))}`;
      if (made.has(mark)) continue;
      made.add(mark);
    }
    const what = verb === 'applied' ? 'assignment' : record;
    created[what] = (created[what] ?? 0) + 1;
  }
  return { created, made };
}

/** The faults to be listed, and how many more there are. */
export function listedErrors(tally: Tally): RowError[] {
  return withMore(tally.errors, tally.errorCount);
}

/** The tally as an answer shows it. */
export function shownTally(tally: Tally) {
  const { header: _header, errorCount, warningCount, made: _, told: _told, hiddenHits: _hidden, ...others } = tally;
  const { beside: _beside, about: _about, sheetNames, ...shown } = others;
  const faults = (list: RowError[], count: number) =>
    withMore(list, count).map((fault) => placedFault(fault, sheetNames));
  return {
    ...shown,
    outcomes: shown.outcomes.map((row) => placed(row, sheetNames)),
    errors: faults(shown.errors, errorCount),
    warnings: faults(shown.warnings, warningCount),
  };
}

/** What would be made beside the rows' own records, as an answer shows it. */
export function shownBeside({ beside, sheetNames }: Tally) {
  return [...beside.values()].map(({ name, customer, ...made }) => ({
    ...placed(made, sheetNames),
    name: shownText(name),
    customer: customer && shownText(customer),
  }));
}

/**
 * What is kept of it: values of records are in the log alone, from where they go with their record; names and masks that
 * faults say in their sentences are kept nowhere, nor are names of sheets.
 */
export function storedReport(tally: Tally): string {
  const { sheetNames } = tally;
  const {
    rows: _rows,
    done: _done,
    blanks: _blanks,
    ...shown
  } = shownTally({ ...tally, sheetNames: sheetNumbers(sheetNames) });
  const outcomes = shown.outcomes.map(({ becomes: _, ...row }) => ({
    ...row,
    changes: row.changes.map(({ field }) => ({ field })),
  }));
  const kept = (faults: RowError[]) =>
    faults.map((fault) => storedFault(withSheetNumber(fault, sheetNames), tally.header));
  return JSON.stringify({ ...shown, outcomes, warnings: kept(shown.warnings), errors: kept(shown.errors) });
}

function withMore(errors: RowError[], count: number): RowError[] {
  const rest = count - errors.length;
  if (rest <= 0) return errors;
  const detail = `${rest} more of these are not listed.`;
  return [...errors, { line: errors.at(-1)?.line ?? 1, column: null, code: 'more', detail, params: { rest } }];
}
