import { Alert } from '@mantine/core';
import { problemOf } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';

/** What the server said to a refused action; nothing where there was no error. */
export function Refusal({ error }: { error: unknown }) {
  const { t } = useWords();
  if (error === undefined || error === null) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {problemOf(error)?.detail ?? t('failed.connection')}
    </Alert>
  );
}
