import type { ReactNode } from 'react';
import classes from './form.module.css';

/** Fields under a heading, in three columns, two, or one. */
export function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <section>
      {title && <h2 className={classes.sectionTitle}>{title}</h2>}
      <div className={classes.fields}>{children}</div>
    </section>
  );
}
