import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { ImportButton } from '../imports/import-button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { BulkExport } from './bulk-export.tsx';
import { equipmentKind } from './equipment-kind.tsx';
import { ScanButton } from './scan-button.tsx';

/** Equipment: found by serial number, asset tag, name or customer. */
export function Component() {
  const { t, title } = useWords();
  const may = useMay();
  const create = may('equipment.create') && (
    <Button component={Link} to="/equipment/new" leftSection={<IconPlus size={16} />}>
      {t('grid.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={title('equipment')}>
        {create}
        <ScanButton />
        <ImportButton kind="equipment" />
      </PageHead>
      <DataGrid kind={equipmentKind} bulk={({ ids }) => <BulkExport ids={ids} />} empty={create} />
    </>
  );
}
