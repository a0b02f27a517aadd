import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { ImportButton } from '../imports/import-button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { customerKind } from './customer-kind.tsx';

/** Customers: who owns units, keys and licenses. */
export function Component() {
  const { t, title } = useWords();
  const may = useMay();
  const create = may('customers.write') && (
    <Button component={Link} to="/customers/new" leftSection={<IconPlus size={16} />}>
      {t('grid.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={title('customer')}>
        {create}
        <ImportButton kind="customers" />
      </PageHead>
      <DataGrid kind={customerKind} empty={create} />
    </>
  );
}
