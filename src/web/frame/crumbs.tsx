import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import classes from './frame.module.css';

const here = { title: '', told: new Set<(title: string) => void>() };

/** Says what the open screen is called: in the breadcrumbs and in the window's title. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title === undefined) return;
    here.title = title;
    document.title = `${title} · Keybook`;
    for (const tell of here.told) tell(title);
  }, [title]);
}

/** Which list a screen belongs to, by the first part of its address. */
const parents: Record<string, string> = {
  equipment: 'nav.equipment',
  keys: 'nav.keys',
  assignments: 'nav.assignments',
  audit: 'nav.audit',
  licenses: 'nav.licenses',
  products: 'nav.products',
  customers: 'nav.customers',
  reports: 'nav.reports',
  settings: 'nav.settings',
};

export function Crumbs(): ReactNode {
  const { t } = useTranslation();
  const [title, setTitle] = useState(here.title);
  useEffect(() => {
    here.told.add(setTitle);
    return () => void here.told.delete(setTitle);
  }, []);
  const [, first = '', second] = useLocation().pathname.split('/');
  const parent = second === undefined ? undefined : parents[first];
  return (
    <div className={classes.crumbs}>
      {parent && (
        <>
          <Link to={`/${first}`}>{t(parent)}</Link>
          {' › '}
        </>
      )}
      <b>{title}</b>
    </div>
  );
}
