import { foldText } from '../../../domain/fold.ts';
import type { IsKnown } from './find-header.ts';
import type { TableRow } from './read-table.ts';

/** A header, and the line where it begins. */
export type WholeHeader = { header: TableRow; from: number };

/**
 * The header that stands in two rows as one: names of groups, and below them what each has (`Laufzeit` over `von` and `bis` is
 * `Laufzeit: von`, `Laufzeit: bis`); names that are merged downwards, or alone, stay. `found` is the row that was found for
 * one, `rows` are those among which it stands. Where the row beside it is none, it stays as it is.
 */
export function wholeHeader(found: TableRow, rows: readonly TableRow[], isKnown: IsKnown): WholeHeader {
  const place = rows.indexOf(found);
  const [above, below] = [rows[place - 1], rows[place + 1]];
  const down = below && joined(found, below, isKnown);
  if (down && below && down.known >= Math.max(1, countKnown(found.cells, isKnown)))
    return { header: { line: below.line, cells: down.names }, from: found.line };
  const up = above && joined(above, found, isKnown);
  const isBetter = up && (up.known > countKnown(found.cells, isKnown) || hasTwice(found.cells));
  if (!above || !isBetter) return { header: found, from: found.line };
  return { header: { line: found.line, cells: up.names }, from: above.line };
}

type Joined = { names: string[]; known: number };

/** Words alone: a value of a row has digits, or signs that no name of a column has. */
const wordlike = /^(?=.*\p{L})[\p{L}\p{M}\s.,:()/&%€$#-]{1,40}$/u;

function joined(above: TableRow, below: TableRow, isKnown: IsKnown): Joined | undefined {
  const columns = columnsOf(above, below);
  const parts = columns.filter(({ part }) => part !== '');
  const groups = Map.groupBy(parts, ({ place }) => place);
  const isOneTitle = groups.size < 2 && parts.length === columns.filter(({ group, part }) => group || part).length;
  const areGroups = [...groups.values()].every(({ length }) => length > 1);
  if (parts.length === 0 || isOneTitle || !areGroups || !parts.every(({ part }) => wordlike.test(part)))
    return undefined;
  const names = columns.map(({ group, part }) => (part === '' ? group : `${group}: ${part}`));
  const knownParts = parts.filter(({ group, part }) => isKnown(`${group}: ${part}`)).length;
  return knownParts * 2 < parts.length ? undefined : { names, known: countKnown(names, isKnown) };
}

/** `place` is that of the group, the same for all columns that share it. */
type Column = { group: string; part: string; place: number };

function columnsOf(above: TableRow, below: TableRow): Column[] {
  const width = Math.max(above.cells.length, below.cells.length);
  const columns: Column[] = [];
  for (let i = 0; i < width; i += 1) {
    const [own, under] = [(above.cells[i] ?? '').trim(), (below.cells[i] ?? '').trim()];
    const before = columns[i - 1];
    // Merged sideways, a name stands in the first of its cells; a program that knows no merging repeats it.
    const isOfBefore =
      before !== undefined && under !== '' && before.part !== '' && (own === '' || own === before.group);
    const part = under === own ? '' : under;
    if (isOfBefore) columns.push({ group: before.group, part, place: before.place });
    else columns.push({ group: own || under, part: own === '' ? '' : part, place: i });
  }
  return columns;
}

function countKnown(names: readonly string[], isKnown: IsKnown): number {
  return new Set(names.filter((name) => name.trim() !== '' && isKnown(name)).map(foldText)).size;
}

function hasTwice(cells: readonly string[]): boolean {
  const names = cells.map(foldText).filter(Boolean);
  return new Set(names).size < names.length;
}
