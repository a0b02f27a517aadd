import { Button } from '@mantine/core';
import { IconDeviceLaptop, IconPlaylistAdd, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { ScanButton } from '../equipment/scan-button.tsx';
import { useWords } from '../words/use-words.ts';

/** What people come for: a new key, many keys, a unit. In an empty database the first steps say the same. */
export function HomeActions({ isFresh }: { isFresh: boolean }) {
  const { t } = useWords();
  const may = useMay();
  if (isFresh) return null;
  return (
    <>
      <ScanButton />
      {may('keys.create') && (
        <>
          <Button component={Link} to="/keys/new" leftSection={<IconPlus size={16} />}>
            {t('keys.new')}
          </Button>
          <Button component={Link} to="/keys/add-many" variant="default" leftSection={<IconPlaylistAdd size={16} />}>
            {t('keys.addMany')}
          </Button>
        </>
      )}
      <Button component={Link} to="/equipment" variant="default" leftSection={<IconDeviceLaptop size={16} />}>
        {t('home.findUnit')}
      </Button>
    </>
  );
}
