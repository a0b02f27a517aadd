import { Group } from '@mantine/core';
import {
  IconBox,
  IconBuilding,
  IconCertificate,
  IconClipboardList,
  IconDeviceLaptop,
  IconFileImport,
  IconHome,
  IconKey,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconLink,
  IconReport,
  IconSettings,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import type { Action } from '../../domain/permissions.ts';
import { useMay } from '../api/me.ts';
import classes from './frame.module.css';

type Item = { to: string; word: string; icon: ComponentType<{ size?: number; stroke?: number }>; needs?: Action };
type Section = { word?: string; items: Item[]; inner?: Section };

/** As the guide nests it. */
const sections: Section[] = [
  { items: [{ to: '/', word: 'nav.home', icon: IconHome }] },
  {
    word: 'nav.clientEquipment',
    items: [{ to: '/equipment', word: 'nav.equipment', icon: IconDeviceLaptop, needs: 'equipment.read' }],
    inner: {
      word: 'nav.keyManagement',
      items: [
        { to: '/keys', word: 'nav.keys', icon: IconKey, needs: 'keys.read' },
        { to: '/assignments', word: 'nav.assignments', icon: IconLink, needs: 'assignments.read' },
        { to: '/audit', word: 'nav.audit', icon: IconClipboardList, needs: 'audit.read' },
      ],
    },
  },
  {
    items: [
      { to: '/licenses', word: 'nav.licenses', icon: IconCertificate, needs: 'licenses.read' },
      { to: '/products', word: 'nav.products', icon: IconBox, needs: 'products.read' },
      { to: '/customers', word: 'nav.customers', icon: IconBuilding, needs: 'customers.read' },
      { to: '/reports', word: 'nav.reports', icon: IconReport },
      { to: '/import', word: 'nav.import', icon: IconFileImport, needs: 'imports.run' },
    ],
  },
];
const settings: Item = { to: '/settings', word: 'nav.settings', icon: IconSettings };

type Props = {
  onChosen?: () => void;
  /** Where it can be folded to its icons: whether it is, and what changes that. */
  fold?: { isFolded: boolean; toggle: () => void };
};

export function Navigation({ onChosen, fold }: Props) {
  const { t } = useTranslation();
  const may = useMay();
  const link = ({ to, word, icon: Icon, needs }: Item) =>
    needs && !may(needs) ? null : (
      <NavLink key={to} to={to} end={to === '/'} className={classes.navLink ?? ''} onClick={onChosen} title={t(word)}>
        <Icon size={16} stroke={1.75} />
        <span>{t(word)}</span>
      </NavLink>
    );
  const section = ({ word, items, inner }: Section) => (
    <div key={items[0]?.to} className={classes.section} {...(word && { role: 'group', 'aria-label': t(word) })}>
      {word && <div className={classes.sectionTitle}>{t(word)}</div>}
      {items.map(link)}
      {inner && section(inner)}
    </div>
  );
  return (
    <nav className={classes.nav} aria-label={t('nav.label')}>
      <Group gap={8} wrap="nowrap" className={classes.brand ?? ''}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span>Keybook</span>
      </Group>
      {sections.map(section)}
      <div className={classes.bottom}>
        {link(settings)}
        {fold && <Fold {...fold} />}
      </div>
    </nav>
  );
}

function Fold({ isFolded, toggle }: NonNullable<Props['fold']>) {
  const { t } = useTranslation();
  const word = t(isFolded ? 'nav.unfold' : 'nav.fold');
  const Icon = isFolded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <button
      type="button"
      className={`${classes.navLink} ${classes.fold}`}
      onClick={toggle}
      title={word}
      aria-label={word}
    >
      <Icon size={16} stroke={1.75} />
      <span>{word}</span>
    </button>
  );
}
