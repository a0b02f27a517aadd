import { Stack, Text, Title } from '@mantine/core';
import { useTitle } from '../frame/crumbs.tsx';
import { useWords } from '../words/use-words.ts';
import { Confirmation } from './confirmation.tsx';
import { SetUpFactor } from './set-up-factor.tsx';
import { SignOutButton } from './sign-out-button.tsx';

/** Everybody here must have a second factor: it is set up before anything else. */
export function Enrolment({ goOn }: { goOn: () => Promise<void> }) {
  const { t } = useWords();
  useTitle(t('signIn.enrolTitle'));
  return (
    <Stack gap={16}>
      <Title order={1} fz={20}>
        {t('signIn.enrolTitle')}
      </Title>
      <Text>{t('signIn.enrolBody')}</Text>
      <SetUpFactor onDone={() => void goOn()} doneWord={t('signIn.goOn')} />
      <SignOutButton />
      <Confirmation />
    </Stack>
  );
}
