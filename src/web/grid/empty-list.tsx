import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { type ListAddress, withoutFilters } from './list-address.ts';
import type { ListKind } from './list-kind.ts';

/** An empty list says why, and offers one way out. */
export function EmptyList<Item>({
  kind,
  address,
  empty,
}: {
  kind: ListKind<Item>;
  address: ListAddress;
  empty?: ReactNode;
}) {
  const { t, title } = useWords();
  const isFiltered = address.q !== '' || address.filters.size > 0;
  const clear = (): void => address.set({ q: undefined, filters: withoutFilters(address) });
  return (
    <Stack align="center" gap={8} py={64} px={16}>
      <Text fw={600}>{isFiltered ? t('grid.nothingFound') : t('grid.nothingYet', { title: title(kind.record) })}</Text>
      {isFiltered ? (
        <Button variant="default" onClick={clear}>
          {t('grid.clearFilters')}
        </Button>
      ) : (
        empty
      )}
    </Stack>
  );
}
