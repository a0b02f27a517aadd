/**
 * A text as a terminal may have it: what it would obey instead of showing (control and format characters, line ends) is
 * written as JSON writes it, `\u001b`. So one text is one line, and JSON stays the same JSON.
 */
export function shown(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (obeyed) => obeyed.split('').map(unitCode).join(''));
}

/** Of one unit of UTF-16: JSON knows no other numbers. */
function unitCode(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The same of a text whose line ends are meant: each of its lines. */
export function shownLines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}
