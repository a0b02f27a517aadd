import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { listKeys } from '../../contract/keys.ts';
import { client } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { Failure } from '../ui/part-failed.tsx';
import { useWords } from '../words/use-words.ts';
import classes from './home.module.css';

const shownMonths = 12;
const statuses = ['applied', 'available'] as const;
type Month = { month: string; applied: number; available: number };

/** How many keys end in each of the next twelve months; every bar opens them. */
export function ExpiringByMonth() {
  const { t, value, number, manner } = useWords();
  const monthName = (month: string): string => manner.months[Number(month.slice(5)) - 1] ?? month;
  const today = useMe()?.today;
  const counts = useCounts(today);
  const months = monthsFrom(today, counts.data);
  const largest = Math.max(1, ...months.map(({ applied, available }) => applied + available));
  return (
    <section className={`${classes.panel} ${classes.wide}`} aria-labelledby="expiring-by-month">
      <header>
        <h2 id="expiring-by-month">{t('home.byMonth')}</h2>
        {statuses.map((status) => (
          <span key={status} className={classes.legend} data-status={status}>
            {value('keyStatus', status)}
          </span>
        ))}
      </header>
      {counts.isError && <Failure error={counts.error} again={() => void counts.refetch()} />}
      <ol className={classes.chart} hidden={counts.isError}>
        {months.map(({ month, applied, available }) => {
          const total = applied + available;
          return (
            <li key={month}>
              <Link
                to={`/keys?validityEndMonth=${month}&status=available,applied&sort=validityEnd`}
                data-count={`month-${month}`}
                title={t('home.monthLabel', {
                  month: `${monthName(month)} ${month.slice(0, 4)}`,
                  count: total,
                  number: number(total),
                })}
              >
                <span className={classes.barSpace}>
                  <span style={{ flexGrow: largest - total }} />
                  <span className={classes.barNumber}>{number(total)}</span>
                  <span className={classes.bar} style={{ flexGrow: total }}>
                    {available > 0 && <span data-status="available" style={{ flexGrow: available }} />}
                    {applied > 0 && <span data-status="applied" style={{ flexGrow: applied }} />}
                  </span>
                </span>
                <span className={classes.barName} {...(today?.startsWith(month) && { 'data-now': true })}>
                  {monthName(month)}
                  {month.endsWith('-01') && <span className={classes.barYear}> ’{month.slice(2, 4)}</span>}
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** Two counts a month: keys whose seats are all taken, and keys with a free seat. Those that have ended are not counted. */
function useCounts(today: string | undefined) {
  return useQuery({
    queryKey: ['keys', 'months', today],
    enabled: today !== undefined,
    queryFn: ({ signal }) =>
      Promise.all(
        statuses.map(async (status) => {
          const query = { groupBy: 'validityEndMonth', status, validityEndFrom: today };
          const { groups } = await client.call(listKeys, { query, signal });
          return new Map((groups ?? []).map(({ value, count }) => [String(value), count]));
        }),
      ),
  });
}

function monthsFrom(today: string | undefined, counts: ReturnType<typeof useCounts>['data']): Month[] {
  if (today === undefined) return [];
  return nextMonths(today).map((month) => ({
    month,
    applied: counts?.[0]?.get(month) ?? 0,
    available: counts?.[1]?.get(month) ?? 0,
  }));
}

function nextMonths(today: string): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  return Array.from({ length: shownMonths }, (_, i) => {
    const at = month - 1 + i;
    return `${year + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
  });
}
