import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { lastAddress } from '../grid/last-list.ts';
import classes from './frame.module.css';

type Title = { title: string; mark?: string | undefined };
const here = { named: { title: '' } as Title, told: new Set<(named: Title) => void>() };

/** Says what the open screen is called: in the breadcrumbs and in the window's title. */
export function useTitle(title: string | undefined, mark?: string): void {
  useEffect(() => {
    if (title === undefined) return;
    here.named = { title, mark };
    document.title = `${title}${mark ? ` ·${mark}` : ''} · Keybook`;
    for (const tell of here.told) tell(here.named);
  }, [title, mark]);
}

/** The last characters of what a title names, in letters of one width. */
export function Mark({ mark }: Pick<Title, 'mark'>): ReactNode {
  if (!mark) return null;
  return (
    <span className={classes.mark}>
      {' '}
      <span className="mono">·{mark}</span>
    </span>
  );
}

/** What a screen stands under, by the first part of its address: the menus of its list, then the list. */
const parents: Record<string, { menus: string[]; list: string }> = {
  equipment: { menus: ['nav.clientEquipment'], list: 'nav.equipment' },
  keys: { menus: ['nav.clientEquipment', 'nav.keyManagement'], list: 'nav.keys' },
  assignments: { menus: ['nav.clientEquipment', 'nav.keyManagement'], list: 'nav.assignments' },
  audit: { menus: ['nav.clientEquipment', 'nav.keyManagement'], list: 'nav.audit' },
  licenses: { menus: [], list: 'nav.licenses' },
  products: { menus: [], list: 'nav.products' },
  customers: { menus: [], list: 'nav.customers' },
  settings: { menus: [], list: 'nav.settings' },
};

/** Where the open screen is; its list leads back to what was last looked at in it. */
export function Crumbs(): ReactNode {
  const { t } = useTranslation();
  const [{ title, mark }, setNamed] = useState(here.named);
  useEffect(() => {
    here.told.add(setNamed);
    return () => void here.told.delete(setNamed);
  }, []);
  const [, first = '', second] = useLocation().pathname.split('/');
  const { menus = [], list } = parents[first] ?? {};
  const above = second === undefined ? menus.map((menu) => t(menu)) : [];
  return (
    <nav aria-label={t('nav.crumbs')} className={classes.crumbs}>
      <ol>
        {above.map((menu) => (
          <li key={menu} className={classes.crumbMenu}>
            {menu}
            <Then />
          </li>
        ))}
        {second !== undefined && list && (
          <li>
            <Link to={lastAddress(first)}>{t(list)}</Link>
            <Then />
          </li>
        )}
        <li aria-current="page">
          <span>{title}</span>
          <Mark mark={mark} />
        </li>
      </ol>
    </nav>
  );
}

function Then() {
  return <IconChevronRight className={classes.crumbSign ?? ''} size={14} aria-hidden />;
}
