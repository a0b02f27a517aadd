import { expect } from 'vitest';

/** Columns as wide as their widest cell, as the formatter wants them. */
export function table(head: string[], rows: string[][]): string {
  const widths = head.map((name, i) => Math.max(3, name.length, ...rows.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** A page with each of its made parts, between two marks, as it is made now. */
export function withMadeParts(page: string, made: Record<string, () => string>): string {
  return Object.entries(made).reduce((text, [name, make]) => {
    const part = new RegExp(`(<!-- made: ${name} -->\n)[^]*?(\n<!-- end -->)`);
    expect(text).toMatch(part);
    return text.replace(part, (_, begin: string, end: string) => `${begin}\n${make()}\n${end}`);
  }, page);
}
