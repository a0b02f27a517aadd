import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../words/use-words.ts';
import classes from './refusal.module.css';
import { refusalWords } from './refusal-words.ts';

/** What the server said to a refused action, with the way on below it; nothing where there was no error. */
export function Refusal({ error, children }: { error: unknown; children?: ReactNode }) {
  const words = useWords();
  if (error === undefined || error === null) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {refusalWords(error, words)}
      {children && <div className={classes.next}>{children}</div>}
    </Alert>
  );
}
