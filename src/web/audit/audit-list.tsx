import { Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { listAudit } from '../../contract/audit.ts';
import type { OutputOf } from '../../contract/endpoint.ts';
import { GroupedRows } from '../grid/grouped-rows.tsx';
import { type ListAddress, useListAddress, withoutFilters } from '../grid/list-address.ts';
import { Pager } from '../grid/pager.tsx';
import { usePage } from '../grid/use-list.ts';
import { ViewTabs } from '../grid/view-tabs.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './audit.module.css';
import { AuditFilters } from './audit-filters.tsx';
import { auditKind } from './audit-kind.tsx';
import { EntryTable } from './entry-table.tsx';
import { EvidenceButton } from './evidence-button.tsx';
import { SealLine } from './seal-line.tsx';

type Answer = OutputOf<typeof listAudit>;

/** The audit log (L4): who did what, when, to which key, on which unit. */
export function Component() {
  const { t, title } = useWords();
  const address = useListAddress();
  const page = usePage(auditKind, address);
  // The log's list answers these two beside what every list does.
  const data = page.data as (typeof page.data & Pick<Answer, 'totalUnfiltered' | 'limitedTo'>) | undefined;
  return (
    <>
      <PageHead title={title('auditEntry')}>
        <EvidenceButton address={address} />
      </PageHead>
      <SealLine />
      <ViewTabs kind={auditKind} isReady={data !== undefined} />
      <AuditFilters address={address} />
      {data?.limitedTo === 'customers' && <p className={classes.limited}>{t('audit.limited')}</p>}
      {page.isError ? (
        <Failure error={page.error} again={() => void page.refetch()} />
      ) : address.groupBy !== undefined ? (
        <GroupedRows
          kind={auditKind}
          address={address}
          columns={auditKind.columns.filter(({ isUsual }) => isUsual)}
          field={address.groupBy}
        />
      ) : data?.total === 0 ? (
        <Nothing address={address} totalUnfiltered={data.totalUnfiltered ?? 0} />
      ) : (
        <>
          <Order address={address} />
          <div className={classes.scroll}>
            {data && (
              <EntryTable
                key={address.filters.get('idx')}
                entries={data.items}
                isOpened={address.filters.has('idx') && data.total === 1}
              />
            )}
          </div>
          <Pager address={address} total={data?.total} moreThanTotal={data?.moreThanTotal} />
        </>
      )}
    </>
  );
}

/** Newest first, or as it went: a timeline. */
function Order({ address }: { address: ListAddress }) {
  const { t } = useWords();
  const isTimeline = address.sort === 'idx';
  return (
    <Group gap={8} justify="space-between" className={`${classes.order} screenOnly`}>
      <Button
        variant="subtle"
        size="compact-xs"
        rightSection={isTimeline ? <IconArrowUp size={14} /> : <IconArrowDown size={14} />}
        onClick={() => address.set({ sort: isTimeline ? undefined : 'idx' })}
      >
        {t(isTimeline ? 'audit.oldestFirst' : 'audit.newestFirst')}
      </Button>
      <span className="help">{t('audit.nobodyWrites')}</span>
    </Group>
  );
}

/** Says how many entries there are without the filters, and offers to take them off. */
function Nothing({ address, totalUnfiltered }: { address: ListAddress; totalUnfiltered: number }) {
  const { t, number } = useWords();
  const clear = (): void => address.set({ q: undefined, filters: withoutFilters(address) });
  return (
    <Stack align="center" gap={8} py={64} px={16}>
      <Text fw={600}>{t('grid.nothingFound')}</Text>
      <Text>{t('audit.withoutFilters', { count: totalUnfiltered, number: number(totalUnfiltered) })}</Text>
      <Button variant="default" onClick={clear}>
        {t('grid.clearFilters')}
      </Button>
    </Stack>
  );
}
