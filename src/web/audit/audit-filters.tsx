import { Group, Select, SimpleGrid } from '@mantine/core';
import { getCustomer, listCustomers } from '../../contract/customers.ts';
import type { Endpoint } from '../../contract/endpoint.ts';
import { getEquipment, listEquipment } from '../../contract/equipment.ts';
import { getKey, listKeys } from '../../contract/keys.ts';
import { GroupChoice } from '../grid/group-choice.tsx';
import { type ListAddress, queryOf, valuesOf } from '../grid/list-address.ts';
import type { Key } from '../keys/key-kind.tsx';
import { DayInput } from '../ui/day-input.tsx';
import { ExportMenu } from '../ui/export-menu.tsx';
import { RecordSelect } from '../ui/record-select.tsx';
import { useWords } from '../words/use-words.ts';
import { ActionChoice } from './action-choice.tsx';
import classes from './audit.module.css';
import { auditKind } from './audit-kind.tsx';
import { actionWords } from './audit-words.ts';
import { FilterChip } from './filter-chip.tsx';
import { useNameOf, useUsers } from './filter-names.ts';

type Props = { address: ListAddress };

/** By key, equipment, action, user and date (L4); each filter stands in the address. */
export function AuditFilters({ address }: Props) {
  const { t, label } = useWords();
  return (
    <Group gap={8} className={`${classes.filters} screenOnly`}>
      <RecordFilter address={address} name="keyId" text={t('audit.filter.key')} of={keys} />
      <RecordFilter address={address} name="equipmentId" text={label('auditEntry', 'equipment')} of={units} />
      <ActionFilter address={address} />
      <UserFilter address={address} />
      <PeriodFilter address={address} />
      <RecordFilter address={address} name="customerId" text={label('auditEntry', 'customer')} of={customers} />
      <PlainFilter address={address} name="subject" />
      <PlainFilter address={address} name="idx" />
      <Group gap={8} wrap="nowrap" ml="auto">
        <GroupChoice kind={auditKind} address={address} />
        <ExportMenu list="audit" query={queryOf(address)} />
      </Group>
    </Group>
  );
}

const nameOf = ({ name }: { name: string }): string => name;
const units = { name: 'equipment', get: getEquipment, list: listEquipment, nameOf };
const customers = { name: 'customers', get: getCustomer, list: listCustomers, nameOf };
const keys = {
  name: 'keys',
  get: getKey,
  list: listKeys,
  nameOf: ({ product, maskedKey }: Key): string => [product.name, maskedKey].filter(Boolean).join(' - '),
};

type RecordFilterProps<Item> = Props & {
  name: 'keyId' | 'equipmentId' | 'customerId';
  text: string;
  of: { name: string; get: Endpoint; list: Endpoint; nameOf: (item: Item) => string };
};

/** One record of a list. */
function RecordFilter<Item>({ address, name, text, of }: RecordFilterProps<Item>) {
  const id = address.filters.get(name);
  const value = useNameOf(of.name, of.get, id, of.nameOf);
  return (
    <FilterChip label={text} value={id && value} clear={() => address.set({ filters: { [name]: undefined } })}>
      {(close) => (
        <RecordSelect
          label={text}
          isLabelHidden
          autoFocus
          list={of.list}
          nameOf={of.nameOf}
          onChosen={(chosen) => {
            address.set({ filters: { [name]: [chosen] } });
            close();
          }}
        />
      )}
    </FilterChip>
  );
}

function ActionFilter({ address }: Props) {
  const words = useWords();
  const chosen = valuesOf(address, 'action').filter(Boolean);
  const groups = ['created', 'applied', 'revoked', 'expired', 'other'] as const;
  const word = (action: string): string => {
    const group = groups.find((known) => known === action);
    return group ? words.value('auditGroup', group) : actionWords(action, words);
  };
  const shown =
    chosen.length > 2
      ? `${chosen.slice(0, 2).map(word).join(', ')} +${chosen.length - 2}`
      : chosen.map(word).join(', ');
  return (
    <FilterChip
      label={words.label('auditEntry', 'action')}
      value={chosen.length > 0 ? shown : undefined}
      clear={() => address.set({ filters: { action: undefined } })}
    >
      {() => <ActionChoice chosen={chosen} set={(actions) => address.set({ filters: { action: actions } })} />}
    </FilterChip>
  );
}

function UserFilter({ address }: Props) {
  const { label, t } = useWords();
  const id = address.filters.get('actorId');
  const users = useUsers();
  const text = label('auditEntry', 'actor');
  return (
    <FilterChip
      label={text}
      value={id && (users.find(({ value }) => value === id)?.label ?? '…')}
      clear={() => address.set({ filters: { actorId: undefined } })}
    >
      {(close) => (
        <Select
          aria-label={text}
          placeholder={t('pick.placeholder')}
          data={users}
          value={id ?? null}
          searchable
          data-autofocus
          comboboxProps={{ withinPortal: false }}
          nothingFoundMessage={t('pick.none')}
          onChange={(actorId) => {
            address.set({ filters: { actorId: actorId === null ? undefined : [actorId] } });
            close();
          }}
        />
      )}
    </FilterChip>
  );
}

function PeriodFilter({ address }: Props) {
  const { t, day } = useWords();
  const [from, to] = [address.filters.get('from'), address.filters.get('to')];
  const value = from || to ? `${from ? day(from) : '…'} – ${to ? day(to) : '…'}` : undefined;
  return (
    <FilterChip
      label={t('audit.filter.period')}
      value={value}
      clear={() => address.set({ filters: { from: undefined, to: undefined } })}
    >
      {() => (
        <SimpleGrid cols={2} spacing={8}>
          {(['from', 'to'] as const).map((side) => (
            <DayInput
              bare
              key={side}
              label={t(`audit.filter.${side}`)}
              value={address.filters.get(side) ?? null}
              onChange={(chosen) => address.set({ filters: { [side]: chosen ? [chosen] : undefined } })}
              popoverProps={{ withinPortal: false }}
              clearable
              {...(side === 'from' && { 'data-autofocus': true })}
            />
          ))}
        </SimpleGrid>
      )}
    </FilterChip>
  );
}

/** Filters that links bring along and nobody types: one record, one entry. */
function PlainFilter({ address, name }: Props & { name: 'subject' | 'idx' }) {
  const { t } = useWords();
  const value = address.filters.get(name);
  if (value === undefined) return null;
  const shown = name === 'subject' ? t(`audit.kind.${value.split(':')[0]}`, { defaultValue: value }) : value;
  return (
    <FilterChip
      label={t(`audit.filter.${name}`)}
      value={shown}
      clear={() => address.set({ filters: { [name]: undefined } })}
    />
  );
}
