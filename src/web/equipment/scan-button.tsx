import { Button } from '@mantine/core';
import { IconScan } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useMay } from '../api/me.ts';
import { useWords } from '../words/use-words.ts';

/** The technician's way in on a phone: scan the unit in front of you. */
export function ScanButton() {
  const { t } = useWords();
  const may = useMay();
  if (!may('equipment.read')) return null;
  return (
    <Button component={Link} to="/scan" hiddenFrom="sm" h={48} fz={16} leftSection={<IconScan size={20} />}>
      {t('scan.scan')}
    </Button>
  );
}
