import { Button } from '@mantine/core';
import { IconPlaylistAdd, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { ImportButton } from '../imports/import-button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { KeyBulk } from './key-bulk.tsx';
import { keyKind } from './key-kind.tsx';

/** Software Keys. */
export function Component() {
  const { t, title } = useWords();
  const may = useMay();
  const create = may('keys.create') && (
    <>
      <Button component={Link} to="/keys/new" leftSection={<IconPlus size={16} />}>
        {t('grid.create')}
      </Button>
      <Button component={Link} to="/keys/add-many" variant="default" leftSection={<IconPlaylistAdd size={16} />}>
        {t('keys.addMany')}
      </Button>
    </>
  );
  return (
    <>
      <PageHead title={title('key')}>
        {create}
        <ImportButton kind="keys" />
      </PageHead>
      <DataGrid kind={keyKind} bulk={({ ids, done }) => <KeyBulk ids={ids} done={done} />} empty={create} />
    </>
  );
}
