import { shown, shownLines } from './shown.ts';

/** Where a command's answer goes: data to stdout, as JSON or as lines for people; words to stderr. */
export type Output = {
  /** Shows the answer: `lines` for people, `data` with --json. */
  show: (data: unknown, lines: readonly string[]) => void;
  /** Says something beside the answer. */
  say: (words: string) => void;
};

export function newOutput(json: boolean): Output {
  return {
    show: (data, lines) => {
      const text = json ? shownLines(JSON.stringify(data, null, 2)) : lines.map(shown).join('\n');
      if (text !== '') process.stdout.write(`${text}\n`);
    },
    say: (words) => process.stderr.write(`${shown(words)}\n`),
  };
}

/** Lines of columns, padded to the widest cell; the first row is the heads. Empty cells show as –. */
export function table(heads: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [heads, ...rows].map((row) => row.map(cell));
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cell(value: unknown): string {
  return value === null || value === undefined || value === '' ? '–' : shown(String(value));
}

/** "1 key", "2 keys". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
