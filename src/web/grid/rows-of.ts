import type { Endpoint } from '../../contract/endpoint.ts';

/** Rows of a list: which list, under which filters. Its address shows the same rows as its count tells. */
export type RowsOf = { list: Endpoint; query: Record<string, string> };

/** Where those rows are. */
export function addressOf({ list, query }: RowsOf): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? list.path : `${list.path}?${search}`;
}
