import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../api/client.ts';
import { type ListAddress, queryOf } from './list-address.ts';
import type { ListKind } from './list-kind.ts';

type Page<Item> = { items: Item[]; total: number; moreThanTotal?: boolean };
export type Group = { value: string | number | null; label: string; count: number };

/** One page of a list, as its address says; `more` are filters beside those of the address. */
export function usePage<Item>(kind: ListKind<Item>, address: ListAddress, more: Record<string, string> = {}) {
  const query = {
    ...queryOf(address),
    ...more,
    limit: String(address.size),
    offset: String((address.page - 1) * address.size),
  };
  return useQuery({
    queryKey: [kind.name, 'list', query],
    // A list's answer holds items of its own kind.
    queryFn: ({ signal }) => client.call(kind.endpoint, { query, signal }) as Promise<Page<Item>>,
    placeholderData: keepPreviousData,
  });
}

/** How many rows each value of a field has, under the filters of the address. */
export function useGroups<Item>(kind: ListKind<Item>, field: string | undefined, query: Record<string, string>) {
  return useQuery({
    queryKey: [kind.name, 'groups', field, query],
    enabled: field !== undefined,
    queryFn: ({ signal }) => {
      const { sort: _, ...rest } = query;
      // Asked with groupBy, a list answers groups.
      return client.call(kind.endpoint, { query: { ...rest, groupBy: field }, signal }) as Promise<{
        groups: Group[];
        moreGroups?: boolean;
        total: number;
      }>;
    },
    placeholderData: keepPreviousData,
  });
}
