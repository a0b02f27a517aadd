import { Alert, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import { refusalWords } from './refusal-words.ts';

/** What the server said to a refused action, with the way on below it; nothing where there was no error. */
export function Refusal({ error, children }: { error: unknown; children?: ReactNode }) {
  const words = useWords();
  if (error === undefined || error === null) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {refusalWords(error, words)}
      {children && (
        <Group gap="8px 12px" mt={8}>
          {children}
        </Group>
      )}
    </Alert>
  );
}
