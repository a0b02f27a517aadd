import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import classes from './also-creates.module.css';
import { isTicked, rowsNaming, tickOf } from './also-creates.ts';
import type { ImportAnswer } from './mapping.ts';
import type { ImportScope } from './use-import.ts';

type Props = { scope: ImportScope; answer: ImportAnswer };
type Made = NonNullable<ImportAnswer['alsoCreates']>[number];

/** So many are shown before somebody asks for all; those to be decided always. */
const shownFirst = 4;

/** The records that the rows name and that are not there: each is made where it is ticked, and units all at once. */
export function AlsoCreates({ scope, answer }: Props) {
  const { t, number } = useWords();
  const [isWhole, setWhole] = useState(false);
  const made = answer.alsoCreates ?? [];
  if (made.length === 0) return null;
  const asked = made.filter(({ near }) => near !== null);
  const plain = made.filter(({ near, kind }) => near === null && kind !== 'equipment');
  const units = made.filter(({ near, kind }) => near === null && kind === 'equipment');
  const shown = isWhole ? plain : plain.slice(0, shownFirst);
  const rest = plain.length - shown.length;
  return (
    <section className={classes.panel} aria-labelledby="also-creates">
      <h3 id="also-creates">
        {t('imports.made.title')} <span className="help">{number(made.length)}</span>
      </h3>
      <ul>
        {units.length > 0 && <Units units={units} scope={scope} />}
        {[...asked, ...shown].map((record) => (
          <Line
            key={`${record.kind} ${record.name} ${record.customer}`}
            record={record}
            scope={scope}
            answer={answer}
          />
        ))}
      </ul>
      {rest > 0 && (
        <Button variant="subtle" size="xs" onClick={() => setWhole(true)}>
          {t('imports.preview.more', { count: rest, number: number(rest) })}
        </Button>
      )}
    </section>
  );
}

function Line({ record, scope, answer }: Props & { record: Made }) {
  const { t, number } = useWords();
  const { name, kind, near, customer } = record;
  const rows = rowsNaming(record, answer);
  return (
    <li data-near={near !== null || undefined}>
      <Checkbox
        checked={isTicked(record, scope.ticks)}
        onChange={({ currentTarget }) => scope.tick(tickOf(record), currentTarget.checked)}
        label={
          <>
            <span className={classes.kind}>{t(`imports.made.kind.${kind}`)}</span> <b>{name}</b>
            {customer !== null && <span className={classes.kind}> {customer}</span>}
          </>
        }
        description={near === null ? undefined : t('imports.made.near', { near })}
      />
      {rows > 0 && <span className="help">{t('imports.made.rows', { count: rows, number: number(rows) })}</span>}
    </li>
  );
}

function Units({ units: [first, ...others], scope }: { units: readonly Made[]; scope: ImportScope }) {
  const { t, number } = useWords();
  if (!first) return null;
  const all = [first, ...others];
  const names = all.slice(0, shownFirst).map(({ name }) => name);
  return (
    <li>
      <Checkbox
        checked={isTicked(first, scope.ticks)}
        onChange={({ currentTarget }) => scope.tick(tickOf(first), currentTarget.checked)}
        label={<b>{t('imports.made.units', { count: all.length, number: number(all.length) })}</b>}
        description={[...names, ...(all.length > shownFirst ? ['…'] : [])].join(' · ')}
      />
    </li>
  );
}
