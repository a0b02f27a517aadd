import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { listAudit } from '../../contract/audit.ts';
import { encodeFilter } from '../../contract/list.ts';
import { auditActions, auditGroup } from '../../domain/audit/actions.ts';
import { client } from '../api/client.ts';
import { EntryWords } from '../audit/entry-words.tsx';
import { foldEntries } from '../audit/fold-entries.ts';
import { FoldedWords } from '../audit/folded-words.tsx';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

const shown = 8;
/** What happened to keys, units, licenses and the like; who signed in stands in the log. */
const told = auditActions.filter(
  (action) => auditGroup(action) !== 'other' || /^(key|equipment|license|product|customer|import)\./.test(action),
);
const query = { action: encodeFilter(told), limit: '60' };

/** What was done lately, in the sentences of the log. */
export function Activity() {
  const { t, title, moment, lately } = useWords();
  const found = useQuery({
    queryKey: ['audit', 'list', query],
    queryFn: ({ signal }) => client.call(listAudit, { query, signal }),
  });
  return (
    <section className={classes.panel} aria-labelledby="activity">
      <header>
        <h2 id="activity">{t('home.activity')}</h2>
        <Link to="/audit">{title('auditEntry')}</Link>
      </header>
      {found.isError && <Failure error={found.error} again={() => void found.refetch()} />}
      <ul className={classes.activity}>
        {foldEntries(found.data?.items ?? [])
          .slice(0, shown)
          .map((row) => (
            <li key={row.first.idx}>
              <span>{row.entries.length > 1 ? <FoldedWords row={row} /> : <EntryWords entry={row.first} />}</span>
              <time dateTime={row.first.at} title={moment(row.first.at)}>
                {lately(row.first.at)}
              </time>
            </li>
          ))}
      </ul>
    </section>
  );
}
