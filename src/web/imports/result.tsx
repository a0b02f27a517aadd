import { Button, Group } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useWords } from '../words/use-words.ts';
import classes from './imports.module.css';
import { LeftOut } from './left-out.tsx';
import type { ImportAnswer } from './mapping.ts';
import { previewRows } from './preview-rows.ts';
import { PreviewTable } from './preview-table.tsx';
import { UndoButton } from './undo.tsx';
import type { ImportScope } from './use-import.ts';

/** Where the records are that an import made; the newest first. */
const lists: Record<string, string> = {
  key: '/keys?sort=-createdAt',
  license: '/licenses?sort=-createdAt',
  equipment: '/equipment?sort=-createdAt',
  product: '/products?sort=-createdAt',
  customer: '/customers?sort=-createdAt',
  assignment: '/assignments?sort=-appliedAt',
};

/** What came of an import that finished, and the ways to it. */
export function Result({ done, scope }: { done: ImportAnswer; scope: ImportScope }) {
  const { t, number } = useWords();
  const made = Object.entries(done.created).filter(([, count]) => count > 0);
  const noted = previewRows(done).filter(({ warnings }) => warnings.length > 0);
  const next = (): void => {
    scope.drop();
    scope.leaveRun();
  };
  return (
    <section className={classes.card} aria-live="polite" aria-label={t('imports.run.title')}>
      <h2 className={classes.done}>
        <IconCircleCheck size={20} stroke={1.75} aria-hidden />
        {t('imports.run.done', { file: done.fileName })}
      </h2>
      <ul className={classes.result}>
        {made.map(([record, count]) => (
          <li key={record}>
            <Link to={lists[record] ?? '/'}>{t(`imports.made.${record}`, { count, number: number(count) })}</Link>
          </li>
        ))}
        {(['changed', 'same', 'duplicates'] as const).map(
          (what) =>
            done[what] > 0 && (
              <li key={what}>{t(`imports.${what}`, { count: done[what], number: number(done[what]) })}</li>
            ),
        )}
        {made.length === 0 && done.changed === 0 && <li>{t('imports.nothingNew')}</li>}
        {done.persons && (
          <li>{t('imports.persons', { named: number(done.persons.named), known: number(done.persons.known) })}</li>
        )}
      </ul>
      {noted.length > 0 && <PreviewTable rows={noted.slice(0, 100)} scope={scope} />}
      <LeftOut done={done} />
      <Group gap={8}>
        <Button variant="default" onClick={next}>
          {t('imports.run.next')}
        </Button>
        <UndoButton done={done} />
      </Group>
    </section>
  );
}
