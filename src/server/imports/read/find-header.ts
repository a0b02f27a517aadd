import { readsAsLicenseKey } from '../../../domain/license-key.ts';
import type { TableRow } from './read-table.ts';

/** So many rows with a value may stand above a header at most. */
export const headerWithin = 25;

/** Whether a column of that name would have a field. */
export type IsKnown = (name: string) => boolean;

/**
 * Which of the first rows is the header. Lists begin with titles, a line of PowerShell's, or names of groups above the
 * names of columns: so the header is the first row, unless one further down has names we know, at least two and more
 * than the first, in as many columns.
 */
export function headerAmong(rows: readonly TableRow[], isKnown: IsKnown): TableRow | undefined {
  const named = rows.filter(({ cells }) => !cells[0]?.startsWith('#TYPE '));
  const [first] = named;
  if (!first) return undefined;
  const [least, width] = [Math.max(1, knownIn(first, isKnown)), filled(first).length];
  let best = { row: first, known: least };
  for (const row of named.slice(1)) {
    const known = knownIn(row, isKnown);
    if (known > best.known && isHeader(row, known) && filled(row).length >= width) best = { row, known };
  }
  return best.row;
}

/** How many names of columns we know a row has. */
export function knownIn(row: TableRow, isKnown: IsKnown): number {
  return filled(row).filter(isKnown).length;
}

function isHeader(row: TableRow, known: number): boolean {
  const names = filled(row);
  return known * 2 >= names.length && !names.some(readsAsLicenseKey);
}

function filled({ cells }: TableRow): string[] {
  return cells.map((cell) => cell.trim()).filter(Boolean);
}
