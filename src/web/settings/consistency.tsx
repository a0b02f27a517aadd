import { Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { z } from 'zod';
import { checkConsistency, type finding as findingSchema, listConsistencyChecks } from '../../contract/jobs.ts';
import { client, readAnew } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { Failure } from '../ui/part-failed.tsx';
import { VerbButton } from '../ui/verb-button.tsx';
import { useVerb } from '../verb/use-verb.ts';
import { useWords } from '../words/use-words.ts';
import { Panel } from './panel.tsx';
import { PlainTable } from './plain-table.tsx';

const shown = 10;

/** Whether keys and assignments agree, and mending what does not. */
export function Consistency() {
  const { t, moment, number } = useWords();
  const may = useMay();
  const found = useQuery({
    queryKey: ['consistency-checks'],
    queryFn: ({ signal }) => client.call(listConsistencyChecks, { signal }),
  });
  const checking = useVerb((send, mend: boolean) => send(checkConsistency, { body: { mend } }), {
    said: t('settings.jobs.checked'),
    refusals: 'toast',
    onDone: readAnew,
  });
  const why = may('consistency.check') ? undefined : t('stored.onlyAdministrators');
  const checks = found.data?.items.slice(0, shown) ?? [];
  const open = checks[0]?.findings.filter(({ mended }) => !mended) ?? [];
  return (
    <Panel title={t('settings.jobs.consistency')} intro={t('settings.jobs.consistencyIntro')}>
      <Group gap={8} mb={8}>
        <VerbButton why={why} loading={checking.busy} onClick={() => void checking.run(false)}>
          {t('settings.jobs.check')}
        </VerbButton>
        {open.length > 0 && (
          <VerbButton why={why} loading={checking.busy} onClick={() => void checking.run(true)}>
            {t('settings.jobs.mend')}
          </VerbButton>
        )}
      </Group>
      {found.isError && <Failure error={found.error} again={() => void found.refetch()} />}
      {found.data && checks.length === 0 && <Text>{t('settings.jobs.neverChecked')}</Text>}
      {checks[0]?.findings.length === 0 && <Text mb={8}>{t('settings.jobs.allAgrees')}</Text>}
      {open.length > 0 && <Findings findings={open} />}
      {checks.length > 0 && (
        <PlainTable
          heads={['checkedAt', 'by', 'found', 'mended'].map((head) => t(`settings.jobs.${head}`))}
          rows={checks.map((check) => ({
            key: check.id,
            cells: [moment(check.at), check.actor.name, number(check.findings.length), number(check.mended)],
          }))}
        />
      )}
    </Panel>
  );
}

function Findings({ findings }: { findings: readonly z.output<typeof findingSchema>[] }) {
  const { t } = useWords();
  return (
    <List mb={12}>
      {findings.map(({ kind, keyId, assignmentId, detail }) => (
        <List.Item key={`${kind} ${keyId} ${assignmentId}`} title={detail}>
          {t(`settings.jobs.finding.${kind}`)}{' '}
          {keyId && <Link to={`/keys/${keyId}`}>{t('settings.jobs.openKey')}</Link>}
        </List.Item>
      ))}
    </List>
  );
}
