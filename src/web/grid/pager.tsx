import { ActionIcon, Box, Group, NativeSelect, Space, TextInput } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useWords } from '../words/use-words.ts';
import classes from './grid.module.css';
import { type ListAddress, pageSizes } from './list-address.ts';

type Props = { address: ListAddress; total: number | undefined; moreThanTotal?: boolean | undefined };

/** Where in the list one is. Of very many rows only so many are counted: one goes on behind them page by page. */
export function Pager({ address, total, moreThanTotal = false }: Props) {
  const { t, number, rowsCounted } = useWords();
  const { page, size, set } = address;
  const pages = Math.max(1, Math.ceil((total ?? 0) / size));
  const go = (to: number): void =>
    set({ page: to <= 1 ? undefined : String(moreThanTotal ? to : Math.min(pages, to)) });
  const first = (page - 1) * size + 1;
  const last = moreThanTotal ? page * size : Math.min(page * size, total ?? 0);
  return (
    <footer className={`${classes.pager} screenOnly`}>
      <span aria-live="polite">
        {total === undefined
          ? ''
          : total === 0
            ? t('grid.count', { count: 0 })
            : t('grid.range', {
                first: number(first),
                last: number(last),
                total: rowsCounted({ total, moreThanTotal }),
              })}
      </span>
      <Space flex={1} />
      <Group gap={8} wrap="nowrap" visibleFrom="sm">
        <span>{t('grid.rows')}</span>
        <NativeSelect
          w={76}
          size="xs"
          aria-label={t('grid.rows')}
          data={pageSizes.map(String)}
          value={String(size)}
          onChange={({ currentTarget }) => set({ size: currentTarget.value })}
        />
      </Group>
      <Group gap={8} wrap="nowrap">
        <Box component="span" visibleFrom="sm">
          {t('grid.page')}
        </Box>
        <TextInput
          key={page}
          w={64}
          size="xs"
          inputMode="numeric"
          autoComplete="off"
          defaultValue={page}
          aria-label={t('grid.page')}
          onBlur={(event) => Number(event.currentTarget.value) !== page && go(Number(event.currentTarget.value) || 1)}
          onKeyDown={(event) => event.key === 'Enter' && go(Number(event.currentTarget.value) || 1)}
        />
        <span>{t('grid.of', { pages: rowsCounted({ total: pages, moreThanTotal }) })}</span>
      </Group>
      <Group gap={8} wrap="nowrap">
        <ActionIcon
          variant="subtle"
          c="var(--kb-ink-2)"
          disabled={page <= 1}
          onClick={() => go(page - 1)}
          aria-label={t('grid.previous')}
        >
          <IconChevronLeft size={16} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          c="var(--kb-ink-2)"
          disabled={!moreThanTotal && page >= pages}
          onClick={() => go(page + 1)}
          aria-label={t('grid.next')}
        >
          <IconChevronRight size={16} />
        </ActionIcon>
      </Group>
    </footer>
  );
}
