import { Alert } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { OutputOf } from '../../contract/endpoint.ts';
import { listExpiryRuns } from '../../contract/jobs.ts';
import { isLate } from '../../domain/expiry-age.ts';
import { client } from '../api/client.ts';
import { useMay, useMe } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

/** What day it is, when the expiry job last ran, and of when the newest backup is; what is late or failed is said loudly (C2). */
export function ExpiryRun() {
  const { t, moment, manner } = useWords();
  const me = useMe();
  const may = useMay();
  const runs = useQuery({
    queryKey: ['expiry-runs'],
    enabled: may('jobs.read'),
    queryFn: ({ signal }) => client.call(listExpiryRuns, { signal }),
  }).data;
  const last = runs?.items.find(({ finishedAt }) => finishedAt !== null)?.finishedAt;
  const isOverdue = last !== null && last !== undefined && isLate({ at: last }, new Date());
  const today = new Intl.DateTimeFormat(manner.tag, {
    dateStyle: 'full',
    timeZone: 'UTC',
  }).format(new Date(me?.today ?? 0));
  const span = (seconds: number): string => {
    const [count, unit] = seconds >= 172_800 ? [86_400, 'day'] : seconds >= 7200 ? [3600, 'hour'] : [60, 'minute'];
    const format = { style: 'unit', unit: String(unit), unitDisplay: 'long', maximumFractionDigits: 0 } as const;
    return new Intl.NumberFormat(manner.tag, format).format(Math.abs(seconds) / Number(count));
  };
  const clockWords = (clock: OutputOf<typeof listExpiryRuns>['clock'] | undefined) =>
    (
      [
        ['home.clockAhead', clock?.aheadSeconds ?? 0],
        ['home.clockPaused', clock?.pauseSeconds ?? 0],
        ['home.clockJumped', clock?.jumpSeconds ?? 0],
      ] as const
    ).flatMap(([word, seconds]) => (seconds === 0 ? [] : [[word, span(Math.abs(seconds))] as const]));
  const ran = runs && (last ? t('home.expiryRan', { at: moment(last) }) : t('home.expiryNeverRan'));
  const backup = runs?.backup;
  const newestAt = backup?.newestAt;
  const backedUp = backup && (newestAt ? t('home.backupMade', { at: moment(newestAt) }) : t('home.backupNone'));
  const backupTrouble = backup?.failure
    ? t(`home.backupFailed.${backup.failure.why}`, { at: moment(backup.failure.at) })
    : backup?.isLate && t('home.backupLate');
  return (
    <>
      <p className={classes.today}>{[today, ran, backedUp].filter(Boolean).join(' · ')}</p>
      {isOverdue && (
        <Alert mx="var(--kb-edge)" mb={12} color="red" variant="light" icon={<IconAlertTriangle size={16} />}>
          {t('home.expiryLate', { at: moment(last) })}
        </Alert>
      )}
      {backupTrouble && (
        <Alert mx="var(--kb-edge)" mb={12} color="red" variant="light" icon={<IconAlertTriangle size={16} />}>
          {backupTrouble}
        </Alert>
      )}
      {clockWords(runs?.clock).map(([word, span]) => (
        <Alert
          key={word}
          mx="var(--kb-edge)"
          mb={12}
          color="red"
          variant="light"
          icon={<IconAlertTriangle size={16} />}
        >
          {t(word, { span })}
        </Alert>
      ))}
    </>
  );
}
