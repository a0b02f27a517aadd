import { useMe } from '../api/me.ts';
import { useTitle } from '../frame/crumbs.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { Activity } from './activity.tsx';
import { ExpiringByMonth } from './expiring-by-month.tsx';
import { ExpiryRun } from './expiry-run.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps, useIsFresh } from './first-steps.tsx';
import classes from './home.module.css';
import { HomeActions } from './home-actions.tsx';
import { NextToExpire } from './next-to-expire.tsx';
import { ToDo } from './to-do.tsx';

/** Home: what needs doing today. */
export function Component() {
  const { t } = useWords();
  const me = useMe();
  const isFresh = useIsFresh();
  const name = me?.name.split(' ')[0] ?? '';
  if (isFresh === undefined) return null;
  return (
    <>
      <PageHead title={t(`home.greeting.${partOfDay(me?.timeZone)}`, { name })}>
        <HomeActions isFresh={isFresh} />
      </PageHead>
      <WindowTitle />
      <ExpiryRun />
      {isFresh ? (
        <FirstSteps />
      ) : (
        <div className={classes.home}>
          <Figures />
          <ExpiringByMonth />
          <ToDo />
          <NextToExpire />
          <Activity />
        </div>
      )}
    </>
  );
}

/** The window is called Home, whatever the greeting above says: it speaks after it. */
function WindowTitle() {
  const { t } = useWords();
  useTitle(t('nav.home'));
  return null;
}

/** By the clock of the organisation. */
function partOfDay(timeZone = 'UTC'): 'morning' | 'day' | 'evening' {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }).format());
  return hour < 11 ? 'morning' : hour < 18 ? 'day' : 'evening';
}
