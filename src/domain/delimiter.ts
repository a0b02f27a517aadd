const delimiters = ['\t', ';', ',', '|'] as const;
const linesLookedAt = 25;

/**
 * What parts the cells of a list of text: what parts the most of the first lines into the same number of cells, and into the most of them; the rarer in a text where
 * it is a tie. Above a header there may be a title, which has another sign or none.
 */
export function delimiterOf(text: string): string {
  const lines = countedLines(text);
  const worth = (sign: (typeof delimiters)[number]): number => {
    const counts = Map.groupBy(
      lines.map((line) => line[sign]).filter((count) => count > 0),
      (count) => count,
    );
    return Math.max(0, ...[...counts].map(([count, alike]) => alike.length * 1000 + Math.min(count, 999)));
  };
  return delimiters.reduce((best, next) => (worth(next) > worth(best) ? next : best));
}

/** How many of each sign the first lines have outside quotes. */
function countedLines(text: string): Record<(typeof delimiters)[number], number>[] {
  const none = () => ({ '\t': 0, ';': 0, ',': 0, '|': 0 });
  const lines = [none()];
  let isQuoted = false;
  for (const character of text) {
    const line = lines.at(-1);
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted || !line) continue;
    else if (character === '\n') {
      if (lines.length === linesLookedAt) break;
      lines.push(none());
    } else if (character in line) line[character as (typeof delimiters)[number]] += 1;
  }
  return lines;
}
