import { Button, Group, Kbd, Space } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { client } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import type { Selection } from './data-grid.tsx';
import classes from './grid.module.css';
import { type ListAddress, queryOf } from './list-address.ts';
import type { ListKind } from './list-kind.ts';

/** A bulk verb takes so many at once. */
const mostAtOnce = 1000;

type Props<Item> = {
  selection: Selection;
  total: number;
  kind: ListKind<Item>;
  address: ListAddress;
  children: ReactNode;
};

/** What can be done to the selected rows; stands above the pager and hides nothing. */
export function BulkBar<Item>({ selection, total, kind, address, children }: Props<Item>) {
  const { t, number } = useWords();
  const [busy, setBusy] = useState(false);
  const all = Math.min(total, mostAtOnce);
  const selectAll = async (): Promise<void> => {
    setBusy(true);
    try {
      selection.set(new Set(await allIds(kind, address, all)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Group gap={8} className={`${classes.bulk} screenOnly`} role="toolbar" aria-label={t('grid.bulk')}>
      <b>{t('grid.selected', { count: selection.ids.size, number: number(selection.ids.size) })}</b>
      {selection.ids.size < all && (
        <Button variant="subtle" size="xs" c="inherit" loading={busy} onClick={() => void selectAll()}>
          {t('grid.selectAll', { number: number(all) })}
        </Button>
      )}
      {children}
      <Space flex={1} />
      <Button
        variant="subtle"
        size="xs"
        c="inherit"
        rightSection={<Kbd size="xs">Esc</Kbd>}
        onClick={() => selection.set(new Set())}
      >
        {t('grid.clear')}
      </Button>
    </Group>
  );
}

async function allIds<Item>(kind: ListKind<Item>, address: ListAddress, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let offset = 0; offset < count; offset += 200) {
    const query = { ...queryOf(address), limit: String(Math.min(200, count - offset)), offset: String(offset) };
    // A list's answer holds items of its own kind.
    const { items } = (await client.call(kind.endpoint, { query })) as { items: Item[] };
    ids.push(...items.map(kind.idOf));
  }
  return ids;
}
