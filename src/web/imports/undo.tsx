import { Button, Progress, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { cancelImport, undoImport } from '../../contract/imports.ts';
import { queryClient } from '../api/client.ts';
import { useMay } from '../api/me.ts';
import { faultWords } from '../ui/refusal-words.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import type { ImportAnswer } from './mapping.ts';

/** Undoes an import that can be, once it is asked whether that is meant. */
export function UndoButton({ done, word }: { done: ImportAnswer; word?: string }) {
  const { t, moment } = useWords();
  const may = useMay();
  const [isAsking, setAsking] = useState(false);
  if (done.id === null || done.undoableUntil === null || !may('imports.undo')) return null;
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {word ?? t('imports.undo.verb')}
      </Button>
      <span className="help">{t('imports.undo.until', { until: moment(done.undoableUntil) })}</span>
      {isAsking && <UndoQuestion done={done} id={done.id} close={() => setAsking(false)} />}
    </>
  );
}

function UndoQuestion({ done, id, close }: { done: ImportAnswer; id: string; close: () => void }) {
  const { t, number } = useWords();
  const verb = useVerb(
    async (send) => {
      await send(undoImport, { params: { id }, respondAsync: true });
    },
    {
      onDone: async () => {
        close();
        await queryClient.invalidateQueries({ queryKey: ['imports', id] });
      },
    },
  );
  const made = Object.entries(done.created).filter(([, count]) => count > 0);
  return (
    <VerbDialog
      title={t('imports.undo.title', { file: done.fileName })}
      word={t('imports.undo.verb')}
      verb={verb}
      isDanger
      isQuestion
      onClose={close}
      onRun={() => verb.run()}
    >
      <Text>{t('imports.undo.body')}</Text>
      <ul className={classes.result}>
        {made.map(([record, count]) => (
          <li key={record}>{t(`imports.made.${record}`, { count, number: number(count) })}</li>
        ))}
        {done.changed > 0 && <li>{t('imports.changed', { count: done.changed, number: number(done.changed) })}</li>}
      </ul>
    </VerbDialog>
  );
}

/** An undo that runs: how far it is. */
export function Undoing({ now }: { now: ImportAnswer }) {
  const { t } = useWords();
  const cancellation = useVerb(async (send, id: string) => {
    try {
      await send(cancelImport, { params: { id } });
    } finally {
      await queryClient.invalidateQueries({ queryKey: ['imports', id] });
    }
  });
  return (
    <section className={classes.card} aria-label={t('imports.run.title')}>
      <h2>{t('imports.undo.running', { file: now.fileName })}</h2>
      <Progress
        value={100 * (now.undone?.share ?? 0)}
        size="lg"
        aria-label={t('imports.undo.progress')}
        mt={8}
        mb={8}
      />
      <p className="help">{t('imports.undo.help')}</p>
      <VerbNotice verb={cancellation} />
      <Button variant="default" loading={cancellation.busy} onClick={() => void cancellation.run(now.id ?? '')}>
        {t('imports.undo.cancel')}
      </Button>
    </section>
  );
}

/** Where the page of a record is; an assignment has none. */
const pages: Record<string, string> = {
  key: '/keys',
  license: '/licenses',
  equipment: '/equipment',
  product: '/products',
  customer: '/customers',
};

/** What an undo did, and what it left; where it was stopped, the way on. */
export function Undone({ done, onNext }: { done: ImportAnswer; onNext: () => void }) {
  const words = useWords();
  const { t, number } = words;
  const { counts, cause } = done.undone ?? { counts: { deleted: {}, putBack: 0, left: 0 }, cause: null };
  const deleted = Object.entries(counts.deleted).filter(([, count]) => count > 0);
  const isStopped = done.status === 'undoStopped';
  return (
    <section className={classes.card} aria-live="polite" aria-label={t('imports.run.title')}>
      <h2>{t(isStopped ? 'imports.undo.stopped' : 'imports.undo.done', { file: done.fileName })}</h2>
      {cause && <p>{faultWords(cause, words)}</p>}
      <ul className={classes.result}>
        {deleted.map(([record, count]) => (
          <li key={record}>{t(`imports.deleted.${record}`, { count, number: number(count) })}</li>
        ))}
        {counts.putBack > 0 && (
          <li>{t('imports.undo.putBack', { count: counts.putBack, number: number(counts.putBack) })}</li>
        )}
        {counts.left > 0 && <li>{t('imports.undo.left', { count: counts.left, number: number(counts.left) })}</li>}
        {deleted.length === 0 && counts.putBack === 0 && <li>{t('imports.undo.nothing')}</li>}
      </ul>
      <LeftRecords done={done} />
      {isStopped && <UndoButton done={done} word={t('imports.undo.goOn')} />}
      <Button variant="default" onClick={onNext}>
        {t('imports.run.next')}
      </Button>
    </section>
  );
}

const mostShown = 100;

function LeftRecords({ done }: { done: ImportAnswer }) {
  const words = useWords();
  const left = done.undone?.left ?? [];
  if (left.length === 0) return null;
  return (
    <ul>
      {left.slice(0, mostShown).map(({ record, id, name, ...why }) => (
        <li key={record + id}>
          {pages[record] && name !== null ? <Link to={`${pages[record]}/${id}`}>{name}</Link> : name}
          {': '}
          {faultWords(why, words)}
        </li>
      ))}
    </ul>
  );
}
