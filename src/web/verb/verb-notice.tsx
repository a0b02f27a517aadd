import { Alert } from '@mantine/core';
import type { ReactNode } from 'react';
import { Refusal } from '../ui/refusal.tsx';
import { useWords } from '../words/use-words.ts';
import type { Verb } from './use-verb.ts';

type Props = {
  verb: Pick<Verb<never>, 'isAgain' | 'error'>;
  /** Below a refusal: the way on. */
  next?: ReactNode;
};

/** What is to be told of a verb where it was pressed: that it is being sent again, or why it was refused. */
export function VerbNotice({ verb: { isAgain, error }, next }: Props) {
  const { t } = useWords();
  if (isAgain)
    return (
      <Alert color="yellow" variant="light" role="status">
        {t('verb.again')}
      </Alert>
    );
  return <Refusal error={error}>{next}</Refusal>;
}
