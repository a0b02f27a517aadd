import { greatest } from '../../../domain/append.ts';
import { foldText } from '../../../domain/fold.ts';
import { refused } from '../plan/refused.ts';
import type { LookedSheet } from './chosen-sheet.ts';
import { headerAmong, type IsKnown, knownIn } from './find-header.ts';
import type { SheetRead, TableRow } from './read-table.ts';
import type { TablePart } from './table-part.ts';
import { wholeHeader } from './two-headers.ts';

/** What is asked for where all sheets that are alike are to be one list. No sheet can be called so. */
export const allSheets = '*';

type Rules = { isKnown: IsKnown; headerRow?: number | undefined };

/**
 * The sheets that are read as one list: those with the header that most of them have, with names we know; its columns may
 * stand in another order in one. All others are left out, and told.
 */
export function alikeSheets(
  looked: readonly LookedSheet[],
  rules: Rules,
): { parts: [TablePart, ...TablePart[]]; sheets: SheetRead[] } {
  const wanted = commonHeader(looked, rules);
  const parts = looked.flatMap((sheet, i) => partOf(sheet, i + 1, { wanted, isKnown: rules.isKnown }));
  const read = new Set(parts.map(({ sheet }) => sheet?.number));
  const [first, ...others] = parts;
  // The header is one of a sheet.
  if (!first) throw noHeader(rules);
  const sheets = looked.map(({ shown, count }, i) => ({ name: shown, rows: count, isRead: read.has(i + 1) }));
  return { parts: [first, ...others], sheets };
}

function partOf(
  { rows, first, shown: name }: LookedSheet,
  number: number,
  { wanted, isKnown }: { wanted: readonly string[]; isKnown: IsKnown },
): TablePart[] {
  const found = first.flatMap((row) => {
    const whole = wholeHeader(row, first, isKnown);
    const columns = columnsIn(wanted, namesIn(whole.header));
    return columns ? [{ ...whole, columns }] : [];
  });
  return found.slice(0, 1).map(({ header, from, columns: { places } }) => {
    return { rows, first, header, from, sheet: { name, number, places } };
  });
}

function noHeader({ headerRow }: Rules): Error {
  const detail = 'No row with a value stands on this line. Give the line of the header.';
  return refused(headerRow ?? 1, 'header_row', detail);
}

/** The header of most sheets; of those that as many have, the first. */
function commonHeader(looked: readonly LookedSheet[], rules: Rules): string[] {
  const all = looked.flatMap(({ first }) => headerOf(first, rules) ?? []);
  const known = all.filter((header) => knownIn(header, rules.isKnown) >= 2);
  const candidates = (known.length > 0 ? known : all.slice(0, 1)).map(namesIn);
  const counts = candidates.map((names) => candidates.filter((other) => columnsIn(names, other)).length);
  const found = candidates[counts.indexOf(greatest(counts))];
  if (!found) throw noHeader(rules);
  return found;
}

function headerOf(first: readonly TableRow[], { isKnown, headerRow }: Rules): TableRow | undefined {
  const found = headerRow === undefined ? headerAmong(first, isKnown) : first.find(({ line }) => line === headerRow);
  return found && wholeHeader(found, first, isKnown).header;
}

/** The names of the columns, folded, without blank ones behind the last. */
function namesIn({ cells }: TableRow): string[] {
  const names = cells.map((name) => foldText(name));
  return names.slice(0, names.findLastIndex((name) => name !== '') + 1);
}

/** Where the columns of a list stand in a header: at no other `places` than in the list, at others, or (undefined) not all there. */
function columnsIn(
  wanted: readonly string[],
  names: readonly string[],
): { places: readonly number[] | undefined } | undefined {
  if (names.length !== wanted.length || names.length === 0) return undefined;
  if (names.every((name, i) => name === wanted[i])) return { places: undefined };
  const places = wanted.map((name) => names.indexOf(name));
  const isSound = new Set(wanted).size === wanted.length && !wanted.includes('');
  return isSound && !places.includes(-1) ? { places } : undefined;
}
