import { refused } from '../plan/refused.ts';
import { type Budget, lengthen, maxColumns, spend } from './budget.ts';
import type { TableRow } from './read-table.ts';

/** Cells that are one, downwards: the first holds what all of them show. Rows count from 1, columns from 0. */
export type Merge = { column: number; from: number; to: number };

const mostMerges = 50_000;
/** Longer than the beginning of the list of merged cells. */
const overlap = 64;

/** The merged cells of a sheet, which stand behind its rows: the sheet is looked through, and not read, for them. */
export async function mergesOf(pieces: AsyncIterable<Buffer>): Promise<Merge[]> {
  let text = '';
  let isThere = false;
  for await (const piece of pieces) {
    text += piece.toString('latin1');
    const at: number = isThere ? 0 : text.indexOf('mergeCells');
    isThere ||= at >= 0;
    text = text.slice(isThere ? Math.max(0, at) : -overlap);
    if (text.length > mostMerges * 64) throw tooMany();
  }
  if (!isThere) return [];
  const found = text.matchAll(/mergeCell\s[^>]{0,100}?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"/g);
  const merges = [...found].map(([, letters = '', from, to]) => ({
    column: columnOf(letters),
    from: Number(from),
    to: Number(to),
  }));
  if (merges.length > mostMerges) throw tooMany();
  return merges.filter(({ column, from, to }) => to > from && column < maxColumns);
}

function tooMany(): Error {
  return refused(1, 'too_many_merges', 'The sheet has too many merged cells. Save it as CSV and import that.');
}

/** The column of letters such as `AB`, counted from 0. */
export function columnOf(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Fills, row by row from the top, what is merged with a cell further up. */
export function fillingMerged(merges: readonly Merge[], budget: Budget): (row: TableRow) => void {
  const starts = Map.groupBy(merges, ({ from }) => from);
  const open = new Map<number, { to: number; text: string }>();
  return ({ line, cells }) => {
    for (const [column, { to, text }] of open) {
      if (line > to) open.delete(column);
      else if ((cells[column] ?? '') === '') {
        spend(budget, 'characters', text.length);
        spend(budget, 'cells', 1);
        lengthen(cells, column, budget);
        cells[column] = text;
      }
    }
    for (const { column, to } of starts.get(line) ?? []) {
      const text = cells[column] ?? '';
      if (text === '') open.delete(column);
      else open.set(column, { to, text });
    }
  };
}
