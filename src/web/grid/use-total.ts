import { useQuery } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import type { RowsOf } from './rows-of.ts';

/** How many rows there are; undefined until that is known. Grouping and order are no matter of the count. */
export function useTotal({ list, query }: RowsOf, isAsked = true): number | undefined {
  const { groupBy: _, sort: __, ...filters } = query;
  return useFirst({ list, query: filters }, 1, isAsked).data?.total;
}

/** The first so many rows, and exactly how many there are in all. */
export function useFirst<Item>({ list, query }: RowsOf, limit: number, isAsked = true) {
  return useQuery({
    queryKey: [list.path.slice(1), 'first', limit, query],
    enabled: isAsked,
    // Every list answers its total, and items where no groups are asked for; whose they are, the caller knows.
    queryFn: async ({ signal }) =>
      (await client.call(list, { query: { ...query, limit: String(limit), count: 'exact' }, signal })) as {
        items: Item[];
        total: number;
      },
  });
}
