import { Group, Space } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { Link } from 'react-router';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import type { ListAddress } from './list-address.ts';
import type { ListKind } from './list-kind.ts';
import { Pager } from './pager.tsx';
import { Rows } from './rows.tsx';
import { usePage } from './use-list.ts';

type Props<Item> = {
  kind: ListKind<Item>;
  /** Which rows belong here, as the API's filters. */
  query: Record<string, string>;
  /** Columns that say nothing here, such as the product on a product's page. */
  without?: readonly string[];
  /** What can be done, and what an empty list offers. */
  actions?: ReactNode;
};

/** The rows of another list that belong to the open record; the whole list is one click away. */
export function RelatedList<Item>({ kind, query, without = [], actions }: Props<Item>) {
  const { t } = useWords();
  const address = useOwnAddress();
  const rows = usePage(kind, address, query);
  const columns = kind.columns.filter(({ field, isUsual }) => isUsual && !without.includes(field));
  if (rows.isLoadingError) return <Failure error={rows.error} again={() => void rows.refetch()} />;
  const isEmpty = rows.data?.items.length === 0;
  return (
    <section>
      <Group gap={8} px="var(--kb-edge)" py={8} mih={48}>
        {!isEmpty && actions}
        <Space flex={1} />
        <Link to={`/${kind.name}?${new URLSearchParams(query)}`}>{t('related.open')}</Link>
      </Group>
      <Rows kind={kind} columns={columns} items={rows.data?.items} address={address} empty={actions} />
      {rows.data && rows.data.total > address.size && (
        <Pager address={address} total={rows.data.total} moreThanTotal={rows.data.moreThanTotal} />
      )}
    </section>
  );
}

/** Page and order of a list that stands on another record's page; they are not worth an address. */
function useOwnAddress(): ListAddress {
  const [own, setOwn] = useState<{ page: number; size: number; sort: string | undefined }>({
    page: 1,
    size: 25,
    sort: undefined,
  });
  return useMemo(
    () => ({
      ...own,
      q: '',
      groupBy: undefined,
      columns: undefined,
      filters: new Map(),
      set: (changes) =>
        setOwn((before) => ({
          page: Number(changes.page ?? 1),
          size: Number(changes.size ?? before.size),
          sort: 'sort' in changes ? changes.sort : before.sort,
        })),
    }),
    [own],
  );
}
