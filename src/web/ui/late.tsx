import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './late.module.css';

/** What is loaded when it is first needed: until it is there, a line at the top says that something comes. */
export function Late({ children }: { children: ReactNode }) {
  return <Suspense fallback={<Coming />}>{children}</Suspense>;
}

/** A line at the top of the window, seen where the wait is longer than a moment. */
export function Coming() {
  const { t } = useTranslation();
  return <span className={classes.coming} role="status" aria-busy aria-label={t('ui.coming')} />;
}
