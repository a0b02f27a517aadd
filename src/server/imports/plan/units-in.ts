/**
 * The names of a cell that may name several units: on lines, or parted by a comma, a semicolon or a slash where all are called
 * alike but for their numbers (`PC-01, PC-02`), since a name may have a comma as well.
 */
export function unitsIn(cell: string): string[] {
  const names = cell
    .split(/[\n;,]|\s\/\s/)
    .map((name) => name.trim())
    .filter(Boolean);
  const isParted = names.length > 1 && (onLines(cell, names) || areAlike(names));
  return isParted ? [...new Set(names)] : [cell];
}

function onLines(cell: string, names: readonly string[]): boolean {
  return cell.split('\n').filter((line) => line.trim() !== '').length === names.length;
}

function areAlike(names: readonly string[]): boolean {
  return names.every((name) => /\d/.test(name)) && new Set(names.map((name) => name.replace(/\d+/g, '0'))).size === 1;
}
