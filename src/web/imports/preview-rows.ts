import type { rowOutcomes } from '../../contract/imports.ts';
import type { ImportAnswer, RowFault } from './mapping.ts';

/** `leftOut`: it stands in the file, and is no row of its table. */
export type Outcome = (typeof rowOutcomes)[number] | 'leftOut';
type Change = ImportAnswer['outcomes'][number]['changes'][number];

/** One row of the file with all that is said of it. */
export type PreviewRow = {
  line: number;
  /** Where several sheets are one list. */
  sheet?: string | undefined;
  outcome: Outcome;
  id: string | null;
  becomes?: ImportAnswer['outcomes'][number]['becomes'];
  changes: readonly Change[];
  faults: readonly RowFault[];
  warnings: readonly RowFault[];
};

/** Told above the rows, as what blank cells mean. */
const ofWholeFile = ['type_unsaid', 'customer_unsaid'];

/** The rows that the answer lists, and the lines that were wrong before any row could be judged. */
export function previewRows({ outcomes, errors, warnings, sheets = [] }: ImportAnswer): PreviewRow[] {
  const faults = byPlace(errors);
  const notes = byPlace(warnings.filter(({ code }) => !ofWholeFile.includes(code)));
  const judged = new Set(outcomes.map(placeOf));
  const rows = outcomes.map((row) => ({
    ...row,
    faults: faults.get(placeOf(row)) ?? [],
    warnings: notes.get(placeOf(row)) ?? [],
  }));
  const others = new Map([...notes, ...faults].filter(([place]) => !judged.has(place)));
  const unjudged = [...others].flatMap(([place, [first]]): PreviewRow[] => {
    if (!first) return [];
    return [
      {
        ...{ line: first.line, sheet: first.sheet, id: null, changes: [] },
        outcome: faults.has(place) ? 'wrong' : 'leftOut',
        faults: faults.get(place) ?? [],
        warnings: notes.get(place) ?? [],
      },
    ];
  });
  const order = ({ sheet }: Place): number => sheets.findIndex(({ name }) => name === sheet);
  return [...rows, ...unjudged].toSorted((a, b) => order(a) - order(b) || a.line - b.line);
}

type Place = Pick<PreviewRow, 'line' | 'sheet'>;

/** One text for where a row stands. */
export function placeOf({ line, sheet = '' }: Place): string {
  return `${line} ${sheet}`;
}

function byPlace(faults: readonly RowFault[]): Map<string, RowFault[]> {
  return Map.groupBy(
    faults.filter(({ code }) => code !== 'more'),
    placeOf,
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
