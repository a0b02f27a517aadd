import type { z } from 'zod';
import { equipmentList, type equipment as equipmentSchema, listEquipment } from '../../contract/equipment.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { UnitStatusBadge } from './unit-status.tsx';

export type Unit = z.output<typeof equipmentSchema>;

export const equipmentKind: ListKind<Unit> = {
  name: 'equipment',
  record: 'equipment',
  endpoint: listEquipment,
  spec: equipmentList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/equipment/${id}`,
  columns: [
    { field: 'name', isUsual: true, givesWay: 2, show: ({ name }) => name },
    {
      field: 'serialNumber',
      isUsual: true,
      show: ({ serialNumber }) => <span className="mono">{serialNumber ?? '–'}</span>,
    },
    { field: 'assetTag', isUsual: true, show: ({ assetTag }) => <span className="mono">{assetTag ?? '–'}</span> },
    { field: 'customer', isUsual: true, givesWay: 1, show: ({ customer }) => customer.name },
    { field: 'type', isUsual: true, givesWay: 1, show: ({ type }) => type ?? '–' },
    { field: 'location', isUsual: true, givesWay: 1, show: ({ location }) => location ?? '–' },
    { field: 'status', isUsual: true, show: ({ status }) => <UnitStatusBadge status={status} /> },
    { field: 'keyCount', isUsual: true, numeric: true, show: ({ keyCount }, { number }) => number(keyCount) },
    { field: 'code', show: ({ code }) => code ?? '–' },
    { field: 'manufacturer', show: ({ manufacturer }) => manufacturer ?? '–' },
    { field: 'model', show: ({ model }) => model ?? '–' },
    { field: 'remarks', givesWay: 2, show: ({ remarks }) => remarks ?? '–' },
    { field: 'createdAt', show: ({ createdAt }, { moment }) => moment(createdAt) },
  ],
  card: (item, { t }) => ({
    title: (
      <>
        {item.name} <UnitStatusBadge status={item.status} />
      </>
    ),
    below: [
      item.serialNumber,
      item.assetTag,
      item.customer.name,
      item.keyCount > 0 && t('equipment.keys', { count: item.keyCount }),
    ]
      .filter(Boolean)
      .join(' · '),
  }),
  views: [
    { word: 'grid.views.of.equipment.all', query: '' },
    { word: 'grid.views.of.equipment.outOfService', query: 'keyCountFrom=1&status=returned,retired' },
  ],
  groups: ['customer', 'status', 'type', 'manufacturer', 'location'],
};
