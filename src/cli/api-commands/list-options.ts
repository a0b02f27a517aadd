import type { Command } from 'commander';
import { decodeFilter } from '../../contract/list.ts';
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
  moreGroups?: boolean | undefined;
  total: number;
  moreThanTotal?: boolean | undefined;
};

/** The options every list takes. */
export function addListOptions(command: Command): Command {
  return command
    .option('-q, --search <words>', 'names and last characters')
    .option(
      '-f, --filter <field=value...>',
      'any field of the list; several values by comma, or the option again, mean any of them; a comma of a value is \\,',
    )
    .option('--sort <fields>', 'fields by comma, - before one for descending')
    .option('--limit <number>', 'rows, 200 at most')
    .option('--offset <number>', 'rows to skip')
    .option('--group-by <field>', 'groups with counts instead of rows');
}

/** The query parameters those options stand for, beside those a command adds itself. */
export function listQuery(
  options: ListOptions,
  own: Record<string, string | undefined> = {},
): Record<string, string | readonly string[] | undefined> {
  const { search, filter = [], sort, limit, offset, groupBy } = options;
  const filters = Map.groupBy(filter.map(readFilter), ([field]) => field);
  const joined = [...filters].map(([field, given]) => [field, given.flatMap(([, values]) => values)]);
  return { ...Object.fromEntries(joined), ...own, q: search, sort, limit, offset, groupBy };
}

/** `field=value`, or several values by comma; a comma of a value is written `\,`. */
function readFilter(text: string): [field: string, values: string[]] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`Write a filter as field=value; "${text}" has no =.`);
  return [text.slice(0, at), decodeFilter(text.slice(at + 1))];
}

/** A page for people: its rows as a table, or its groups with their counts. */
export function pageLines<Item>(page: Page<Item>, tableOf: (items: Item[]) => string[]): string[] {
  if (page.groups) return page.groups.map(({ label, count }) => `${String(count).padStart(7)}  ${label || '–'}`);
  return tableOf(page.items ?? []);
}

/** How much of the list that was. */
export function pageWords({ items, groups, moreGroups, total, moreThanTotal }: Page<unknown>): string {
  if (!groups) return `${items?.length ?? 0} of ${moreThanTotal ? `more than ${total}` : total}`;
  const records = counted(total, 'record');
  return moreGroups
    ? `more than ${groups.length} groups, ${records}: these are the largest, filter first to see all`
    : `${counted(groups.length, 'group')}, ${records}`;
}
