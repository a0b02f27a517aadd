/**
 * One thing wrong with a log. `idx` is the entry it shows at; a root that is wrong tells only the `range` of entries,
 * first and last, one of which was changed.
 */
export type LogProblem = { idx: number | null; code: string; detail: string; range?: [number, number] };

/** What is wrong with a log so far. */
export type Findings = {
  add: (code: string, idx: number | null, detail: string, range?: [number, number]) => void;
  /** The worst first: at most twenty, by the entry they show at. */
  listed: () => LogProblem[];
  /** The entry the damage begins at, as far as it can be told. */
  first: () => LogProblem | undefined;
};

const mostListed = 20;
/** Few enough to sort, many enough not to sort at every finding. */
const mostHeld = 10 * mostListed;

export function newFindings(): Findings {
  let held: LogProblem[] = [];
  const sorted = () => held.toSorted((a, b) => placeOf(a) - placeOf(b));
  return {
    add: (code, idx, detail, range) => {
      held.push({ idx, code, detail, ...(range ? { range } : {}) });
      if (held.length > mostHeld) held = sorted().slice(0, mostListed);
    },
    listed: () => sorted().slice(0, mostListed),
    first: () => firstOf(sorted()),
  };
}

/** An entry named inside the range of a wrong root explains that root, so it is the better answer. */
function firstOf(problems: LogProblem[]): LogProblem | undefined {
  const [first] = problems;
  const named = problems.find(({ idx }) => idx !== null);
  const end = first?.range?.[1];
  return named && end !== undefined && (named.idx ?? 0) <= end ? named : first;
}

function placeOf({ idx, range }: LogProblem): number {
  return idx ?? range?.[0] ?? Number.MAX_SAFE_INTEGER;
}
