import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

export const pageSizes = [25, 50, 100, 200];
const defaultSize = 50;

/** What the address says of a list: copying it shows a colleague the same list. Never a license key. */
export type ListAddress = {
  q: string;
  sort: string | undefined;
  groupBy: string | undefined;
  page: number;
  size: number;
  /** Fields shown as columns, where somebody chose. */
  columns: string[] | undefined;
  /** Filters as the API takes them, by parameter. */
  filters: ReadonlyMap<string, string>;
  set: (changes: Record<string, string | undefined>) => void;
};

const own = ['q', 'sort', 'groupBy', 'page', 'size', 'columns'];

export function useListAddress(): ListAddress {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    (changes: Record<string, string | undefined>) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          // Another filter or order begins at its first page.
          if (!('page' in changes)) after.delete('page');
          for (const [name, value] of Object.entries(changes)) {
            if (value === undefined) after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: 'q' in changes },
      ),
    [setParams],
  );
  return useMemo(
    () => ({
      q: params.get('q') ?? '',
      sort: params.get('sort') ?? undefined,
      groupBy: params.get('groupBy') ?? undefined,
      page: Math.max(1, Number(params.get('page')) || 1),
      size: pageSizes.find((size) => size === Number(params.get('size'))) ?? defaultSize,
      columns: params.get('columns')?.split(',').filter(Boolean),
      filters: new Map([...params].filter(([name]) => !own.includes(name))),
      set,
    }),
    [params, set],
  );
}

/** The address as the API's parameters, without the page. */
export function queryOf({ q, sort, filters }: ListAddress): Record<string, string> {
  return { ...Object.fromEntries(filters), ...(q && { q }), ...(sort && { sort }) };
}
