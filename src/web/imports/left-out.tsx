import { Alert, Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { basePath } from '../../contract/endpoint.ts';
import { useWords } from '../words/use-words.ts';
import type { ImportAnswer } from './mapping.ts';

/** The rows that an import left out, as a file to be corrected and imported again. */
export function LeftOut({ done }: { done: ImportAnswer }) {
  const { t, number, moment, language } = useWords();
  if (done.rejected === 0 || done.rejectedUntil === null) return null;
  return (
    <Alert
      variant="light"
      color="yellow"
      mb={12}
      title={t('imports.back.title', { count: done.rejected, number: number(done.rejected) })}
    >
      <p>{t('imports.back.body', { until: moment(done.rejectedUntil) })}</p>
      <Button
        variant="default"
        component="a"
        href={`${basePath}/imports/${done.id}/rejected?${new URLSearchParams({ lang: language })}`}
        download
        leftSection={<IconDownload size={16} stroke={1.75} aria-hidden />}
      >
        {t('imports.back.download')}
      </Button>
    </Alert>
  );
}
