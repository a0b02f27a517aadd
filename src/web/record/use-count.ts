import type { RowsOf } from '../grid/rows-of.ts';
import { useTotal } from '../grid/use-total.ts';
import { useWords } from '../words/use-words.ts';

/** How many rows there are, as it reads; undefined until that is known. */
export function useCount(rows: RowsOf): string | undefined {
  const { number } = useWords();
  const total = useTotal(rows);
  return total === undefined ? undefined : number(total);
}
