import type { Table, TableRow } from './read-table.ts';
import { placeOfLine } from './sheet-line.ts';

/** A table in which a blank cell of these columns says what the one above it in its sheet says. */
export function filledDown(table: Table, columns: readonly number[]): Table {
  if (columns.length === 0) return table;
  const { rows } = table;
  return {
    ...table,
    rows: async function* (tell) {
      const above = new Map<number, string>();
      let sheet = 0;
      for await (const row of rows(tell)) {
        const own = placeOfLine(row.line).sheet;
        if (own !== sheet) above.clear();
        sheet = own;
        yield { ...row, cells: filledRow(row, columns, above) };
      }
    },
  };
}

/** Nothing longer is a name: it is refused, and so are the rows below it, however much of it they repeat. */
const longest = 1000;

function filledRow({ cells }: TableRow, columns: readonly number[], above: Map<number, string>): string[] {
  return cells.map((cell, i) => {
    if (!columns.includes(i)) return cell;
    if (cell.trim() === '') return above.get(i) ?? cell;
    above.set(i, cell.slice(0, longest));
    return cell;
  });
}
