import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { listExpiryRuns, runExpiry } from '../../contract/jobs.ts';
import { client, readAnew } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { Failure } from '../ui/part-failed.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { Consistency } from './consistency.tsx';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';

const shown = 10;

/** What runs by itself: the expiry job (C2), and the check that keys and assignments agree. */
export function Jobs() {
  const may = useMay();
  return (
    <>
      <Expiry />
      {may('consistency.read') && <Consistency />}
    </>
  );
}

function Expiry() {
  const { t, day, moment, number } = useWords();
  const may = useMay();
  const found = useQuery({
    queryKey: ['expiry-runs'],
    queryFn: ({ signal }) => client.call(listExpiryRuns, { signal }),
  });
  const running = useVerb((send) => send(runExpiry), {
    said: t('settings.jobs.ran'),
    refusals: 'toast',
    onDone: readAnew,
  });
  const runs = found.data?.items.slice(0, shown);
  return (
    <Panel title={t('settings.jobs.expiry')} intro={t('settings.jobs.expiryIntro')}>
      <Group mb={8}>
        <VerbButton
          why={may('expiry.run') ? undefined : t('stored.onlyAdministrators')}
          loading={running.busy}
          onClick={() => void running.run()}
        >
          {t('settings.jobs.run')}
        </VerbButton>
      </Group>
      {found.isError && <Failure error={found.error} again={() => void found.refetch()} />}
      {runs?.length === 0 && <Text>{t('home.expiryNeverRan')}</Text>}
      {runs && runs.length > 0 && (
        <PlainTable
          heads={['finished', 'day', 'by', 'expired'].map((head) => t(`settings.jobs.${head}`))}
          rows={runs.map((run) => ({
            key: run.id,
            cells: [
              run.finishedAt ? moment(run.finishedAt) : t('settings.jobs.unfinished'),
              day(run.day),
              run.actor?.name ?? '–',
              run.expired === null ? '–' : number(run.expired),
            ],
          }))}
        />
      )}
    </Panel>
  );
}
