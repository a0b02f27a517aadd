import { Button, Group } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation } from 'react-router';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import { BulkBar } from './bulk-bar.tsx';
import classes from './grid.module.css';
import { GridToolbar } from './grid-toolbar.tsx';
import { GroupedRows } from './grouped-rows.tsx';
import { rememberList, rememberPlaces } from './last-list.ts';
import { type ListAddress, queryOf, useListAddress } from './list-address.ts';
import type { Column, ListKind } from './list-kind.ts';
import { Pager } from './pager.tsx';
import { Rows } from './rows.tsx';
import { useAttributes } from './use-attributes.ts';
import { usePage } from './use-list.ts';
import { useWholeKeySearch } from './use-whole-key-search.ts';
import { ViewTabs } from './view-tabs.tsx';

export type Selection = {
  ids: ReadonlySet<string>;
  set: (ids: ReadonlySet<string>) => void;
  toggle: (id: string) => void;
};

type Props<Item> = {
  kind: ListKind<Item>;
  /** What can be done to the selected rows; without it rows cannot be selected. */
  bulk?: (selected: { ids: string[]; done: () => void }) => ReactNode;
  /** What an empty list offers beside taking filters off. */
  empty?: ReactNode;
  /** What may be exported: the whole list as shown. */
  canExport?: boolean;
};

/** The one list of all screens: what it shows stands in the address. */
export function DataGrid<Item>({ kind, bulk, empty, canExport = true }: Props<Item>) {
  const address = useListAddress();
  const { takeSearch, notice } = useWholeKeySearch(address, kind.keyFilter);
  const words = useWords();
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const columns = useColumns(kind, address);
  const page = usePage(kind, address);
  useHotkeys([['Escape', () => setIds(new Set())]]);
  const toggle = useCallback((id: string) => setIds((before) => toggled(before, id)), []);
  const selection = bulk ? { ids, set: setIds, toggle } : undefined;
  const total = page.data?.total;
  usePlaces(kind, address, page.isPlaceholderData ? undefined : page.data?.items);
  return (
    <section className={classes.grid} aria-label={words.title(kind.record)}>
      <ViewTabs kind={kind} isReady={total !== undefined} />
      <GridToolbar kind={kind} address={address} columns={columns} canExport={canExport} takeSearch={takeSearch} />
      {notice && (
        <Group gap={8} className={classes.notice ?? ''} role="status">
          {notice.words}
          {notice.asText && (
            <Button variant="default" size="xs" onClick={notice.asText}>
              {words.t('grid.wholeKey.asText')}
            </Button>
          )}
        </Group>
      )}
      {page.isError ? (
        <Failure error={page.error} again={() => void page.refetch()} />
      ) : address.groupBy !== undefined ? (
        <GroupedRows kind={kind} address={address} columns={columns} field={address.groupBy} />
      ) : (
        <>
          <Rows
            kind={kind}
            columns={columns}
            items={page.data?.items}
            address={address}
            selection={selection}
            empty={empty}
          />
          {selection && ids.size > 0 && (
            <BulkBar selection={selection} total={total ?? 0} kind={kind} address={address}>
              {bulk?.({ ids: [...ids], done: () => setIds(new Set()) })}
            </BulkBar>
          )}
          <Pager address={address} total={total} moreThanTotal={page.data?.moreThanTotal} />
        </>
      )}
    </section>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const after = new Set(ids);
  if (!after.delete(id)) after.add(id);
  return after;
}

/** A record that is opened from the list knows the ones beside it; a grouped list has no order over all. */
function usePlaces<Item>(kind: ListKind<Item>, address: ListAddress, items: readonly Item[] | undefined): void {
  const { search } = useLocation();
  useEffect(() => {
    const query = queryOf(address);
    const { groupBy } = address;
    rememberList(kind.name, search, groupBy === undefined ? query : { ...query, groupBy });
    if (groupBy === undefined && items)
      rememberPlaces(kind.name, query, (address.page - 1) * address.size, items.map(kind.idOf));
  }, [kind, address, search, items]);
}

/** The chosen columns, else the usual ones; an attribute of the list's records is a column like any other. */
function useColumns<Item>(kind: ListKind<Item>, { columns: chosen }: ListAddress): readonly Column<Item>[] {
  const attributes = useAttributes(kind.spec.attributes);
  const names = chosen?.join();
  // The same columns stay the same, so that rows are not drawn for nothing.
  return useMemo(() => {
    const all = [...kind.columns, ...attributes.map(({ name }) => attributeColumn<Item>(name))];
    if (names === undefined) return all.filter(({ isUsual }) => isUsual);
    return names.split(',').flatMap((field) => all.find((column) => column.field === field) ?? []);
  }, [kind, attributes, names]);
}

function attributeColumn<Item>(name: string): Column<Item> {
  return { field: `attributes.${name}`, show: (item, words) => attributeOf(item, name, words) };
}

function attributeOf(item: unknown, name: string, { value }: ReturnType<typeof useWords>): string {
  // Every list whose spec names attributes answers records that have them.
  const found = (item as { attributes: Record<string, string | number | boolean> }).attributes[name];
  if (found === undefined) return '–';
  return typeof found === 'boolean' ? value('yesNo', found ? 'true' : 'false') : String(found);
}
