import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../words/use-words.ts';
import { type Fact, isEmpty } from './fact.ts';
import classes from './record.module.css';

/** The other filled fields in one line; the empty ones are counted, and named when somebody asks. */
export function FilledLine({ facts }: { facts: readonly Fact[] }) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const filled = facts.filter((fact) => fact.at === 'line' && !isEmpty(fact));
  const empty = facts.filter(isEmpty);
  const Icon = isOpen ? IconChevronDown : IconChevronRight;
  if (filled.length === 0 && empty.length === 0) return null;
  return (
    <div className={classes.line}>
      <dl className={classes.filled}>
        {filled.map(({ field, label, value, second }) => (
          <div key={field}>
            <dt>{label}</dt>
            <dd>
              {value} {second !== undefined && <span className={classes.second}>{second}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {empty.length > 0 && (
        <UnstyledButton className={classes.empty ?? ''} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon size={14} stroke={2} aria-hidden />
          {t('record.empty', { count: empty.length })}
        </UnstyledButton>
      )}
      {isOpen && <p className={classes.emptyNames}>{empty.map(({ label }) => label).join(' · ')}</p>}
    </div>
  );
}
