import { Alert } from '@mantine/core';
import { useWords } from '../words/use-words.ts';
import { refusalWords } from './refusal-words.ts';

/** What the server said to a refused action; nothing where there was no error. */
export function Refusal({ error }: { error: unknown }) {
  const words = useWords();
  if (error === undefined || error === null) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {refusalWords(error, words)}
    </Alert>
  );
}
