/** What a spreadsheet may take for a formula, or passes over to one behind it. */
const risky = /^[=+\-@\t\r]/;
// Also behind apostrophes, which may be ours.
const firstSign = /[^']/u;

/** Wide, small and raised signs are read as the plain ones they stand for (NFKC): `＝` is `=`, as spreadsheets have it. */
function isRisky(text: string): boolean {
  return risky.test((firstSign.exec(text)?.[0] ?? '').normalize('NFKC'));
}

/**
 * A text as a CSV cell that no spreadsheet runs: an apostrophe before one that begins like a formula, and before one
 * that has apostrophes there already, so that `unNeutralise` gives back exactly what was put in.
 */
export function neutralise(text: string): string {
  return isRisky(text) ? `'${text}` : text;
}

/** The text that `neutralise` made inert; any other text as it is. */
export function unNeutralise(cell: string): string {
  return cell.startsWith("'") && isRisky(cell) ? cell.slice(1) : cell;
}
