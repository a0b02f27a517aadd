import type { Command } from 'commander';
import { UsageError } from '../exit.ts';
import { counted } from '../output.ts';

export type ListOptions = {
  search?: string;
  filter?: string[];
  sort?: string;
  limit?: string;
  offset?: string;
  groupBy?: string;
};

type Page<Item> = {
  items?: Item[] | undefined;
  groups?: { value: unknown; label: string; count: number }[] | undefined;
  total: number;
};

/** The options every list takes. */
export function addListOptions(command: Command): Command {
  return command
    .option('-q, --search <words>', 'names and last characters')
    .option('-f, --filter <field=value...>', 'any field of the list; several values by comma mean any of them')
    .option('--sort <fields>', 'fields by comma, - before one for descending')
    .option('--limit <number>', 'rows, 200 at most')
    .option('--offset <number>', 'rows to skip')
    .option('--group-by <field>', 'groups with counts instead of rows');
}

/** The query parameters those options stand for, beside those a command adds itself. */
export function listQuery(
  options: ListOptions,
  own: Record<string, string | undefined> = {},
): Record<string, string | undefined> {
  const { search, filter = [], sort, limit, offset, groupBy } = options;
  const filters = filter.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new UsageError(`Write a filter as field=value; "${text}" has no =.`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return { ...Object.fromEntries(filters), ...own, q: search, sort, limit, offset, groupBy };
}

/** A page for people: its rows as a table, or its groups with their counts. */
export function pageLines<Item>(page: Page<Item>, tableOf: (items: Item[]) => string[]): string[] {
  if (page.groups) return page.groups.map(({ label, count }) => `${String(count).padStart(7)}  ${label || '–'}`);
  return tableOf(page.items ?? []);
}

/** How much of the list that was. */
export function pageWords({ items, groups, total }: Page<unknown>): string {
  return groups
    ? `${counted(groups.length, 'group')}, ${counted(total, 'record')}`
    : `${items?.length ?? 0} of ${total}`;
}
