import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { DataGrid } from '../grid/data-grid.tsx';
import { ImportButton } from '../imports/import-button.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { useWords } from '../words/use-words.ts';
import { productKind } from './product-kind.tsx';

/** Products, which a key calls its feature. */
export function Component() {
  const { t } = useWords();
  const may = useMay();
  const create = may('products.write') && (
    <Button component={Link} to="/products/new" leftSection={<IconPlus size={16} />}>
      {t('grid.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('nav.products')}>
        {create}
        <ImportButton kind="products" />
      </PageHead>
      <DataGrid kind={productKind} empty={create} />
    </>
  );
}
