import { IconAlertTriangle } from '@tabler/icons-react';
import type { z } from 'zod';
import { licenseList, type license as licenseSchema, listLicenses } from '../../contract/licenses.ts';
import { licenseFields } from '../../domain/records/license.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { plainColumns } from '../grid/plain-columns.tsx';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { showMoney } from '../words/formats.ts';
import { useWords } from '../words/use-words.ts';
import classes from './licenses.module.css';

export type License = z.output<typeof licenseSchema>;

/** What people call a license: its product and its order. */
export function licenseName({ product, orderNumber }: Pick<License, 'product' | 'orderNumber'>): string {
  return [product.name, orderNumber].filter(Boolean).join(' · ');
}

/** Bought less taken; more taken than bought is the one thing to see here (E6). */
export function Free({ free }: { free: number }) {
  const { number, t } = useWords();
  if (free >= 0) return <>{number(free)}</>;
  return (
    <span className={classes.over} title={t('licenses.over', { count: -free })}>
      <IconAlertTriangle size={14} stroke={2} aria-hidden />
      {number(free)}
    </span>
  );
}

/** Two stand further ahead, the end with how far it is. */
const { orderNumber: _, end: __, ...others } = licenseFields;

export const licenseKind: ListKind<License, 'licenses'> = {
  name: 'licenses',
  record: 'license',
  endpoint: listLicenses,
  spec: licenseList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/licenses/${id}`,
  columns: [
    { field: 'product', isUsual: true, givesWay: 2, show: ({ product }) => product.name },
    { field: 'orderNumber', isUsual: true, show: ({ orderNumber }) => orderNumber ?? '–' },
    { field: 'customer', isUsual: true, givesWay: 1, show: ({ customer }) => customer.name },
    { field: 'quantity', isUsual: true, numeric: true, show: ({ quantity }, { number }) => number(quantity) },
    { field: 'keyed', isUsual: true, numeric: true, show: ({ keyed }, { number }) => number(keyed) },
    { field: 'taken', isUsual: true, numeric: true, show: ({ taken }, { number }) => number(taken) },
    { field: 'free', isUsual: true, numeric: true, show: ({ free }) => <Free free={free} /> },
    { field: 'unusedSince', isUsual: true, show: ({ unusedSince }, { day }) => day(unusedSince) },
    { field: 'end', isUsual: true, show: ({ end }) => <DayWithHint day={end} /> },
    {
      field: 'cost',
      numeric: true,
      show: ({ cost, currency }, { manner }) => (cost === null ? '–' : showMoney(cost, currency, manner)),
    },
    ...plainColumns<typeof others, License>(others),
    { field: 'renewsItself', show: ({ renewsItself }, { value }) => value('yesNo', renewsItself ? 'true' : 'false') },
    { field: 'archived', show: ({ archived }, { value }) => value('yesNo', archived ? 'true' : 'false') },
    { field: 'createdAt', show: ({ createdAt }, { moment }) => moment(createdAt) },
  ],
  card: (item, { t, number }) => ({
    title: licenseName(item),
    below: (
      <>
        {item.customer.name} ·{' '}
        {t('licenses.card', { quantity: number(item.quantity), keyed: number(item.keyed), taken: number(item.taken) })}{' '}
        <Free free={item.free} />
        {item.end !== null && (
          <>
            {' · '}
            <DayWithHint day={item.end} />
          </>
        )}
      </>
    ),
  }),
  views: [
    { word: 'grid.views.of.licenses.all', query: '' },
    { word: 'grid.views.of.licenses.over', query: 'archived=false&freeTo=-1&sort=free' },
  ],
  groups: ['product', 'customer', 'supplier', 'costCenter', 'renewsItself', 'archived'],
};
