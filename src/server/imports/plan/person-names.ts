import { plainWord } from './plain-word.ts';

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

const everybody = new Set([
  ...['all', 'allusers', 'everyone', 'everybody', 'alle', 'allebenutzer', 'alleuser', 'allemitarbeiter', 'wszyscy'],
  ...['tous', 'todos', 'tutti', 'iedereen'],
]);

/** Whether a cell says that all have something, and so names nobody. */
export function meansEverybody(text: string): boolean {
  return everybody.has(plainWord(text));
}
