import { Alert, Group, List, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { problemOf } from '../api/client.ts';
import { useMay, useMe } from '../api/me.ts';
import { PageHead } from '../ui/page-head.tsx';
import { faultWords, refusalWords } from '../ui/refusal-words.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { VerbNotice } from '../verb/verb-notice.tsx';
import { useWords } from '../words/use-words.ts';
import { AboutStep } from './about-step.tsx';
import { FileStep } from './file-step.tsx';
import classes from './imports.module.css';
import { MappingStep, needsMapping } from './mapping-step.tsx';
import { PreviewStep } from './preview-step.tsx';
import { RunStep } from './run-step.tsx';
import { Summary } from './summary.tsx';
import { type ImportScope, useImport } from './use-import.ts';

/** Import: a file is read, mapped, shown as a difference, and only then written (X1). */
export function Component() {
  const { t } = useWords();
  const me = useMe();
  const may = useMay();
  if (!me) return null;
  return (
    <>
      <PageHead title={t('imports.title')} beside={<span className="help">{t('imports.intro')}</span>} />
      {may('imports.run') ? (
        <Wizard />
      ) : (
        <Alert variant="light" mx="var(--kb-edge)" my={8} title={t('imports.whyTitle')}>
          {t('imports.why')}
        </Alert>
      )}
    </>
  );
}

function Wizard() {
  const { t } = useWords();
  const scope = useImport();
  const { chosen, answer, runningId, busy, isStale, check, start } = scope;
  const [isMapping, setMapping] = useState(false);
  if (runningId !== undefined)
    return (
      <Stack gap={16} className={classes.page ?? ''}>
        <RunStep id={runningId} scope={scope} />
        <Problem error={scope.error} />
      </Stack>
    );
  const isAsked = answer !== undefined && (isMapping || needsMapping(scope));
  const mayCheck = chosen ? undefined : t('imports.check.noFile');
  return (
    <Stack gap={16} className={classes.page ?? ''}>
      <Step number={1} title={t('imports.step.file')}>
        {answer && chosen ? (
          <Summary scope={scope} answer={answer} isMapping={isMapping} setMapping={setMapping} />
        ) : (
          <FileStep scope={scope} />
        )}
      </Step>
      <Step number={2} title={t('imports.step.about')}>
        <AboutStep scope={scope} />
      </Step>
      {isAsked && (
        <Step number={3} title={t('imports.step.mapping')}>
          <MappingStep scope={scope} />
        </Step>
      )}
      <Group gap={8} className={(isStale && classes.stale) || ''}>
        {(!answer || isStale) && (
          <VerbButton variant="filled" why={mayCheck} loading={busy === 'check'} onClick={() => void check()}>
            {t(answer ? 'imports.check.again' : 'imports.check.verb')}
          </VerbButton>
        )}
        {isStale && <span role="status">{t('imports.check.stale')}</span>}
      </Group>
      <VerbNotice verb={{ isAgain: scope.isAgain, error: undefined }} />
      <Problem error={scope.error} />
      {answer && (
        <Step number={isAsked ? 4 : 3} title={t('imports.step.preview')}>
          <PreviewStep scope={scope} answer={answer} />
          <Group gap={8} mt={16}>
            <VerbButton variant="filled" why={whyNot(scope, t)} loading={busy === 'start'} onClick={() => void start()}>
              {t('imports.run.verb')}
            </VerbButton>
            <span className="help">{t('imports.run.allOrNone')}</span>
          </Group>
          <GoodRows scope={scope} />
        </Step>
      )}
    </Stack>
  );
}

/** The other way on where some rows are wrong: the good ones come in, the others back. */
function GoodRows({ scope: { answer, isStale, busy, startGood } }: { scope: ImportScope }) {
  const { t, number } = useWords();
  const { rows = 0, rejected = 0, status } = answer ?? {};
  if (status !== 'refused' || isStale || rejected === 0 || rejected >= rows) return null;
  const good = t('imports.run.good', { count: rows - rejected, number: number(rows - rejected) });
  return (
    <Group gap={8} mt={8}>
      <VerbButton loading={busy === 'startGood'} onClick={() => void startGood()}>
        {t('imports.run.goodOnly', { count: rejected, number: number(rejected), good })}
      </VerbButton>
      <span className="help">{t('imports.run.goodHelp')}</span>
    </Group>
  );
}

function whyNot({ answer, isStale }: ImportScope, t: (key: string) => string): string | undefined {
  if (isStale) return t('imports.check.stale');
  return answer?.status === 'refused' ? t('imports.run.whyRefused') : undefined;
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <section className={classes.card} aria-labelledby={`import-${number}`}>
      <h2 id={`import-${number}`}>
        <span className={classes.number} aria-hidden>
          {number}
        </span>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** So many faults of a file are shown; of others, how many there are. */
const mostListed = 20;

/** Why the server did not take the file. */
function Problem({ error }: { error: unknown }) {
  const words = useWords();
  if (error === undefined) return null;
  const problem = problemOf(error);
  const { errors = [], moreErrors = 0 } = problem ?? {};
  const rest = Math.max(0, errors.length - mostListed) + moreErrors;
  return (
    <Alert color="red" variant="light" role="alert">
      {problem ? refusalWords(error, words) : words.t('imports.lost')}
      {errors.length > 1 && (
        <List size="sm" mt={8}>
          {errors.slice(0, mostListed).map((fault) => (
            <List.Item key={fault.pointer + fault.detail}>{faultWords(fault, words)}</List.Item>
          ))}
          {rest > 0 && (
            <List.Item>{words.t('imports.moreFaults', { count: rest, number: words.number(rest) })}</List.Item>
          )}
        </List>
      )}
    </Alert>
  );
}
