import { Link } from 'react-router';
import type { z } from 'zod';
import { keyList, type key as keySchema, listKeys } from '../../contract/keys.ts';
import { keyStatuses } from '../../domain/key-rules.ts';
import { keyFields } from '../../domain/records/key.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { plainColumns } from '../grid/plain-columns.tsx';
import { KeyTypeSign, StatusBadge } from '../ui/badges.tsx';
import { DayWithHint } from '../ui/day-with-hint.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { KeysChip } from './keys-chip.tsx';

export type Key = z.output<typeof keySchema>;

/** A key without a value shows that; of one that is not the reader's own it is not known. */
function none(isElsewhere: boolean): string {
  return isElsewhere ? '' : '–';
}

/** The units and users a key is on, as far as the list names them. */
function Holders({ item }: { item: Key }) {
  const [first] = item.assignments;
  if (!first) return '–';
  const more = item.seatsTaken > 1 ? ` +${item.seatsTaken - 1}` : '';
  return (
    <>
      {first.equipment ? (
        <Link to={`/equipment/${first.equipment.id}`}>{first.equipment.name}</Link>
      ) : (
        (first.userName ?? '–')
      )}
      {more}
    </>
  );
}

export const keyKind: ListKind<Key, 'keys'> = {
  name: 'keys',
  record: 'key',
  endpoint: listKeys,
  spec: keyList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/keys/${id}`,
  columns: [
    {
      field: 'maskedKey',
      label: 'licenseKey',
      isUsual: true,
      show: ({ maskedKey }) => <MaskedKey mask={maskedKey} short />,
    },
    { field: 'product', isUsual: true, givesWay: 2, show: ({ product }) => product.name },
    { field: 'keyType', isUsual: true, show: ({ keyType }) => <KeyTypeSign type={keyType} /> },
    { field: 'status', isUsual: true, show: ({ status, inUse }) => <StatusBadge status={status} inUse={inUse} /> },
    { field: 'validityStart', isUsual: true, show: ({ validityStart }, { day }) => day(validityStart) },
    { field: 'validityEnd', isUsual: true, show: ({ validityEnd }) => <DayWithHint day={validityEnd} /> },
    {
      field: 'equipmentId',
      label: 'equipment',
      isUsual: true,
      givesWay: 1,
      isSortable: false,
      show: (item) => <Holders item={item} />,
    },
    { field: 'customer', isUsual: true, givesWay: 1, show: ({ customer }) => customer?.name },
    { field: 'delivery', show: ({ delivery }, { value }) => value('delivery', delivery) },
    { field: 'seats', numeric: true, show: ({ seats }, { number }) => number(seats) },
    { field: 'seatsTaken', numeric: true, show: ({ seatsTaken }, { number }) => number(seatsTaken) },
    ...plainColumns<typeof keyFields, Key>(keyFields, ({ elsewhere }) => elsewhere),
    { field: 'userName', show: ({ userName }) => userName ?? '–' },
    { field: 'licenseId', label: 'license', show: ({ license, elsewhere }) => license?.name ?? none(elsewhere) },
    { field: 'createdAt', show: ({ createdAt }, { moment }) => createdAt && moment(createdAt) },
  ],
  card: (item) => ({
    title: (
      <>
        <MaskedKey mask={item.maskedKey} short /> · {item.product.name}
      </>
    ),
    below: (
      <>
        <StatusBadge status={item.status} inUse={item.inUse} /> <DayWithHint day={item.validityEnd} />{' '}
        <Holders item={item} />
      </>
    ),
  }),
  keyFilter: 'ids',
  chips: { ids: { label: 'licenseKey', Value: KeysChip } },
  views: [
    { word: 'grid.views.of.keys.all', query: '' },
    { word: 'grid.views.of.keys.expiring', query: 'expiringWithin=60&sort=validityEnd' },
    { word: 'grid.views.of.keys.expiredInUse', query: 'inUse=true&status=expired' },
  ],
  split: { field: 'status', values: keyStatuses, runsOut: ['product', 'productId'] },
  groups: ['product', 'status', 'keyType', 'delivery', 'customer', 'validityEndMonth', 'licenseId', 'userName'],
};
