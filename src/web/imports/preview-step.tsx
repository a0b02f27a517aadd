import { Alert, Button } from '@mantine/core';
import { useState } from 'react';
import { rowOutcomes } from '../../contract/imports.ts';
import { faultWords } from '../ui/refusal-words.ts';
import { useWords } from '../words/use-words.ts';
import { AlsoCreates } from './also-creates.tsx';
import { Differing } from './differing.tsx';
import classes from './imports.module.css';
import type { ImportAnswer } from './mapping.ts';
import { OutcomeBadge } from './outcome-badge.tsx';
import { countsOf, type Outcome, previewRows } from './preview-rows.ts';
import { PreviewTable } from './preview-table.tsx';
import type { ImportScope } from './use-import.ts';

const shownAtOnce = 100;

/** What would come of the file, row by row: a difference, before anything is written. */
export function PreviewStep({ scope, answer }: { scope: ImportScope; answer: ImportAnswer }) {
  const words = useWords();
  const { t, number } = words;
  const [only, setOnly] = useState<Outcome>();
  const [shown, setShown] = useState(shownAtOnce);
  const rows = previewRows(answer);
  const counts = countsOf(answer, rows);
  const wanted = only === undefined ? rows : rows.filter(({ outcome }) => outcome === only);
  const choose = (next: Outcome | undefined): void => {
    setOnly(next);
    setShown(shownAtOnce);
  };
  return (
    <>
      <AlsoCreates scope={scope} answer={answer} />
      <Differing scope={scope} answer={answer} />
      <fieldset className={classes.filters} aria-label={t('imports.preview.filter')}>
        <button type="button" aria-pressed={only === undefined} onClick={() => choose(undefined)}>
          {t('imports.preview.all')} <strong>{number(answer.rows)}</strong>
        </button>
        {[...rowOutcomes, 'leftOut' as const].map((outcome) => (
          <button
            key={outcome}
            type="button"
            aria-pressed={only === outcome}
            onClick={() => choose(only === outcome ? undefined : outcome)}
          >
            <OutcomeBadge outcome={outcome} count={counts[outcome]} />
          </button>
        ))}
      </fieldset>
      {answer.status === 'refused' && (
        <Alert color="red" variant="light" role="alert" mb={12}>
          {t('imports.preview.refused')}
        </Alert>
      )}
      {answer.persons && (
        <p>{t('imports.persons', { named: number(answer.persons.named), known: number(answer.persons.known) })}</p>
      )}
      {wanted.length > 0 ? (
        <PreviewTable rows={wanted.slice(0, shown)} scope={scope} answer={answer} />
      ) : (
        <p className="help">{t('imports.preview.none')}</p>
      )}
      {wanted.length > shown && (
        <Button variant="default" mt={8} onClick={() => setShown(shown + shownAtOnce)}>
          {t('imports.preview.more', { count: wanted.length - shown, number: number(wanted.length - shown) })}
        </Button>
      )}
      {answer.unlisted > 0 && (
        <p className="help">
          {t('imports.preview.unlisted', { count: answer.unlisted, number: number(answer.unlisted) })}
        </p>
      )}
      {answer.errors
        .filter(({ code }) => code === 'more')
        .map((fault) => (
          <p key={fault.detail} className="help">
            {faultWords(fault, words)}
          </p>
        ))}
    </>
  );
}
