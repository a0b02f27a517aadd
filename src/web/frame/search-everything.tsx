import { Button, Kbd } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { Late } from '../ui/late.tsx';

const SearchDialog = lazy(async () => ({ default: (await import('./search-dialog.tsx')).SearchDialog }));

/** Ctrl K: keys by their last characters or whole, equipment by name, serial or tag, customers. */
export function SearchEverything() {
  const { t } = useTranslation();
  const [opened, { open, close }] = useDisclosure(false);
  useHotkeys([['mod+K', open]], []);
  return (
    <>
      <Button
        variant="default"
        miw={180}
        justify="space-between"
        onClick={open}
        leftSection={<IconSearch size={16} stroke={1.75} />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        visibleFrom="md"
        fw={400}
        c="var(--kb-ink-3)"
      >
        {t('search.open')}
      </Button>
      <Button variant="subtle" px={6} hiddenFrom="md" onClick={open} aria-label={t('search.open')}>
        <IconSearch size={20} />
      </Button>
      <Late>{opened && <SearchDialog onClose={close} />}</Late>
    </>
  );
}
