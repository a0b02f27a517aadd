import { useQuery } from '@tanstack/react-query';
import type { Endpoint } from '../../contract/endpoint.ts';
import { client } from '../api/client.ts';

/** Rows of a list: which list, under which filters. Its address shows the same rows as its count tells. */
export type RowsOf = { list: Endpoint; query: Record<string, string> };

/** Where those rows are. */
export function addressOf({ list, query }: RowsOf): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? list.path : `${list.path}?${search}`;
}

/** How many rows there are; undefined until that is known. Grouping and order are no matter of the count. */
export function useTotal({ list, query }: RowsOf): number | undefined {
  const { groupBy: _, sort: __, ...filters } = query;
  return useQuery({
    queryKey: [list.path.slice(1), 'total', filters],
    // Every list answers its total.
    queryFn: async ({ signal }) =>
      ((await client.call(list, { query: { ...filters, limit: '1' }, signal })) as { total: number }).total,
  }).data;
}
