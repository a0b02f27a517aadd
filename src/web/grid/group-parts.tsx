import { VisuallyHidden } from '@mantine/core';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { decodeFilter } from '../../contract/list.ts';
import { client } from '../api/client.ts';
import { NoneFree, StatusBadge } from '../ui/badges.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './grid.module.css';
import type { ListKind, Split } from './list-kind.ts';
import type { Group } from './use-list.ts';

export type Part = { status: Split['values'][number]; count: number };

/**
 * How the rows of each group divide, for lists that say by what. Undefined for a list that does not divide, is grouped
 * by that very field, or could not be asked; a group's parts are empty until they are known.
 */
export function useParts<Item>(
  kind: ListKind<Item>,
  field: string,
  query: Record<string, string>,
): ((group: Group) => Part[]) | undefined {
  const { sort: _, ...filters } = query;
  const split = kind.split?.field === field ? undefined : kind.split;
  const { data, isError } = useQuery({
    queryKey: [kind.name, 'parts', field, filters],
    queryFn: split
      ? ({ signal }) =>
          Promise.all(
            split.values.map(async (status) => {
              const counts = await countsOf(kind, field, withStatus(filters, split.field, status), signal);
              return { status, counts };
            }),
          )
      : skipToken,
    placeholderData: keepPreviousData,
  });
  if (!split || isError) return undefined;
  return ({ value }) => (data ?? []).map(({ status, counts }) => ({ status, count: counts.get(String(value)) ?? 0 }));
}

/** The filters for the rows of one status; undefined where they leave that status out. */
function withStatus(filters: Record<string, string>, field: string, status: string) {
  const text = filters[field];
  return text !== undefined && !decodeFilter(text).includes(status) ? undefined : { ...filters, [field]: status };
}

async function countsOf<Item>(
  kind: ListKind<Item>,
  field: string,
  filters: Record<string, string> | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  if (!filters) return new Map();
  const query = { ...filters, groupBy: field };
  // Asked with groupBy, a list answers groups.
  const { groups } = (await client.call(kind.endpoint, { query, signal })) as { groups: Group[] };
  return new Map(groups.map(({ value, count }) => [String(value), count]));
}

/** What the numbers of the groups below are. */
export function PartHeads({ name, counted, split }: { name: string; counted: string; split: Split }) {
  return (
    <div className={classes.groupHeads} aria-hidden>
      <span className={classes.groupName}>{name}</span>
      <span className={classes.groupCount}>{counted}</span>
      <span className={classes.bar} />
      {split.values.map((status) => (
        <span key={status} className={classes.part}>
          <StatusBadge status={status} />
        </span>
      ))}
    </div>
  );
}

/** A group's parts as a bar and as numbers; `runsOut` says loudly where none is available. */
export function Parts({ parts, runsOut }: { parts: readonly Part[]; runsOut: boolean }) {
  const { value, number } = useWords();
  return (
    <>
      <span className={`${classes.bar} ${classes.parts}`} aria-hidden>
        {parts
          .filter(({ count }) => count > 0)
          .map(({ status, count }) => (
            <span key={status} data-status={status} style={{ flexGrow: count }} />
          ))}
      </span>
      {parts.map(({ status, count }) => (
        <span key={status} className={classes.part}>
          {runsOut && status === 'available' && count === 0 ? (
            <NoneFree />
          ) : (
            <>
              <VisuallyHidden>{value('keyStatus', status)}</VisuallyHidden> {count === 0 ? '–' : number(count)}
            </>
          )}
        </span>
      ))}
    </>
  );
}
