import type { ReactNode } from 'react';
import classes from './settings.module.css';

type Props = { title: string; intro?: ReactNode; isWide?: boolean; children: ReactNode };

/** One matter of the settings under its heading. */
export function Panel({ title, intro, isWide = false, children }: Props) {
  return (
    <section className={`${classes.panel} ${isWide ? classes.wide : ''}`} aria-label={title}>
      <h2>{title}</h2>
      {intro && <p className={classes.intro}>{intro}</p>}
      {children}
    </section>
  );
}
