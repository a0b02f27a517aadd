import { Button, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { problemOf } from '../api/client.ts';

/** What stands where a part could not be shown: what failed, the request's id, and another try. */
export function Failure({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  const problem = problemOf(error);
  return (
    <Stack gap={8} p={24} role="alert" align="flex-start">
      <Title order={2} fz={16}>
        {problem?.title ?? t('failed.title')}
      </Title>
      <Text>{problem?.detail ?? t('failed.connection')}</Text>
      {problem?.requestId && <Text className="help mono">{problem.requestId}</Text>}
      <Button variant="default" onClick={again}>
        {t('failed.again')}
      </Button>
    </Stack>
  );
}

export function PartFailed() {
  return <Failure error={useRouteError()} again={() => window.location.reload()} />;
}
