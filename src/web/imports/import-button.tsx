import { Button } from '@mantine/core';
import { IconFileImport } from '@tabler/icons-react';
import { Link } from 'react-router';
import type { ImportKind } from '../../domain/import-fields.ts';
import { useMay } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';

/** From a list to the import of such records. */
export function ImportButton({ kind }: { kind: ImportKind }) {
  const { t } = useWords();
  const may = useMay();
  if (!may('imports.run')) return null;
  return (
    <Button component={Link} to={`/import?kind=${kind}`} variant="default" leftSection={<IconFileImport size={16} />}>
      {t('imports.verb')}
    </Button>
  );
}
