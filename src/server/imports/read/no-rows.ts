import type { Fault } from '../../../domain/errors.ts';
import { foldText } from '../../../domain/fold.ts';
import { readsAsLicenseKey } from '../../../domain/license-key.ts';
import type { RowError } from '../plan/row-error.ts';
import type { TableRow } from './read-table.ts';

/** Is told of what stands in a file and is no row of its table. */
export type Tell = (noRow: RowError) => void;

const totals = new Set([
  ...['total', 'totals', 'grand total', 'sub total', 'subtotal', 'sum', 'summe', 'gesamt', 'gesamtsumme', 'endsumme'],
  ...['zwischensumme', 'gesamtbetrag', 'somme', 'total general', 'suma', 'totale', 'totaal', 'razem'],
]);

/** Notes below a table are few; more of such rows are something else. */
const mostNotes = 50;
/** Rows of one cell and so many columns say nothing in the others. */
const leastColumns = 3;

/**
 * The rows that are rows of the table, each with as many cells as the header where nothing is lost by that. Left out, and
 * told, are totals, and notes below the last row; a row with too few cells is told, and has blank ones instead.
 */
export async function* ownRows(rows: AsyncIterable<TableRow>, columns: number, tell: Tell): AsyncGenerator<TableRow> {
  let notes: TableRow[] = [];
  let before = 0;
  const names = new Set<string>();
  let isLong: boolean | undefined;
  for await (const row of rows) {
    const isApart = row.line > before + 1;
    before = row.line;
    if (isNote(row, columns, isApart || notes.length > 0) && notes.length < mostNotes) {
      notes.push(row);
      continue;
    }
    // Something follows them: they are rows, as far as they can be.
    yield* notes;
    notes = [];
    if (isTotal(row, names)) tell({ ...at(row), code: 'total', detail: 'This looks like a total, and is left out.' });
    else {
      noteNames(row, names);
      isLong ??= row.cells.length > columns;
      yield fitted(row, columns, { isLong, tell });
    }
  }
  for (const note of notes)
    tell({ ...at(note), code: 'note', detail: 'This looks like a note below the table, and is left out.' });
}

const at = ({ line }: TableRow) => ({ line, column: null });

/** One cell in a table of several: of a row that has no others, or, apart from the rows, of a sentence. */
function isNote({ cells }: TableRow, columns: number, isApart: boolean): boolean {
  if (columns < leastColumns || cells.slice(1).some((cell) => cell.trim() !== '')) return false;
  const text = cells[0]?.trim() ?? '';
  return !readsAsLicenseKey(text) && (cells.length === 1 || (isApart && text.split(/\s+/).length >= 5));
}

const amount = /^[-+]?\d[\d.,' \u00a0\u202f]{0,40}(?:%|\p{Sc}|[A-Z]{3})?$/u;

/** A word for it, alone or with a name that rows above have, and nothing else but numbers: a product or customer may be called so as well. */
function isTotal({ cells }: TableRow, names: ReadonlySet<string>): boolean {
  const [first = '', ...others] = cells.map((cell) => cell.trim()).filter(Boolean);
  if (others.length === 0 || first.length > longestName || !others.every((cell) => amount.test(cell))) return false;
  const text = foldText(first.replace(/:$/, ''));
  return (
    totals.has(text) ||
    [...totals].some((word) => text.startsWith(`${word} `) && names.has(text.slice(word.length + 1)))
  );
}

const longestName = 200;
const mostNames = 5000;

/** What the first two cells of a row say: whose it is, and what. */
function noteNames({ cells }: TableRow, names: Set<string>): void {
  for (const cell of cells.slice(0, 2))
    if (cell.length <= longestName && names.size < mostNames) names.add(foldText(cell));
}

/** `isLong`: the first row has more cells than the header, so all may have. */
function fitted(row: TableRow, columns: number, { isLong, tell }: { isLong: boolean; tell: Tell }): TableRow {
  const { cells } = row;
  if (cells.length > columns && cells.slice(columns).every((cell) => cell.trim() === '')) {
    const kept = cells.slice(0, columns);
    if (!isLong && mayBeShifted(kept)) tell({ ...at(row), ...longRow(cells.length, columns) });
    return { ...row, cells: kept };
  }
  if (cells.length >= columns || cells.length < 2) return row;
  const detail = `This row has ${cells.length} cells, the header has ${columns}; the last ones are taken as blank.`;
  tell({ ...at(row), code: 'short_row', detail, params: { cells: cells.length, columns } });
  return { ...row, cells: [...cells, ...Array.from({ length: columns - cells.length }, () => '')] };
}

/** A separator too many leaves a blank cell where one stands twice, and has the last ones fall off. */
function mayBeShifted(cells: readonly string[]): boolean {
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  return cells.slice(0, last).some((cell) => cell.trim() === '');
}

function longRow(cells: number, columns: number): Fault {
  const detail = `This row has ${cells} cells, the header has ${columns}; the blank ones at the end are left out. Look whether its cells are shifted.`;
  return { code: 'long_row', detail, params: { cells, columns } };
}
