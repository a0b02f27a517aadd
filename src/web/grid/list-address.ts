import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { decodeFilter, encodeFilter } from '../../contract/list.ts';

export const pageSizes = [25, 50, 100, 200];
const defaultSize = 50;

const own = ['q', 'sort', 'groupBy', 'page', 'size', 'columns'] as const;

/** Values by filter, any of them; undefined takes the filter off. */
export type Filters = Record<string, readonly string[] | undefined>;

/** Changes of an address: its own parameters as they are, filters as lists of values. */
type AddressChanges = { [Name in (typeof own)[number]]?: string | undefined } & { filters?: Filters };

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
  set: (changes: AddressChanges) => void;
};

export function useListAddress(): ListAddress {
  const [params, setParams] = useSearchParams();
  const set = useCallback(
    ({ filters = {}, ...changes }: AddressChanges) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          // Another filter or order begins at its first page.
          if (!('page' in changes)) after.delete('page');
          for (const [name, value] of Object.entries({ ...changes, ...filterTexts(filters) })) {
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
      filters: new Map([...params].filter(([name]) => !own.some((known) => known === name))),
      set,
    }),
    [params, set],
  );
}

/** Filters as an address and the API have them; one without values is off. */
function filterTexts(filters: Filters): Record<string, string | undefined> {
  const texts = Object.entries(filters).map(([name, values = []]) => [
    name,
    values.length === 0 ? undefined : encodeFilter(values),
  ]);
  return Object.fromEntries(texts);
}

/** The values a filter of the address has; none where it is off. */
export function valuesOf({ filters }: Pick<ListAddress, 'filters'>, name: string): string[] {
  const text = filters.get(name);
  return text === undefined ? [] : decodeFilter(text);
}

/** Takes all filters off. */
export function withoutFilters({ filters }: Pick<ListAddress, 'filters'>): Filters {
  return Object.fromEntries([...filters.keys()].map((name) => [name, undefined]));
}

/** The address as the API's parameters, without the page. */
export function queryOf({ q, sort, filters }: ListAddress): Record<string, string> {
  return { ...Object.fromEntries(filters), ...(q && { q }), ...(sort && { sort }) };
}
