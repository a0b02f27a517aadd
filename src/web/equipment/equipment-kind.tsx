import type { z } from 'zod';
import { equipmentList, type equipment as equipmentSchema, listEquipment } from '../../contract/equipment.ts';
import { equipmentFields } from '../../domain/records/equipment.ts';
import { inSection, type SectionOf } from '../../domain/records/plain-field.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { plainColumns } from '../grid/plain-columns.tsx';
import { UnitStatusBadge } from './unit-status.tsx';

export type Unit = z.output<typeof equipmentSchema>;

type Identification = SectionOf<typeof equipmentFields, 'identification'>;
type Information = SectionOf<typeof equipmentFields, 'information'>;

export const equipmentKind: ListKind<Unit, 'equipment'> = {
  name: 'equipment',
  record: 'equipment',
  endpoint: listEquipment,
  spec: equipmentList,
  idOf: ({ id }) => id,
  to: ({ id }) => `/equipment/${id}`,
  columns: [
    { field: 'name', isUsual: true, givesWay: 2, show: ({ name }) => name },
    ...plainColumns<Identification, Unit>(inSection(equipmentFields, 'identification')),
    { field: 'customer', isUsual: true, givesWay: 1, show: ({ customer }) => customer.name },
    ...plainColumns<Information, Unit>(inSection(equipmentFields, 'information')),
    { field: 'status', isUsual: true, show: ({ status }) => <UnitStatusBadge status={status} /> },
    { field: 'keyCount', isUsual: true, numeric: true, show: ({ keyCount }, { number }) => number(keyCount) },
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
