import { Button, Stack, Text, Title } from '@mantine/core';
import { useRouteError } from 'react-router';
import { problemOf } from '../api/client.ts';
import { useWords } from '../words/use-words.ts';
import { refusalWords } from './refusal-words.ts';

/** `isScreen`: nothing else stands on the screen. */
type Props = { error: unknown; again: () => void; isScreen?: boolean };

/** What stands where a part could not be shown: what failed, the request's id, and another try. */
export function Failure({ error, again, isScreen = false }: Props) {
  const words = useWords();
  const { t } = words;
  const problem = problemOf(error);
  return (
    <Stack gap={8} p={24} role="alert" align="flex-start">
      <Title order={isScreen ? 1 : 2} fz={16}>
        {t('failed.title')}
      </Title>
      <Text>{refusalWords(error, words)}</Text>
      {problem?.requestId && <Text className="help mono">{problem.requestId}</Text>}
      <Button variant="default" onClick={again}>
        {t('failed.again')}
      </Button>
    </Stack>
  );
}

export function PartFailed() {
  return <Failure isScreen error={useRouteError()} again={() => window.location.reload()} />;
}
