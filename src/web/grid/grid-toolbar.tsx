import { Button, Checkbox, CloseButton, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconColumns, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useLocation, useNavigation } from 'react-router';
import { ExportMenu } from '../ui/export-menu.tsx';
import { useWords } from '../words/use-words.ts';
import { fieldLabel } from './field-words.ts';
import { FilterChips } from './filter-chips.tsx';
import classes from './grid.module.css';
import { GroupChoice } from './group-choice.tsx';
import { type ListAddress, queryOf } from './list-address.ts';
import type { Column, ListKind } from './list-kind.ts';
import { useAttributes } from './use-attributes.ts';

type Props<Item> = {
  kind: ListKind<Item>;
  address: ListAddress;
  columns: readonly Column<Item>[];
  canExport: boolean;
  /** Takes what is typed into the search, where it must not get into the address; true when it has. */
  takeSearch: (text: string) => boolean;
};

export function GridToolbar<Item>({ kind, address, columns, canExport, takeSearch }: Props<Item>) {
  return (
    <Group gap={8} className={`${classes.toolbar} screenOnly`}>
      <SearchBox address={address} take={takeSearch} />
      <FilterChips kind={kind} address={address} />
      <Group gap={8} ml="auto">
        <GroupChoice kind={kind} address={address} />
        <ColumnChoice kind={kind} address={address} columns={columns} />
        {canExport && <ExportChoice kind={kind} address={address} columns={columns} />}
      </Group>
    </Group>
  );
}

function SearchBox({ address, take }: { address: ListAddress; take: (text: string) => boolean }) {
  const { t } = useWords();
  const [text, setText] = useState(address.q);
  const { pathname } = useLocation();
  const { location: next } = useNavigation();
  const search = useDebouncedCallback((typed: string) => {
    // A row was opened meanwhile and its screen is on the way: searching now would call it back.
    if (next && next.pathname !== pathname) return;
    const q = typed.trim();
    if (take(q)) return setText('');
    address.set({ q: q || undefined });
  }, 200);
  useEffect(() => setText(address.q), [address.q]);
  const clear = (): void => {
    // What was typed last may not have been searched for yet.
    search.cancel();
    setText('');
    address.set({ q: undefined });
  };
  return (
    <TextInput
      className={classes.search ?? ''}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      leftSection={<IconSearch size={16} stroke={1.75} />}
      rightSection={text && <CloseButton size="sm" aria-label={t('grid.clearSearch')} onClick={clear} />}
      placeholder={t('grid.search')}
      aria-label={t('grid.search')}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function ColumnChoice<Item>({ kind, address, columns }: Pick<Props<Item>, 'kind' | 'address' | 'columns'>) {
  const words = useWords();
  const attributes = useAttributes(kind.spec.attributes);
  const all = [...kind.columns.map(({ field }) => field), ...attributes.map(({ name }) => `attributes.${name}`)];
  const shown = columns.map(({ field }) => field);
  const toggle = (field: string): void => {
    const after = shown.includes(field)
      ? shown.filter((other) => other !== field)
      : all.filter((other) => other === field || shown.includes(other));
    address.set({ columns: after.join(',') || undefined });
  };
  return (
    <Popover position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={16} stroke={1.75} />} visibleFrom="sm">
          {words.t('grid.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8} className={classes.choices ?? ''}>
          {all.map((field) => (
            <Checkbox
              key={field}
              size="xs"
              checked={shown.includes(field)}
              onChange={() => toggle(field)}
              label={columnLabel(kind, field, words, attributes)}
            />
          ))}
          <Button variant="subtle" size="xs" onClick={() => address.set({ columns: undefined })}>
            {words.t('grid.usualColumns')}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function columnLabel<Item>(
  kind: ListKind<Item>,
  field: string,
  words: ReturnType<typeof useWords>,
  attributes: ReturnType<typeof useAttributes>,
): string {
  const label = kind.columns.find((column) => column.field === field)?.label;
  return label ? words.label(kind.record, label) : fieldLabel(kind, field, words, attributes);
}

function ExportChoice<Item>({ kind, address, columns }: Pick<Props<Item>, 'kind' | 'address' | 'columns'>) {
  const chosen = address.columns && { columns: columns.map(({ field }) => field).join(',') };
  return <ExportMenu list={kind.name} query={{ ...queryOf(address), ...chosen }} button={{ visibleFrom: 'sm' }} />;
}
