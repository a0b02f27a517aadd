/**
 * The names of a cell that may name several persons: on lines, or parted by `;` or a slash with blanks around it; by a
 * comma only where every part has two words, since "Berg, Anna" is one person.
 */
export function personsIn(cell: string): string[] {
  if (!/[\n;,/]/.test(cell)) return [cell];
  const names = cell.split(/[\n;]|\s\/\s/).flatMap(byComma);
  return [...new Set(names)];
}

function byComma(text: string): string[] {
  const parts = trimmed(text.split(/,\s*/));
  return parts.length > 1 && parts.every((part) => /\S\s+\S/.test(part)) ? parts : trimmed([text]);
}

function trimmed(parts: readonly string[]): string[] {
  return parts.map((part) => part.trim()).filter(Boolean);
}
