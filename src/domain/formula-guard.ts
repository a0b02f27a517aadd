/** What a spreadsheet may take for a formula, or passes over to one behind it; also behind apostrophes of our own. */
const risky = /^'*[=+\-@\t\r]/;

/**
 * A text as a CSV cell that no spreadsheet runs: an apostrophe before one that begins like a formula, and before one
 * that has apostrophes there already, so that `unNeutralise` gives back exactly what was put in.
 */
export function neutralise(text: string): string {
  return risky.test(text) ? `'${text}` : text;
}

/** The text that `neutralise` made inert; any other text as it is. */
export function unNeutralise(cell: string): string {
  return cell.startsWith("'") && risky.test(cell) ? cell.slice(1) : cell;
}
