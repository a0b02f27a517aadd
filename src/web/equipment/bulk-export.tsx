import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { basePath } from '../../contract/endpoint.ts';
import { encodeFilter } from '../../contract/list.ts';
import { VerbButton } from '../ui/verb-button.tsx';
import { useWords } from '../words/use-words.ts';

/** The address of a request has room for so many ids. */
const mostInAddress = 200;

/** The selected units as a file. */
export function BulkExport({ ids }: { ids: string[] }) {
  const { t, language } = useWords();
  return ['xlsx', 'csv'].map((format) => {
    const words = t('equipment.exportAs', { format: t(`format.${format}`) });
    const props = { size: 'xs', variant: 'subtle', c: 'inherit', leftSection: <IconDownload size={16} /> };
    if (ids.length > mostInAddress) {
      const why = t('equipment.tooManyToExport', { most: mostInAddress });
      return (
        <VerbButton key={format} size="xs" why={why} onClick={() => undefined}>
          {words}
        </VerbButton>
      );
    }
    const query = new URLSearchParams({ ids: encodeFilter(ids), format, lang: language });
    return (
      <Button key={format} {...props} component="a" href={`${basePath}/equipment/export?${query}`} download>
        {words}
      </Button>
    );
  });
}
