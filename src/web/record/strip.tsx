import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { type Fact, isEmpty } from './fact.ts';
import classes from './record.module.css';

type Props = {
  facts: readonly Fact[];
  /** What comes before them and takes more room: the license key. */
  lead?: ReactNode;
};

/** What one wants to know of a record at a glance, side by side; on a phone below each other. */
export function Strip({ facts, lead }: Props) {
  const { t } = useWords();
  const shown = facts.filter((fact) => fact.at === 'strip' && !isEmpty(fact));
  return (
    <section className={classes.strip} aria-label={t('record.strip')}>
      <div className={classes.cells}>
        {lead && <div className={classes.lead}>{lead}</div>}
        {shown.map(({ field, label, value, second }) => (
          <dl key={field} className={classes.cell}>
            <dt>{label}</dt>
            <dd>{value}</dd>
            {second !== undefined && <dd className={classes.second}>{second}</dd>}
          </dl>
        ))}
      </div>
    </section>
  );
}
