import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getCheckpoint } from '../../contract/audit.ts';
import { client } from '../api/client.ts';
import { ActionBadge } from '../audit/action-badge.tsx';
import { EntryWords } from '../audit/entry-words.tsx';
import type { Entry } from '../audit/fold-entries.ts';
import { useWords } from '../words/use-words.ts';
import classes from './record.module.css';

type Props = {
  /** The newest entries about the record, and how many there are in all. */
  log: { items: readonly Entry[]; total: number };
  /** The entries are all of one key: it need not stand in every sentence. */
  withoutKey: boolean;
};

/** What was recorded last about the open record, and up to where the log is sealed. */
export function LastInLog({ log: { items, total }, withoutKey }: Props) {
  const { t, moment, number } = useWords();
  const checkpoint = useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: ({ signal }) => client.call(getCheckpoint, { signal }),
  }).data;
  if (items.length === 0) return null;
  return (
    <section className={classes.last} aria-labelledby="last-in-log">
      <header>
        <h2 id="last-in-log">{t('record.lastInLog')}</h2>
        {checkpoint && <span className="help">{t('audit.sealed', { entry: number(checkpoint.size - 1) })}</span>}
        <Link to="?tab=audit" className={classes.toLog ?? ''}>
          {t('record.allInLog', { count: total, number: number(total) })}
        </Link>
      </header>
      <ol>
        {items.map((entry) => (
          <li key={entry.idx}>
            <time dateTime={entry.at}>{moment(entry.at)}</time>
            <ActionBadge entry={entry} />
            <span className={classes.sentence}>
              <EntryWords entry={entry} withoutKey={withoutKey} />
            </span>
            <span className={`${classes.number} mono`}>{t('record.entry', { number: number(entry.idx) })}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
