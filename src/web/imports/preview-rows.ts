import type { rowOutcomes } from '../../contract/imports.ts';
import type { ImportAnswer, RowFault } from './mapping.ts';

/** `leftOut`: it stands in the file, and is no row of its table. */
export type Outcome = (typeof rowOutcomes)[number] | 'leftOut';
type Change = ImportAnswer['outcomes'][number]['changes'][number];

/** One row of the file with all that is said of it. */
export type PreviewRow = {
  line: number;
  outcome: Outcome;
  id: string | null;
  becomes?: ImportAnswer['outcomes'][number]['becomes'];
  changes: readonly Change[];
  faults: readonly RowFault[];
  warnings: readonly RowFault[];
};

/** The rows that the answer lists, and the lines that were wrong before any row could be judged. */
export function previewRows({ outcomes, errors, warnings }: ImportAnswer): PreviewRow[] {
  const faults = byLine(errors);
  const notes = byLine(warnings);
  const judged = new Set(outcomes.map(({ line }) => line));
  const rows = outcomes.map((row) => ({
    ...row,
    faults: faults.get(row.line) ?? [],
    warnings: notes.get(row.line) ?? [],
  }));
  const others = [...new Set([...faults.keys(), ...notes.keys()])].filter((line) => !judged.has(line));
  const unjudged = others.map(
    (line): PreviewRow => ({
      line,
      outcome: faults.has(line) ? 'wrong' : 'leftOut',
      id: null,
      changes: [],
      faults: faults.get(line) ?? [],
      warnings: notes.get(line) ?? [],
    }),
  );
  return [...rows, ...unjudged].toSorted((a, b) => a.line - b.line);
}

function byLine(faults: readonly RowFault[]): Map<number, RowFault[]> {
  return Map.groupBy(
    faults.filter(({ code }) => code !== 'more'),
    ({ line }) => line,
  );
}

/** How many rows there are of each outcome, also of those beyond the listed ones. */
export function countsOf(answer: ImportAnswer, rows: readonly PreviewRow[]): Record<Outcome, number> {
  const { done, changed, left, same, duplicates } = answer;
  const wrong = rows.filter(({ outcome }) => outcome === 'wrong').length;
  const judgedWrong = answer.outcomes.filter(({ outcome }) => outcome === 'wrong').length;
  return {
    new: Math.max(0, done - changed - same - duplicates - judgedWrong),
    changed,
    left,
    same: same - left,
    duplicate: duplicates,
    wrong,
    leftOut: rows.filter(({ outcome }) => outcome === 'leftOut').length,
  };
}
