import { Alert, Button, Group, Progress } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { cancelImport, getImport } from '../../contract/imports.ts';
import { client, queryClient } from '../api/client.ts';
import { Failure } from '../ui/part-failed.tsx';
import { faultWords } from '../ui/refusal-words.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import type { ImportAnswer } from './mapping.ts';
import { previewRows } from './preview-rows.ts';
import { PreviewTable } from './preview-table.tsx';
import { Result } from './result.tsx';
import { UndoButton, Undoing, Undone } from './undo.tsx';
import type { ImportScope } from './use-import.ts';

const betweenLooksMs = 700;

/** An import that runs or has run: how far it is, what came of it, and what to do where it did not finish. */
export function RunStep({ id, scope }: { id: string; scope: ImportScope }) {
  const found = useQuery({
    queryKey: ['imports', id],
    queryFn: ({ signal }) => client.call(getImport, { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && !goesOn(state.data.status) ? false : betweenLooksMs),
    refetchOnMount: 'always',
  });
  const status = found.data?.status;
  useEffect(() => {
    if (status === undefined || goesOn(status)) return;
    // Its records stand in any list.
    void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'imports' });
  }, [status]);
  if (found.error && !found.data) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return null;
  if (found.data.status === 'running') return <Running now={found.data} />;
  if (found.data.status === 'undoing') return <Undoing now={found.data} />;
  if (found.data.status === 'undone' || found.data.status === 'undoStopped')
    return <Undone done={found.data} onNext={() => next(scope)} />;
  if (found.data.status === 'done') return <Result done={found.data} scope={scope} />;
  return <Unfinished ended={found.data} scope={scope} />;
}

function goesOn(status: ImportAnswer['status']): boolean {
  return status === 'running' || status === 'undoing';
}

/** On to another file. */
function next(scope: ImportScope): void {
  scope.drop();
  scope.leaveRun();
}

function Running({ now }: { now: ImportAnswer }) {
  const { t, number } = useWords();
  const cancellation = useVerb(async (send, id: string) => {
    try {
      await send(cancelImport, { params: { id } });
    } finally {
      await queryClient.invalidateQueries({ queryKey: ['imports', id] });
    }
  });
  const share = now.rows === 0 ? 0 : (100 * now.done) / now.rows;
  return (
    <section className={classes.card} aria-label={t('imports.run.title')}>
      <h2>{t('imports.run.running', { file: now.fileName })}</h2>
      <Progress value={share} size="lg" aria-label={t('imports.run.progress')} mt={8} mb={8} />
      <p role="status">
        {now.done === 0
          ? t('imports.run.judging')
          : t('imports.run.far', { done: number(now.done), rows: number(now.rows) })}
      </p>
      <p className="help">{t('imports.run.help')}</p>
      <VerbNotice verb={cancellation} />
      <Button variant="default" loading={cancellation.busy} onClick={() => void cancellation.run(now.id ?? '')}>
        {t('imports.run.cancel')}
      </Button>
    </section>
  );
}

function Unfinished({ ended, scope }: { ended: ImportAnswer; scope: ImportScope }) {
  const words = useWords();
  const { t, number } = words;
  const rows = previewRows(ended).filter(({ faults }) => faults.length > 0);
  const isIn = ended.status !== 'refused' && ended.done > 0;
  return (
    <section className={classes.card} aria-label={t('imports.run.title')}>
      <Alert
        mb={12}
        color="red"
        variant="light"
        role="alert"
        title={t(`imports.run.${ended.status}`, { file: ended.fileName })}
      >
        {ended.cause && `${faultWords(ended.cause, words)} `}
        {isIn
          ? t('imports.run.stays', { done: number(ended.done), rows: number(ended.rows) })
          : t('imports.run.nothing')}
      </Alert>
      {rows.length > 0 && <PreviewTable rows={rows.slice(0, 100)} scope={scope} />}
      <Group gap={8}>
        {scope.chosen ? (
          <Button loading={scope.busy === 'start'} onClick={() => void scope.start()}>
            {t('imports.run.again')}
          </Button>
        ) : (
          <Button onClick={scope.leaveRun}>{t('imports.run.chooseAgain')}</Button>
        )}
        {scope.chosen && (
          <Button variant="default" onClick={scope.leaveRun}>
            {t('imports.run.back')}
          </Button>
        )}
        <UndoButton done={ended} />
      </Group>
    </section>
  );
}
