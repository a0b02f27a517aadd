import { Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { listAudit } from '../../contract/audit.ts';
import { client } from '../api/client.ts';
import type { ListAddress } from '../grid/list-address.ts';
import { Pager } from '../grid/pager.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import { EntryTable } from './entry-table.tsx';

type Props = {
  /** Whose entries, as the log's own filters: keyId, equipmentId, actorId, customerId or subject. */
  query: Record<string, string>;
};

const size = 25;

/** The entries about one record, newest first, for its page; the log itself is one click away. */
export function AuditTrail({ query }: Props) {
  const { t } = useWords();
  const [page, setPage] = useState(1);
  const asked = { ...query, limit: String(size), offset: String((page - 1) * size) };
  const found = useQuery({
    queryKey: ['audit', 'list', asked],
    queryFn: ({ signal }) => client.call(listAudit, { query: asked, signal }),
    placeholderData: keepPreviousData,
  });
  const address = useMemo(
    (): ListAddress => ({
      q: '',
      sort: undefined,
      groupBy: undefined,
      page,
      size,
      columns: undefined,
      filters: new Map(),
      set: (changes) => setPage(Number(changes.page ?? 1)),
    }),
    [page],
  );
  if (found.isLoadingError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data?.total === 0) return <Text p={24}>{t('audit.noneYet')}</Text>;
  return (
    <section>
      <Group justify="flex-end" px="var(--kb-edge)" py={8}>
        <Link to={`/audit?${new URLSearchParams(query)}`}>{t('audit.inTheLog')}</Link>
      </Group>
      {found.data && <EntryTable entries={found.data.items ?? []} withoutKey={'keyId' in query} />}
      {found.data && found.data.total > size && (
        <Pager address={address} total={found.data.total} moreThanTotal={found.data.moreThanTotal} />
      )}
    </section>
  );
}
