import { useDeferredValue, useMemo } from 'react';
import { useForm } from '../form/form-context.ts';
import { useWords } from '../words/use-words.ts';
import classes from './add-many.module.css';
import { type JudgedLine, mayBeCreated } from './judged-lines.ts';
import { LinesEditor } from './lines-editor.tsx';
import { LinesTable } from './lines-table.tsx';

/** Where the keys are pasted, and beside it what will be created of them. */
export function PastedKeys({ text, lines }: { text: string; lines: readonly JudgedLine[] }) {
  const { t, number } = useWords();
  const { form, readOnly } = useForm();
  const shown = useDeferredValue(lines);
  const tones = useMemo(
    () => new Map(shown.filter((line) => !mayBeCreated(line)).map((line) => [line.number, line.state] as const)),
    [shown],
  );
  return (
    <div className={classes.columns}>
      <section>
        <h2 className={classes.head}>
          {t('keys.many.lines')}
          <span>{t('keys.many.lineCount', { count: lines.length, number: number(lines.length) })}</span>
        </h2>
        <LinesEditor
          text={text}
          onChange={(changed) => form.set('licenseKey', changed)}
          tones={tones}
          readOnly={readOnly}
        />
        <p className="help">{t('keys.many.help')}</p>
      </section>
      <section>
        <h2 className={classes.head}>
          {t('keys.many.preview')}
          <Counts lines={lines} />
        </h2>
        {shown.length > 0 ? <LinesTable lines={shown} /> : <p className={classes.empty}>{t('keys.many.empty')}</p>}
        <p className="help">{t('keys.many.encrypted')}</p>
      </section>
    </div>
  );
}

function Counts({ lines }: { lines: readonly JudgedLine[] }) {
  const { t, number } = useWords();
  const count = (state: JudgedLine['state']): number => lines.filter((line) => line.state === state).length;
  const counts = {
    ready: lines.filter(mayBeCreated).length,
    double: count('double'),
    malformed: count('malformed'),
    tooMany: count('tooMany'),
  };
  return (
    <span className={classes.counts} role="status">
      {Object.entries(counts)
        .filter(([state, found]) => found > 0 || state === 'ready')
        .map(([state, found]) => (
          <span key={state} data-tone={state}>
            {t(`keys.many.counts.${state}`, { count: found, number: number(found) })}
          </span>
        ))}
    </span>
  );
}
