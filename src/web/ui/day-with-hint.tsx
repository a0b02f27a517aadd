import { daysBetween } from '../words/formats.ts';
import { useWords } from '../words/use-words.ts';
import classes from './day-with-hint.module.css';

/** An end with how far it is: nothing beyond 60 days, amber within 30, red once past. */
export function DayWithHint({ day }: { day: string | null }) {
  const { day: show } = useWords();
  return (
    <span className={classes.day}>
      {show(day)} <HowFar day={day} />
    </span>
  );
}

/** How far an end is, in words, where it is near or past. */
export function HowFar({ day }: { day: string | null }) {
  const { t, today } = useWords();
  if (day === null || today === undefined) return null;
  const days = daysBetween(today, day);
  if (days > 60) return null;
  const tone = days < 0 ? classes.past : days <= 30 ? classes.soon : classes.later;
  const words =
    days < 0 ? t('hint.past', { count: -days }) : days === 0 ? t('hint.today') : t('hint.in', { count: days });
  return <span className={`${classes.hint} ${tone}`}>{words}</span>;
}
