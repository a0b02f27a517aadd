import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { ImportButton } from '../imports/import-button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { licenseKind } from './license-kind.tsx';

/** Software Licenses. */
export function Component() {
  const { t, title } = useWords();
  const may = useMay();
  const create = may('licenses.write') && (
    <Button component={Link} to="/licenses/new" leftSection={<IconPlus size={16} />}>
      {t('grid.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={title('license')}>
        {create}
        <ImportButton kind="licenses" />
      </PageHead>
      <DataGrid kind={licenseKind} empty={create} />
    </>
  );
}
