import { tooBig } from './zip-entries.ts';

/** The columns of a file, and of a sheet those that are read. */
export const maxColumns = 500;

/**
 * What may still be read before a file is refused: how many tags and comments, how many characters of all cells together, how
 * many cells that are not written in the file (blank ones before and behind others, and those merged with another), and how many
 * rows of its table.
 */
export type Budget = { tags: number; characters: number; cells: number; rows: number };

/** What two hundred thousand rows of thirty-five cells need; a gigabyte of tags that say nothing takes minutes. */
const most = { tags: 30_000_000, characters: 256 * 1024 * 1024 };

/**
 * The budget of a file of so many bytes. A packed one repeats what it says, and many of its cells may refer to one text; a list
 * repeats less than a tenth of this, and a small file can make no more work than its size lets expect.
 */
export function newBudget(bytes: number): Budget {
  return {
    tags: Math.min(most.tags, 1_000_000 + 50 * bytes),
    characters: Math.min(most.characters, 2_000_000 + 50 * bytes),
    cells: 500_000 + 10 * bytes,
    // No row of a text file has fewer than two bytes.
    rows: 10_000 + Math.ceil(bytes / 2),
  };
}

/** Takes from a budget. Refuses the workbook where it has no more. */
export function spend(budget: Budget, what: keyof Budget, amount: number): void {
  budget[what] -= amount;
  if (budget[what] < 0) throw tooBig();
}

/** Makes a row as long as this, with blank cells. */
export function lengthen(cells: string[], length: number, budget: Budget): void {
  spend(budget, 'cells', Math.max(0, length - cells.length));
  while (cells.length < length) cells.push('');
}
