import { Button, NumberInput, Select } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { allSheets } from './about.ts';
import { FileStep } from './file-step.tsx';
import { keptColumns, leftOutOf, passedOver, saidOfBlanks } from './file-summary.ts';
import type { ImportAnswer } from './mapping.ts';
import { needsMapping } from './mapping-step.tsx';
import classes from './summary.module.css';
import type { ImportScope } from './use-import.ts';

type Props = { scope: ImportScope; answer: ImportAnswer };
type Mapping = { isMapping: boolean; setMapping: (isMapping: boolean) => void };

/** What was found in a file, in five lines: the file, its table, what was passed over, its columns, and blank cells. */
export function Summary({ scope, answer, isMapping, setMapping }: Props & Mapping) {
  const words = useWords();
  const { t } = words;
  const over = passedOver(answer, words);
  const blanks = saidOfBlanks(answer, words);
  return (
    <dl className={classes.summary}>
      <Line name={t('imports.summary.file')}>
        <FileStep scope={scope} />
      </Line>
      <Line name={t('imports.summary.table')}>
        <FoundTable scope={scope} answer={answer} />
      </Line>
      <Line name={t('imports.summary.over')}>
        {over.length === 0 ? t('imports.summary.nothing') : <LeftOutThings scope={scope} answer={answer} said={over} />}
      </Line>
      <Line name={t('imports.summary.columns')}>
        <span className={classes.table}>
          {keptColumns(answer, words)}
          {!needsMapping(scope) && (
            <Button variant="default" size="xs" aria-expanded={isMapping} onClick={() => setMapping(!isMapping)}>
              {t('imports.mapping.show')}
            </Button>
          )}
        </span>
      </Line>
      <Line name={t('imports.summary.blank')}>
        {blanks.length === 0 ? t('imports.summary.nothing') : blanks.join(' · ')}
      </Line>
    </dl>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Each thing that was left out, and why, where somebody asks for it. */
function LeftOutThings({ answer, said }: Props & { said: readonly string[] }) {
  const words = useWords();
  return (
    <details className={classes.over}>
      <summary>{said.join(', ')}</summary>
      <ul>
        {leftOutOf(answer, words).map(({ place, why }) => (
          <li key={`${place} ${why}`}>
            {place !== '' && <b>{place}: </b>}
            {why}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Which sheet and which line the table was found at, to be said otherwise, and how large it is. */
function FoundTable({ scope: { about, setAbout }, answer }: Props) {
  const { t, number } = useWords();
  // Two sheets may be called alike, but for what is shown of them.
  const sheets = [...new Map((answer.sheets ?? []).map((sheet) => [sheet.name, sheet])).values()];
  const columns = Object.keys(answer.mapping ?? {}).length;
  return (
    <span className={classes.table}>
      {sheets.length > 1 && (
        <Select
          aria-label={t('imports.about.sheet')}
          data={[
            { value: allSheets, label: t('imports.about.sheetAll') },
            ...sheets.map(({ name, rows }) => ({ value: name, label: t('imports.about.sheetRows', { name, rows }) })),
          ]}
          value={about.sheet || (sheets.find(({ isRead }) => isRead)?.name ?? null)}
          allowDeselect={false}
          size="xs"
          miw={240}
          onChange={(next) => next && setAbout({ sheet: next })}
        />
      )}
      {answer.headerRow !== undefined && (
        <>
          <label htmlFor="import-header-row">{t('imports.about.headerRow')}</label>
          <NumberInput
            id="import-header-row"
            value={about.headerRow === '' ? answer.headerRow : about.headerRow}
            min={1}
            max={10_000}
            allowDecimal={false}
            size="xs"
            w={80}
            onChange={(next) => setAbout({ headerRow: typeof next === 'number' ? next : '' })}
          />
        </>
      )}
      <span className="help">
        {t('imports.summary.size', { rows: number(answer.rows), count: answer.rows, columns: number(columns) })}
      </span>
      {about.sheet === allSheets && <span className="help">{t('imports.about.sheetAllHelp')}</span>}
    </span>
  );
}
