import { readKeyCell } from '../plan/key-cell.ts';
import { isKeyShape } from '../plan/key-shapes.ts';
import { isPlaceholder } from '../plan/placeholder.ts';
import { isId, isLongKey, isWholeKey } from '../plan/whole-key.ts';
import type { Table, TableRow } from '../read/read-table.ts';

/** The first rows of a table, by which a column is judged where its name does not say what it is. */
export type Sample = readonly TableRow[];

const mostRows = 200;
const mostCharacters = 1_000_000;
/** Nothing longer is a license key or an id. */
const longest = 600;

/** The beginning of a table: two hundred rows, or fewer where they are long. */
export async function sampleOf(table: Pick<Table, 'rows'>): Promise<Sample> {
  const rows: TableRow[] = [];
  let characters = 0;
  for await (const row of table.rows()) {
    rows.push(row);
    characters += row.cells.reduce((sum, cell) => sum + cell.length, 0);
    if (rows.length === mostRows || characters > mostCharacters) break;
  }
  return rows;
}

/** What stands in a column, blank cells left out. */
export function textsIn(sample: Sample, index: number): string[] {
  return sample.map(({ cells }) => (cells[index] ?? '').trim()).filter(Boolean);
}

/** Whether more than half of a column's cells have license keys, by their shape; where short ones may be mere numbers, `mayBeNumbers`. */
export function holdsKeys(sample: Sample, index: number, mayBeNumbers = false): boolean {
  const isKey = (key: string): boolean => hasKeyShape(key) || (!mayBeNumbers && isKeyShape(key));
  const said = textsIn(sample, index).filter((text) => !isPlaceholder(text));
  return isMost(said, (text) => readKeyCell(text).keys.some((key) => isKey(key.trim())));
}

const ourId = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Whether all cells of a column are ids as Keybook gives them. */
export function holdsOurIds(sample: Sample, index: number): boolean {
  return textsIn(sample, index).every((text) => ourId.test(text));
}

/** Whether more than half of the texts are so; of none, no. */
export function isMost(texts: readonly string[], isSo: (text: string) => boolean): boolean {
  const count = texts.filter((text) => text.length <= longest && isSo(text)).length;
  return count * 2 > texts.length;
}

const shortShape = /^(?=.*\d)(?=.*\p{Lu})([\p{Lu}\d]{3,8})(?:\p{Pd}[\p{Lu}\d]{3,8}){2,}$/u;

/** In groups of one length, in capitals, or without any group: unlike a name that only has many letters. */
function hasKeyShape(text: string): boolean {
  if (isId(text)) return false;
  const groups = text.split(/[\s\p{Pd}.]+/u);
  const isEven = groups.every(({ length }) => length === groups[0]?.length);
  if (shortShape.test(text)) return isEven;
  return isLongKey(text) || (isWholeKey(text) && (isEven || !/\p{Ll}/u.test(text)));
}
