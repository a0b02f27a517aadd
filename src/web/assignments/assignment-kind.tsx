import { assignmentList, listAssignments } from '../../contract/assignments.ts';
import type { ListKind } from '../grid/list-kind.ts';
import { KeysChip } from '../keys/keys-chip.tsx';
import { MaskedKey } from '../ui/masked-key.tsx';
import { hasPage, KeyLink } from './key-link.tsx';
import type { Assignment } from './write-assignments.ts';

function KeyName({ item: { key } }: { item: Assignment }) {
  return (
    <KeyLink to={key}>
      {key.product.name} - <MaskedKey mask={key.maskedKey} short />
    </KeyLink>
  );
}

/** Where a row leads to: the unit, else the key. */
function pageOf({ equipment, key }: Assignment): string | undefined {
  if (equipment) return `/equipment/${equipment.id}`;
  return hasPage(key) ? `/keys/${key.id}` : undefined;
}

/** Every key on every unit or user. */
export const assignmentKind: ListKind<Assignment> = {
  name: 'assignments',
  record: 'assignment',
  endpoint: listAssignments,
  spec: assignmentList,
  idOf: ({ id }) => id,
  to: pageOf,
  columns: [
    { field: 'product', isUsual: true, givesWay: 2, show: ({ key }) => key.product.name || '–' },
    {
      field: 'maskedKey',
      label: 'licenseKey',
      isUsual: true,
      show: ({ key }) => (
        <KeyLink to={key}>
          <MaskedKey mask={key.maskedKey} short />
        </KeyLink>
      ),
    },
    { field: 'equipment', isUsual: true, givesWay: 1, show: ({ equipment }) => equipment?.name ?? '–' },
    { field: 'userName', isUsual: true, givesWay: 1, show: ({ userName }) => userName ?? '–' },
    { field: 'customer', givesWay: 1, show: ({ customer }) => customer?.name ?? '–' },
    { field: 'appliedOn', isUsual: true, show: ({ appliedOn }, { day }) => day(appliedOn) },
    { field: 'appliedBy', isUsual: true, givesWay: 1, show: ({ appliedBy }) => appliedBy.name },
    { field: 'remarks', isUsual: true, givesWay: 1, show: ({ remarks }) => remarks ?? '–' },
    { field: 'removedOn', show: ({ removedOn }, { day }) => day(removedOn) },
    { field: 'removedBy', show: ({ removedBy }) => removedBy?.name ?? '–' },
    { field: 'seat', numeric: true, show: ({ seat }, { number }) => (seat === null ? '–' : number(seat)) },
    { field: 'appliedAt', show: ({ appliedAt }, { moment }) => moment(appliedAt) },
  ],
  card: (item, { day }) => ({
    title: <KeyName item={item} />,
    below: (
      <>
        {[item.equipment?.name, item.userName].filter(Boolean).join(' · ') || '–'} · {day(item.appliedOn)},{' '}
        {item.appliedBy.name}
      </>
    ),
  }),
  keyFilter: 'keyId',
  chips: { keyId: { label: 'licenseKey', Value: KeysChip } },
  views: [{ word: 'grid.views.of.assignments.all', query: '' }],
  groups: ['product', 'equipment', 'customer', 'appliedBy', 'userName', 'appliedOnMonth'],
};
